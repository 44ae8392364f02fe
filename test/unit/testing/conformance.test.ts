import { afterEach, describe, expect, it } from 'vitest'
import { type Auth0Client, type Auth0ClientOptions, GenericError } from '../../../src/index.ts'
import { answerFrames, createTestClient } from '../../../src/testing/index.ts'
import { ADA, API, createClient, REDIRECT_URI, startTenant } from './support.ts'

/** An application's view of the world, and how a test moves it on. */
interface World {
  auth0: Auth0Client
  /** Where the tenant sends the browser, for the address that a login went to. */
  answer(url: string, error?: string): Promise<string>
  /** The tenant's session ends. */
  endSession(): void
}

let stop = (): void => {}
afterEach(() => stop())

const realWorld = (options: Partial<Auth0ClientOptions>): World => {
  const tenant = startTenant({ user: ADA })
  stop = answerFrames(tenant)
  return {
    auth0: createClient(tenant, options),
    answer: (url, error) => {
      if (error) tenant.fail('authorize', { error, error_description: 'No.' })
      return tenant.answerLogin(url)
    },
    endSession: tenant.signOut,
  }
}

const testWorld = (options: Partial<Auth0ClientOptions>): World => {
  const auth0 = createTestClient({
    clientId: 'app',
    loginUser: ADA,
    ...options,
    authorizationParams: { redirect_uri: REDIRECT_URI, ...options.authorizationParams },
  })
  return {
    auth0,
    answer: async (_, error) =>
      auth0.callbackUrl(error ? { error, error_description: 'No.' } : undefined),
    endSession: () => {
      const error = new GenericError('login_required', 'Login required')
      auth0.failNext('getTokenSilently', error)
    },
  }
}

/** What both see of the same thing: tokens as numbers in the order of their first sight. */
const createDiary = () => {
  const tokens: unknown[] = []
  const lines: unknown[] = []
  const number = (token: unknown): unknown => {
    if (typeof token !== 'string') return token
    if (!tokens.includes(token)) tokens.push(token)
    return `token ${tokens.indexOf(token)}`
  }
  const errorOf = (error: unknown): object => {
    const { name, message } = error as Error
    const { error: code, appState } = error as { error?: string; appState?: unknown }
    return { name, message, code, appState, isGeneric: error instanceof GenericError }
  }
  return {
    lines,
    note: async (what: string, work: Promise<unknown>): Promise<void> => {
      lines.push([what, await work.catch(errorOf)])
    },
    token: async (what: string, work: Promise<unknown>): Promise<void> => {
      lines.push([what, await work.then(number, errorOf)])
    },
  }
}

type Diary = ReturnType<typeof createDiary>
type Scenario = (world: World, diary: Diary) => Promise<void>

const addressOf = async (world: World, options: object = {}): Promise<string> => {
  let address = ''
  await world.auth0.loginWithRedirect({
    ...options,
    openUrl: url => {
      address = url
    },
  })
  return address
}

const login = async (world: World, options: object = {}, error?: string) => {
  const callback = await world.answer(await addressOf(world, options), error)
  return world.auth0.handleRedirectCallback(callback)
}

const state = async ({ auth0 }: World) => {
  const claims = await auth0.getIdTokenClaims()
  const user = await auth0.getUser()
  const { iss, aud, sub, iat = 0, exp = 0 } = claims ?? { __raw: '' }
  return {
    isAuthenticated: await auth0.isAuthenticated(),
    user,
    isSameUser: user === (await auth0.getUser()),
    claims: { iss, aud, sub, lifetime: exp - iat },
    parts: claims?.__raw.split('.').length,
  }
}

const forApi = (scope = '') => ({ authorizationParams: { audience: API, scope } })

const SCENARIOS: Record<string, Scenario> = {
  'a visitor': async (world, { note, token }) => {
    await note('check', world.auth0.checkSession())
    await note('state', state(world))
    await token('token', world.auth0.getTokenSilently())
    await note('cached', world.auth0.getTokenSilently({ cacheMode: 'cache-only' }))
    await note('callback', world.auth0.handleRedirectCallback('https://a.example/?code=c&state=s'))
    await note('no query', world.auth0.handleRedirectCallback('https://a.example/'))
    await note('logout', world.auth0.logout({ openUrl: false }))
    await note('state', state(world))
  },
  'a login': async (world, { note, token }) => {
    await note('login', login(world, { appState: { a: 1 } }))
    await note('state', state(world))
    await token('cached', world.auth0.getTokenSilently({ cacheMode: 'cache-only' }))
    await token('silently', world.auth0.getTokenSilently())
    await note('check', world.auth0.checkSession())
    await token('again', world.auth0.getTokenSilently())
  },
  'a login without a state, and its address': async (world, { note }) => {
    const address = new URL(await addressOf(world, { authorizationParams: { audience: API } }))
    const { client_id, audience, scope, redirect_uri, response_type, response_mode } =
      Object.fromEntries(address.searchParams)
    const query = { client_id, audience, scope, redirect_uri, response_type, response_mode }
    await note('address', Promise.resolve([address.origin, address.pathname, query]))
    await note('login', login(world))
  },
  'logins that fail': async (world, { note }) => {
    await note('denied', login(world, { appState: 'mine' }, 'access_denied'))
    await note('state', state(world))
    const callback = await world.answer(await addressOf(world))
    await note('mismatch', world.auth0.handleRedirectCallback(`${REDIRECT_URI}?code=c&state=x`))
    await note('nothing', world.auth0.handleRedirectCallback(`${REDIRECT_URI}?state=x`))
    await note('right', world.auth0.handleRedirectCallback(callback))
    await note('twice', world.auth0.handleRedirectCallback(callback))
    await note('state', state(world))
  },
  'the answer to an earlier login': async (world, { note }) => {
    const first = await world.answer(await addressOf(world))
    await world.auth0.handleRedirectCallback(first)
    await login(world)
    const third = await world.answer(await addressOf(world, { appState: 3 }))
    await note('first', world.auth0.handleRedirectCallback(first))
    await note('third', world.auth0.handleRedirectCallback(third))
  },
  'an answer that failed, given twice': async (world, { note }) => {
    const denied = await world.answer(await addressOf(world), 'access_denied')
    await note('denied', world.auth0.handleRedirectCallback(denied))
    await note('again', world.auth0.handleRedirectCallback(denied))
  },
  'tokens for several audiences and scopes': async (world, { note, token }) => {
    await login(world, forApi('read write'))
    await token('api', world.auth0.getTokenSilently(forApi('write read')))
    await token('less', world.auth0.getTokenSilently(forApi('read')))
    await note('none cached', world.auth0.getTokenSilently({ cacheMode: 'cache-only' }))
    await token('off', world.auth0.getTokenSilently({ ...forApi('read write'), cacheMode: 'off' }))
    await token('on', world.auth0.getTokenSilently(forApi('read write')))
    const both = [1, 2].map(() =>
      world.auth0.getTokenSilently({ ...forApi('read write'), cacheMode: 'off' }),
    )
    const [one, two] = await Promise.all(both)
    await note('shared', Promise.resolve(one === two))
  },
  'the whole answer': async (world, { note }) => {
    await login(world, forApi())
    const whole = async (cacheMode: 'on' | 'off') => {
      const answer = await world.auth0.getTokenSilently({
        ...forApi(),
        cacheMode,
        detailedResponse: true,
      })
      const { id_token, access_token, ...rest } = answer ?? {}
      const isIdToken = id_token === (await world.auth0.getIdTokenClaims())?.__raw
      return { ...rest, isIdToken, isText: typeof access_token === 'string' }
    }
    await note('cached', whole('on'))
    await note('renewed', whole('off'))
  },
  'a renewal and the user': async (world, { note }) => {
    await login(world)
    const before = await world.auth0.getUser()
    await world.auth0.getTokenSilently({ cacheMode: 'off' })
    await note('user', world.auth0.getUser())
    await note(
      'same',
      world.auth0.getUser().then(user => user === before),
    )
  },
  'the end of the session at the tenant': async (world, { note }) => {
    await login(world)
    world.endSession()
    await note('token', world.auth0.getTokenSilently({ cacheMode: 'off' }))
    await note('state', state(world))
    await note('login', login(world))
    await note('state', state(world))
  },
  'a logout': async (world, { note, token }) => {
    await login(world)
    let address = ''
    await world.auth0.logout({
      logoutParams: { returnTo: 'https://app.example.com/', federated: true },
      openUrl: async url => {
        address = url.replace(/auth0Client=[^&]*/, '')
        world.endSession()
      },
    })
    await note('address', Promise.resolve(address))
    await note('same', Promise.resolve(world.auth0.buildLogoutUrl().split('?')[0]))
    await note('state', state(world))
    await token('token', world.auth0.getTokenSilently())
  },
  'the logout of another client': async (world, { note }) => {
    await login(world)
    await note('logout', world.auth0.logout({ clientId: 'another', openUrl: false }))
    await note('state', state(world))
  },
  'the configuration': async ({ auth0 }, { note }) => {
    await note('configuration', Promise.resolve(auth0.getConfiguration()))
    await note('revoke', auth0.revokeRefreshToken())
  },
}

const run = async (world: World, scenario: Scenario): Promise<unknown[]> => {
  const diary = createDiary()
  await scenario(world, diary)
  return diary.lines
}

const MODES: Record<string, Partial<Auth0ClientOptions>> = {
  'with an iframe': { useRefreshTokens: false },
  'with refresh tokens': { useRefreshTokens: true, useRefreshTokensFallback: true },
}

describe.each(Object.entries(MODES))(
  'an application %s sees the same of both clients',
  (_mode, options) => {
    /** A refresh token outlives the session that it came of. */
    const scenarios = Object.entries(SCENARIOS).filter(
      ([name]) => !(options.useRefreshTokens && name.startsWith('the end of the session')),
    )

    it.each(scenarios)('%s', async (_, scenario) => {
      const seen = await run(testWorld(options), scenario)
      expect(seen).toEqual(await run(realWorld(options), scenario))
      expect(seen.length).toBeGreaterThan(0)
    })
  },
)
