import fc from 'fast-check'
import { base64url } from 'jose'
import { createCore } from '../../../src/core.ts'
import {
  Auth0Client,
  type Auth0ClientOptions,
  type ICache,
  TimeoutError,
} from '../../../src/index.ts'
import { createTestKey, type TestTenant } from '../../../src/testing/index.ts'
import { REDIRECT_URI, sessionItems } from '../../support/clients.ts'
import { CLIENT_ID, createTenant, DOMAIN } from '../../support/testbed.ts'
import { type CallStart, ExpectedSessions, type Shown, TenantHistory } from './session-model.ts'
import { Browser, type Delivery, Page, type TaskKind } from './simulated-browser.ts'

const signingKey = await createTestKey({ alg: 'ES256', kid: 'k-model' })

/** Stands for the request of the keys. */
const KEYS = 'keys'

/** Longer than any call of the SDK waits. */
const AT_MOST_MS = 30 * 60_000

const delivery = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Delivery>('pass') },
  fc.constantFrom<Delivery>('hold request', 'hold answer', 'lose request', 'lose answer'),
)
const POPUPS: Record<string, Delivery> = {
  popup: 'pass',
  'popup held': 'hold request',
  'popup closed': 'lose request',
}

const tab = fc.constantFrom<0 | 1>(0, 1)
const organization = fc.constantFrom(undefined, undefined, 'org_1', 'org_2')
const sub = fc.constantFrom('ada', 'ada', 'eve')

const of = <Name extends string, T extends object>(
  does: Name,
  fields: { [K in keyof T]: fc.Arbitrary<T[K]> },
): fc.Arbitrary<{ does: Name } & T> =>
  fc.record({ does: fc.constant(does), ...fields }) as fc.Arbitrary<never>

export const operation = fc.oneof(
  {
    weight: 4,
    arbitrary: of('sign in', {
      tab,
      sub,
      organization,
      how: fc.constantFrom('redirect', 'in place', 'popup', 'popup held', 'popup closed'),
      token: delivery,
    }),
  },
  { weight: 1, arbitrary: of('leave to sign in', { tab, sub, organization }) },
  { weight: 1, arbitrary: of('come back', { tab, token: delivery }) },
  { weight: 2, arbitrary: of('sign out', { tab, atTenant: fc.boolean() }) },
  {
    weight: 6,
    arbitrary: of('get token', {
      tab,
      cacheMode: fc.constantFrom('on', 'off', 'off'),
      audience: fc.constantFrom(undefined, undefined, 'https://api'),
      timeoutInSeconds: fc.constantFrom(undefined, undefined, undefined, 1),
      token: delivery,
      frame: delivery,
    }),
  },
  { weight: 1, arbitrary: of('get token again', { tab }) },
  { weight: 1, arbitrary: of('check session', { tab, token: delivery, frame: delivery }) },
  { weight: 1, arbitrary: of('freeze', { tab }) },
  { weight: 1, arbitrary: of('freeze in lock', { tab }) },
  { weight: 1, arbitrary: of('hide', { tab }) },
  {
    weight: 2,
    arbitrary: of('thaw', {
      tab,
      last: fc.constantFrom<TaskKind>('timer', 'message', 'answer', 'lock'),
    }),
  },
  { weight: 4, arbitrary: of('deliver', { index: fc.nat(3) }) },
  { weight: 1, arbitrary: of('lose', { index: fc.nat(3) }) },
  { weight: 1, arbitrary: of('crash', { tab }) },
  { weight: 2, arbitrary: of('reload', { tab, token: delivery, frame: delivery }) },
  { weight: 1, arbitrary: of('end tenant session', {}) },
  { weight: 2, arbitrary: of('wait', { ms: fc.constantFrom(500, 3_000, 61_000, 700_000) }) },
)

export type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never
type Op<Name> = Extract<Operation, { does: Name }>

export const settings = fc.record({
  useRefreshTokens: fc.constantFrom(true, true, false),
  useRefreshTokensFallback: fc.constantFrom(undefined, true, false),
  useMrrt: fc.constantFrom(false, false, true),
  hasDatabases: fc.boolean(),
  holdsKeys: fc.constantFrom(false, false, true),
})

type Settings = typeof settings extends fc.Arbitrary<infer T> ? T : never

export type Storage = 'localstorage' | 'memory' | 'custom'

/** A cache of the application, which all its tabs share. */
const sharedCache = (): ICache => {
  const entries = new Map<string, string>()
  return {
    get: async key => JSON.parse(entries.get(key) ?? 'null') ?? undefined,
    set: async (key, entry) => void entries.set(key, JSON.stringify(entry)),
    remove: async key => void entries.delete(key),
    allKeys: async () => [...entries.keys()],
  }
}

interface Tab {
  page: Page
  client: Auth0Client
  sessions: ExpectedSessions
  /** The callback URL of a login that the page has left for. */
  callback: URL | undefined
  /** A sign-out elsewhere that a frozen page has yet to hear of. */
  hasNews: boolean
}

type User = Pick<Shown, 'sub' | 'organization'>

const parametersOf = ({ organization: id }: User) => ({
  authorizationParams: id ? { organization: id } : {},
})

interface Call {
  text: string
  tab: Tab
  page: Page
  start: CallStart
  isSettled: boolean
}

const codeIn = ({ searchParams }: URL): string => searchParams.get('code') ?? ''

const isKeysError = (error: object): boolean =>
  'error' in error && error.error === 'jwks_unavailable'

const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(new TextDecoder().decode(base64url.decode(token.split('.')[1] ?? '')))

const shownOf = (claims: Record<string, unknown>): Shown => ({
  sub: String(claims.sub),
  organization: claims.org_id as string | undefined,
  authTime: Number(claims.auth_time),
})

/** Two tabs, the tenant, and what must be true of them. */
export class ModelRun {
  readonly #tenant: TestTenant = createTenant({
    signingKey,
    jwks: { keys: [signingKey.jwk] },
    accessTokenLifetimeSeconds: 600,
  })
  readonly #history = new TenantHistory()
  readonly #browser: Browser
  readonly #options: Auth0ClientOptions
  readonly #isShared: boolean
  readonly #settings: Settings
  readonly #tabs: Tab[] = []
  readonly #calls: Call[] = []
  readonly #violations: string[] = []
  /** Whose session an access token belongs to. */
  readonly #issued = new Map<string, Shown>()
  /** The login that a refresh token comes from, by its code. */
  readonly #families = new Map<string, string>()
  /** Who has signed in, by code. */
  readonly #logins = new Map<string, Shown>()
  readonly #sent = new Set<string>()
  /** Refresh tokens and codes that were sent without an answer. */
  readonly #lost = new Set<string>()
  readonly #onRejection = (error: unknown): void => {
    this.#violations.push(`an unhandled rejection: ${String(error)}`)
  }
  /** Grows with every login, so that one of the same second is later too. */
  #authTime = 1_600_000_000
  #keysAreHeld: boolean
  /** When a user last signed out. */
  #signedOutMs = 0

  constructor(storage: Storage, given: Settings) {
    const { hasDatabases, holdsKeys, ...options } = given
    this.#settings = given
    this.#isShared = storage !== 'memory'
    this.#keysAreHeld = holdsKeys
    this.#tenant.signOut()
    this.#options = {
      domain: DOMAIN,
      clientId: CLIENT_ID,
      ...(storage === 'custom' ? { cache: sharedCache() } : { cacheLocation: storage }),
      ...options,
      idTokenSigningAlgs: ['ES256'],
      authorizationParams: { redirect_uri: REDIRECT_URI },
    }
    process.on('unhandledRejection', this.#onRejection)
    this.#browser = new Browser(hasDatabases, (page, url, init) => this.#fetch(page, url, init))
    const shared = new ExpectedSessions(this.#history)
    for (let at = 0; at < 2; at += 1) {
      const sessions = this.#isShared ? shared : new ExpectedSessions(this.#history)
      const page = new Page(this.#browser)
      const client = this.#createClient(page)
      this.#tabs.push({ page, client, sessions, callback: undefined, hasNews: false })
    }
  }

  close(): void {
    process.off('unhandledRejection', this.#onRejection)
    for (const { page } of this.#tabs) page.die()
    this.#browser.close()
  }

  #createClient(page: Page): Auth0Client {
    const take = (): Delivery => {
      const { frame } = page.next
      page.next.frame = 'pass'
      return frame
    }
    return page.run(() => {
      const core = createCore(this.#options, {
        navigate: () => {},
        openPopup: () => ({ close: () => {} }) as Window,
        runIframe: async (url, { signal, timeoutMs }) => {
          const controller = new AbortController()
          const onAbort = (): void => controller.abort(signal.reason)
          const timer = setTimeout(() => controller.abort(new TimeoutError()), timeoutMs)
          signal.addEventListener('abort', onAbort)
          try {
            return await page.transfer({
              how: take(),
              process: () => this.#tenant.authorize(url),
              signal: controller.signal,
              onLost: () => {},
            })
          } finally {
            clearTimeout(timer)
            signal.removeEventListener('abort', onAbort)
          }
        },
        runPopup: (_, url) => this.#runPopup(page, url),
      })
      return Reflect.construct(Auth0Client, [this.#options, core])
    })
  }

  /** How many logins by popup have begun. */
  #attempts = 0
  /** What the user does in the next popup of a page. */
  readonly #popups = new WeakMap<Page, (url: string) => Promise<{ code: string; state: string }>>()

  #runPopup(page: Page, url: string): Promise<{ code: string; state: string }> {
    const answer = this.#popups.get(page)
    if (!answer) throw new Error('No popup was expected.')
    return answer(url)
  }

  async #fetch(page: Page, url: string, init: RequestInit): Promise<unknown> {
    const { method = 'GET', body } = init
    const isToken = url === this.#tenant.endpoints.token
    const fields = new URLSearchParams(isToken ? String(body) : '')
    const grant = fields.get('refresh_token') ?? fields.get('code') ?? ''
    const keysDelivery = this.#keysAreHeld ? 'hold answer' : 'pass'
    const how = isToken ? page.next.token : keysDelivery
    if (isToken) page.next.token = 'pass'
    return page.transfer({
      how,
      process: async () => {
        if (fields.has('refresh_token')) this.#judgeRefresh(grant)
        const answer = await this.#tenant.respond({ method, url, body: String(body ?? '') })
        if (isToken) this.#note(grant, JSON.parse(answer.body))
        const { status, headers, body: sent } = answer
        return {
          status,
          ok: status < 300,
          headers: new Headers(headers),
          text: async () => sent,
        }
      },
      signal: init.signal ?? undefined,
      onLost: () => void this.#lost.add(isToken ? grant : KEYS),
    })
  }

  #judgeRefresh(token: string): void {
    if (this.#sent.has(token) && !this.#lost.has(token)) {
      this.#violations.push(`the refresh token ${token} was sent twice`)
    }
    this.#sent.add(token)
  }

  #note(grant: string, response: Record<string, string>): void {
    if (!response.access_token) return
    this.#issued.set(response.access_token, shownOf(claimsOf(response.id_token ?? '')))
    const family = this.#families.get(grant) ?? grant
    this.#families.set(grant, family)
    if (response.refresh_token) this.#families.set(response.refresh_token, family)
  }

  /** The user signs in at the tenant. */
  async #userAnswers({ sub: name, organization: id }: User, url: string): Promise<URL> {
    this.#authTime += 1
    const authTime = this.#authTime
    this.#tenant.signIn({ sub: name, name, auth_time: authTime } as object)
    this.#history.add(name)
    const asRedirect = new URL(url)
    asRedirect.searchParams.set('response_mode', 'query')
    const callback = new URL(await this.#tenant.answerLogin(asRedirect.href))
    this.#logins.set(codeIn(callback), { sub: name, organization: id, authTime })
    return callback
  }

  /** Starts a call in a page, and judges its result when it comes. */
  #call<T>(
    at: Tab,
    description: string,
    work: (client: Auth0Client) => Promise<T>,
    onValue: (value: T, call: Call) => string | undefined,
    onError: (error: Error, call: Call) => string | undefined = () => undefined,
  ): void {
    const { page, sessions, client } = at
    const call: Call = {
      text: description,
      tab: at,
      page,
      start: sessions.startCall(),
      isSettled: false,
    }
    this.#calls.push(call)
    const settle = (violation: string | undefined): void => {
      call.isSettled = true
      if (violation) this.#violations.push(`${description}: ${violation}`)
    }
    page
      .run(() => work(client))
      .then(
        value => settle(onValue(value, call)),
        error => settle(onError(error, call)),
      )
  }

  /** @param work calls back with the code of the login, or without one if the popup was closed */
  #signInWith(
    at: Tab,
    work: (client: Auth0Client, setCode: (code: string | undefined) => void) => Promise<unknown>,
  ): void {
    let code: string | undefined = ''
    this.#call(
      at,
      'a sign-in',
      client =>
        work(client, given => {
          code = given
        }),
      () => {
        const login = this.#logins.get(code ?? '')
        if (!login) return 'it succeeded without a login'
        at.sessions.signIn(login)
        return undefined
      },
      (error, { start }) => {
        const isExpected =
          code === undefined ||
          (isKeysError(error) && this.#lost.has(KEYS)) ||
          at.hasNews ||
          at.sessions.signedOutSince(start) ||
          this.#lost.has(code)
        return isExpected ? undefined : `it failed: ${error.stack}`
      },
    )
  }

  #getToken(at: Tab, options: object | undefined): void {
    this.#call(
      at,
      'getTokenSilently',
      client => client.getTokenSilently(options),
      (result: unknown, { start }) => {
        if (result === undefined) return 'it returned nothing'
        const { access_token, id_token } =
          typeof result === 'string' ? { access_token: result } : (result as Record<string, string>)
        const token = this.#issued.get(access_token ?? '')
        if (!token) return `an unknown token ${access_token}`
        if (id_token && claimsOf(id_token).sub !== token.sub) {
          return `a token of ${token.sub} beside an ID token of ${claimsOf(id_token).sub}`
        }
        return at.sessions.judgeToken(token, start, this.#startsOf(at.sessions))
      },
    )
  }

  #endPage(at: Tab): void {
    if (at.page.state === 'dead') return
    const wasSigningOut = this.#calls.some(
      call => call.page === at.page && !call.isSettled && call.text === 'a sign-out',
    )
    at.page.die()
    at.hasNews = false
    if (!this.#isShared) at.sessions.signOut()
    // Such a sign-out may be half done.
    if (wasSigningOut) at.sessions.abandonSignOut()
  }

  #load(at: Tab): void {
    this.#endPage(at)
    at.callback = undefined
    at.page = new Page(this.#browser)
    at.client = this.#createClient(at.page)
  }

  async #beginLogin(at: Tab, user: User): Promise<URL> {
    let url = ''
    const { client, page } = at
    await page.run(() =>
      client.loginWithRedirect({
        ...parametersOf(user),
        openUrl: to => {
          url = to
        },
      }),
    )
    return this.#userAnswers(user, url)
  }

  #finishLogin(at: Tab, callback: URL): void {
    this.#signInWith(at, (client, setCode) => {
      setCode(codeIn(callback))
      return client.handleRedirectCallback(callback.href)
    })
  }

  async #signIn(at: Tab, op: Op<'sign in'>): Promise<void> {
    const { how } = op
    if (how === 'redirect' || how === 'in place') {
      const callback = await this.#beginLogin(at, op)
      if (how === 'redirect') this.#load(at)
      at.page.next.token = op.token
      this.#finishLogin(at, callback)
      return
    }
    const { page } = at
    this.#signInWith(at, (client, setCode) => {
      this.#popups.set(page, url =>
        page.transfer({
          how: POPUPS[how] ?? 'pass',
          process: async () => {
            const callback = await this.#userAnswers(op, url)
            setCode(codeIn(callback))
            return { code: codeIn(callback), state: callback.searchParams.get('state') ?? '' }
          },
          signal: undefined,
          onLost: () => setCode(undefined),
        }),
      )
      // A login with the parameters of another one that is open would join it.
      const { authorizationParams } = parametersOf(op)
      this.#attempts += 1
      return client.loginWithPopup({
        authorizationParams: { ...authorizationParams, attempt: String(this.#attempts) },
      })
    })
  }

  #signOut(at: Tab, atTenant: boolean): void {
    const others = this.#isShared ? [] : this.#tabs.filter(each => each !== at)
    const { sessions } = at
    sessions.signOutsUnderWay += 1
    const begun = new Map(this.#tabs.map(each => [each.sessions, 0]))
    for (const each of begun.keys()) begun.set(each, each.beginSignOut())
    const done = (): undefined => {
      sessions.signOutsUnderWay -= 1
      sessions.signOut(begun.get(sessions))
      this.#signedOutMs = Date.now()
      for (const other of others) {
        if (other.page.state === 'frozen') other.hasNews = true
        else if (other.page.state === 'live') other.sessions.signOut(begun.get(other.sessions))
      }
    }
    const openUrl = atTenant
      ? () => {
          this.#tenant.signOut()
          this.#history.add(undefined)
        }
      : (false as const)
    this.#call(
      at,
      'a sign-out',
      client => client.logout({ openUrl }),
      done,
      error => {
        done()
        return `it failed: ${error.stack}`
      },
    )
  }

  async perform(op: Operation): Promise<void> {
    await this.#browser.wait(50)
    const at = this.#tabs['tab' in op ? op.tab : 0] as Tab
    const isLive = at.page.state === 'live'
    const { next } = at.page
    if (isLive && 'token' in op) next.token = op.token
    if (isLive && 'frame' in op) next.frame = op.frame
    const held = [...this.#browser.held]
    const item = 'index' in op && held.length ? held[op.index % held.length] : undefined
    if (op.does === 'sign in' && isLive) await this.#signIn(at, op)
    else if (op.does === 'leave to sign in' && isLive) {
      const callback = await this.#beginLogin(at, op)
      this.#endPage(at)
      at.callback = callback
    } else if (op.does === 'come back' && at.callback) {
      const { callback } = at
      this.#load(at)
      at.page.next.token = op.token
      this.#finishLogin(at, callback)
    } else if (op.does === 'sign out' && isLive) this.#signOut(at, op.atTenant)
    else if (op.does === 'get token' && isLive) {
      const { cacheMode, audience, timeoutInSeconds } = op
      const authorizationParams = audience ? { audience } : {}
      this.#getToken(at, {
        cacheMode,
        authorizationParams,
        timeoutInSeconds,
        detailedResponse: true,
      })
    } else if (op.does === 'get token again' && isLive) this.#getToken(at, undefined)
    else if (op.does === 'check session' && isLive) this.#checkSession(at)
    else if (op.does === 'freeze' && isLive) at.page.state = 'frozen'
    else if (op.does === 'freeze in lock' && isLive) at.page.freezesInLock = true
    else if (op.does === 'hide' && isLive && !this.#isBusy(at)) {
      at.page.dispatch('pagehide', { persisted: true })
      at.page.state = 'frozen'
      at.page.isCached = true
    } else if (op.does === 'thaw') await this.#thaw(at, op.last)
    else if (op.does === 'deliver') item?.deliver()
    else if (op.does === 'lose') item?.lose()
    else if (op.does === 'crash') this.#endPage(at)
    else if (op.does === 'reload') {
      this.#load(at)
      at.page.next = { token: op.token, frame: op.frame }
      this.#checkSession(at)
    } else if (op.does === 'end tenant session') {
      this.#tenant.signOut()
      this.#history.add(undefined)
    } else if (op.does === 'wait') await this.#browser.wait(op.ms)
    await this.#browser.rest()
    await this.#judge()
  }

  #isBusy({ page }: Tab): boolean {
    return this.#calls.some(call => call.page === page && !call.isSettled)
  }

  #checkSession(at: Tab): void {
    this.#call(
      at,
      'checkSession',
      client => client.checkSession(),
      () => undefined,
      error => `it failed: ${error.stack}`,
    )
  }

  async #thaw(at: Tab, last: TaskKind): Promise<void> {
    const { page } = at
    if (page.state !== 'frozen') return
    const wasCached = page.isCached
    const before = at.sessions.startCall()
    await page.thaw(last)
    if (wasCached) page.dispatch('pageshow', { persisted: true })
    await this.#browser.rest()
    if (at.hasNews && at.sessions.startCall().at === before.at) at.sessions.signOut()
    at.hasNews = false
  }

  /** When the calls of these tabs were made. */
  #startsOf(sessions: ExpectedSessions): CallStart[] {
    return this.#calls.filter(call => call.tab.sessions === sessions).map(({ start }) => start)
  }

  async #judge(): Promise<void> {
    for (const { page, client, sessions } of this.#tabs) {
      if (page.state !== 'live' || sessions.signOutsUnderWay) continue
      const claims = await page.run(() => client.getIdTokenClaims())
      const calls = this.#startsOf(sessions)
      const shown = claims && shownOf(claims as unknown as Record<string, unknown>)
      const violation = sessions.judgeShown(shown, calls)
      if (violation) this.#violations.push(violation)
    }
    for (const { token, status } of this.#tenant.refreshTokens) {
      const family = this.#families.get(token)
      const isOf = (lost: string): boolean => this.#families.get(lost) === family
      if (status === 'revoked' && ![...this.#lost].some(isOf)) {
        this.#violations.push(`the family of ${token} was revoked without a lost answer`)
      }
    }
    if (this.#violations.length) throw new Error(this.#violations.join('\n'))
  }

  /** Lets everything come to its end, and judges what is there then. */
  async finish(): Promise<void> {
    this.#keysAreHeld = false
    for (const at of this.#tabs) {
      at.page.next = { token: 'pass', frame: 'pass' }
      at.page.freezesInLock = false
      await this.#thaw(at, 'lock')
    }
    const pending = (): Call[] =>
      this.#calls.filter(({ page, isSettled }) => page.state !== 'dead' && !isSettled)
    for (let waitedMs = 0, stepMs = 500; waitedMs < AT_MOST_MS; stepMs *= 2) {
      for (const held of [...this.#browser.held]) held.deliver()
      await this.#browser.wait(stepMs)
      waitedMs += stepMs
      if (!pending().length && !this.#browser.held.size && waitedMs > 3_000) break
    }
    for (const { text: name } of pending()) this.#violations.push(`${name} never settled`)
    await this.#judge()
    this.#judgeLeftovers()
    await this.#judgeRenewals()
  }

  #judgeLeftovers(): void {
    const all = this.#tabs.map(({ sessions }) => sessions)
    if (all.some(({ current }) => current)) return
    // A session that ended in another way may leave the cookies of its place in storage.
    if (all.some(({ startedMs }) => startedMs >= this.#signedOutMs)) return
    const left = [...Object.keys(sessionItems()), ...document.cookie.split('; ')].filter(
      each => each && !each.startsWith('a0.spajs.txs'),
    )
    if (left.length) this.#violations.push(`left without a session: ${left.join(', ')}`)
  }

  /** A session that nothing has harmed can be renewed. */
  async #judgeRenewals(): Promise<void> {
    for (const at of this.#tabs) {
      const { sub: name } = at.sessions.current ?? {}
      if (at.page.state !== 'live' || !name || this.#history.sub !== name || this.#lost.size)
        continue
      if (this.#settings.useRefreshTokensFallback === false) continue
      this.#call(
        at,
        'the last renewal',
        client => client.getTokenSilently({ cacheMode: 'off' }),
        () => undefined,
        given => `it failed: ${given.stack}`,
      )
      await this.#browser.wait(1_000)
    }
    await this.#judge()
  }
}
