/** What runs in the pages of the benchmark. */

import { interleave, summarize } from '../statistics.js'
import { bareRequests, create, signIn } from './adapters.js'
import { timeCalls, timeOf } from './timing.js'

/** @typedef {import('./adapters.js').Adapter} Adapter */
/** @typedef {import('./adapters.js').Setup} Setup */
/** @typedef {{ setup: Setup, files: string[] }} Loaded a setup, and the files of its bundle to load ahead */
/** @typedef {import('../../../src/index.ts').GetTokenSilentlyOptions} TokenOptions */

/** @type {Map<string, Adapter>} */
const opened = new Map()

/** @param {string} name */
const adapterOf = name => {
  const adapter = opened.get(name)
  if (!adapter) throw new Error(`No client of ${name}.`)
  return adapter
}

/**
 * @param {string} sdk
 * @param {string} [file]
 */
const load = (sdk, file = 'app.js') => import(`/bundles/${sdk}/${file}`)

/**
 * The SDK with all code that it loads later, so that a measurement contains no loading.
 *
 * @param {Loaded} loaded
 */
const preload = async ({ setup: { sdk }, files }) => {
  await Promise.all(files.map(file => load(sdk, file)))
  return load(sdk)
}

/** The same in all tabs. */
const now = () => performance.timeOrigin + performance.now()

/** @param {number} ms */
const pause = ms => new Promise(resolve => setTimeout(resolve, ms))

/** Loads this module, and waits until the new page has nothing else to do. */
export const ready = async () => {
  await pause(20)
  for (let left = 2; left > 0; left -= 1) {
    await new Promise(resolve => requestIdleCallback(resolve, { timeout: 500 }))
  }
}

/** @param {string} sdk */
export const loadSdk = async sdk => Object.keys(await load(sdk))

/**
 * Makes a client for later calls.
 *
 * @param {{ setup: Setup, signsIn?: boolean }} given
 */
export const open = async ({ setup, signsIn }) => {
  const adapter = await create(await load(setup.sdk), setup)
  opened.set(setup.sdk, adapter)
  if (signsIn) await signIn(adapter)
}

/**
 * @param {{ sdk: string, call: 'isSignedIn' | 'renew' | 'leave' | 'finishLogin' | 'getToken', argument?: any }} given
 * @returns {Promise<unknown>} only whether there was a result
 */
export const callOpened = async ({ sdk, call, argument }) =>
  Boolean(await /** @type {(argument: any) => unknown} */ (adapterOf(sdk)[call])(argument))

/**
 * The first client of a page and its answer whether a user is signed in.
 *
 * @param {Loaded & { isLoadingTimed: boolean }} given
 */
export const timeStart = async given => {
  if (!given.isLoadingTimed) {
    await preload(given)
    await ready()
  }
  const start = performance.now()
  const adapter = await create(await load(given.setup.sdk), given.setup)
  const isSignedIn = await adapter.isSignedIn()
  return { ms: performance.now() - start, isSignedIn }
}

/**
 * The first renewal or the login callback of a page, and the same requests without an SDK before
 * and after it.
 *
 * @param {Loaded & { flow: 'renewal' | 'callback', bareCount: number }} given
 */
export const timeFlow = async given => {
  const { setup, flow, bareCount } = given
  const module = await preload(given)
  const bare = bareRequests(setup)
  /** @type {number[]} */
  const bareTimes = []
  const timeBare = async () => {
    for (let done = 0; done < bareCount; done += 1) {
      if (flow === 'renewal') bareTimes.push(await timeOf(bare.renew))
      else {
        const url = new URL(await bare.beginLogin())
        url.searchParams.set('response_mode', 'json')
        const { callback } = await (await fetch(url)).json()
        bareTimes.push(await timeOf(() => bare.finishLogin(callback)))
      }
    }
  }
  await signIn(bare)
  if (flow === 'renewal') await bare.renew()
  await timeBare()
  await ready()
  const adapter = await create(module, setup)
  const isStored = setup.cacheLocation === 'localstorage'
  if (flow === 'renewal' && !isStored) {
    await signIn(adapter)
    // What follows a login in the background is not part of the renewal.
    await pause(30)
  }
  const callback = location.href
  const ms = await timeOf(() =>
    flow === 'renewal' ? adapter.renew() : adapter.finishLogin(callback),
  )
  if (!(await adapter.isSignedIn())) throw new Error(`${setup.sdk} has no session.`)
  await timeBare()
  return { ms, bareMs: summarize(bareTimes).median }
}

/** @returns {[string, any][]} the stored tokens */
const storedTokens = () =>
  Object.entries({ ...localStorage })
    .filter(([, text]) => text.includes('"body"'))
    .map(([key, text]) => [key, JSON.parse(text)])

/** Makes all stored access tokens expired. */
export const expireTokens = () => {
  for (const [key, entry] of storedTokens()) {
    localStorage.setItem(key, JSON.stringify({ ...entry, expiresAt: 1 }))
  }
}

/** Waits until this tab sees that all tokens have expired. */
export const seeExpired = async () => {
  while (!storedTokens().every(([, { expiresAt }]) => expiresAt === 1)) await pause(5)
}

/**
 * Many calls at the same moment.
 *
 * @param {{ sdk: string, calls: number, atMs: number }} given
 */
export const callTogether = async ({ sdk, calls, atMs }) => {
  const { getToken } = adapterOf(sdk)
  await pause(atMs - now())
  const startMs = now()
  const results = await Promise.allSettled(Array.from({ length: calls }, () => getToken()))
  const isToken = (/** @type {PromiseSettledResult<unknown>} */ result) =>
    result.status === 'fulfilled' && Boolean(result.value)
  return { startMs, endMs: now(), failed: results.filter(result => !isToken(result)).length }
}

/**
 * Milliseconds of one exchange without an SDK.
 *
 * @param {{ setup: Setup, times: number }} given
 */
export const timeExchange = async ({ setup, times }) => {
  const bare = bareRequests(setup)
  await signIn(bare)
  /** @type {number[]} */
  const taken = []
  for (let done = 0; done < times; done += 1) taken.push(await timeOf(bare.renew))
  return summarize(taken).median
}

/**
 * Fills a client's cache, one call after the other.
 *
 * @param {{ sdk: string, calls: TokenOptions[] }} given
 */
export const fillCache = async ({ sdk, calls }) => {
  for (const call of calls) await adapterOf(sdk).getToken(call)
}

/**
 * Calls that the cache answers. The floor reads and parses as many entries, behind one promise.
 *
 * @param {{ sdks: string[], method: 'getToken' | 'getUser', call?: TokenOptions, isStored: boolean,
 *   count: number, how: { rounds: number, batchMs: number } }} given
 */
export const timeCachedCalls = ({ sdks, method, call, isStored, count, how }) => {
  const keys = ['floor-user', ...(method === 'getToken' ? ['floor-0'] : [])]
  const [, entry] = storedTokens()[0] ?? ['', { body: 'x'.repeat(1200), expiresAt: 1 }]
  const user = { id_token: 'x'.repeat(700), decodedToken: { user: 'x'.repeat(900) } }
  /** @type {[string, unknown][]} */
  const items = [
    ['floor-user', user],
    ...Array.from(
      { length: count },
      (_, index) => /** @type {[string, unknown]} */ ([`floor-${index}`, entry]),
    ),
  ]
  const map = new Map(items)
  if (isStored) {
    for (const [key, value] of items) {
      if (keys.includes(key)) localStorage.setItem(key, JSON.stringify(value))
    }
  }
  const floor = isStored
    ? async () => keys.map(key => JSON.parse(localStorage.getItem(key) ?? ''))
    : async () => keys.map(key => map.get(key))
  /** @type {Record<string, () => Promise<unknown>>} */
  const contenders = { floor }
  for (const sdk of sdks) {
    const adapter = adapterOf(sdk)
    // Without an argument where there is none: that is what applications call.
    contenders[sdk] = call ? () => adapter.getToken(call) : () => adapter[method]()
  }
  return timeCalls(contenders, how)
}

/**
 * DPoP proofs for requests to an API, one after the other. The floor signs a text with the same key type.
 *
 * @param {{ sdks: string[], how: { rounds: number, batchMs: number } }} given
 */
export const timeProofs = async ({ sdks, how }) => {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const { privateKey } = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
  const text = new Uint8Array(500)
  /** @type {Record<string, () => Promise<unknown>>} */
  const contenders = { floor: () => crypto.subtle.sign(algorithm, privateKey, text) }
  for (const sdk of sdks) {
    const { prove } = adapterOf(sdk)
    if (!prove) throw new Error(`${sdk} makes no proofs.`)
    contenders[sdk] = prove
  }
  return timeCalls(contenders, how)
}

/** A realm that has run nothing yet. */
const openRealm = () => {
  const frame = document.createElement('iframe')
  document.body.append(frame)
  const realm = /** @type {Window & { eval: (code: string) => void }} */ (
    /** @type {unknown} */ (frame.contentWindow)
  )
  realm.eval('0')
  return { run: (/** @type {string} */ code) => realm.eval(code), close: () => frame.remove() }
}

/**
 * Milliseconds to parse, compile and run each script, every time in a realm of its own.
 *
 * @param {{ scripts: Record<string, string>, rounds: number }} given
 */
export const timeEvaluation = async ({ scripts, rounds }) => {
  let count = 0
  /** @param {string} name */
  const evaluate = async name => {
    count += 1
    // Each text is new, or the browser would use what it compiled before.
    const code = `/* ${count} */${scripts[name]}`
    const realm = openRealm()
    const ms = await timeOf(async () => realm.run(code))
    realm.close()
    // Lets the browser put away the realm.
    await pause(0)
    return ms
  }
  const names = Object.keys(scripts)
  // Warms up.
  await interleave(names, 2, evaluate)
  return interleave(names, rounds, evaluate)
}
