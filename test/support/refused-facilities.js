/**
 * What a page may be refused by its browser, for tests in this thread and in real engines: one table
 * for all of them. Pages load this file as it is, so it imports nothing.
 */

/** @returns {never} */
function refuse() {
  throw new DOMException('The operation is insecure.', 'SecurityError')
}

/**
 * An object whose methods all throw.
 *
 * @param {string[]} methods
 */
const unusable = (...methods) => Object.fromEntries(methods.map(name => [name, refuse]))

/**
 * A class whose objects have methods that all throw.
 *
 * @param {string[]} methods
 */
const makes = (...methods) =>
  class {
    constructor() {
      Object.assign(this, unusable(...methods))
    }
  }

const UNUSABLE_STORAGE = unusable('getItem', 'setItem', 'removeItem', 'clear', 'key')
const SILENT_STORAGE = { getItem: () => null, setItem: () => {}, removeItem: () => {} }

const page = () => globalThis

/**
 * The typed error of a facility that cannot be replaced.
 *
 * @typedef {object} ExpectedError
 * @property {'createAuth0Client' | 'loginWithRedirect' | 'handleRedirectCallback' | 'getTokenSilently' | 'loginWithPopup'} of
 * @property {string} error its code
 * @property {RegExp} message
 * @property {object} [remedy] client options with which a login works nevertheless
 */

/**
 * @typedef {object} Facility
 * @property {string} name
 * @property {() => object} [owner] the object that has it; the page itself if missing
 * @property {true} [inWorker] whether refresh tokens are kept in a worker, and not in localStorage
 * @property {Record<string, unknown>} [values] what it is where it is there but cannot be used
 * @property {readonly string[]} [ways] in which it is refused, if not in all of them
 * @property {readonly string[]} [later] ways in which it is refused once a user is signed in
 * @property {ExpectedError} [error]
 * @property {ExpectedError} [laterError] if it is refused once a user is signed in
 * @property {Partial<import('./refused-facility-steps.js').Outcome>} [laterExceptions] what is
 *   then otherwise than in other rows
 * @property {string} [notInUnit] why its rows run in real engines only
 */

const MISSING = 'is missing'
const NULL = 'is null'
const UNNAMED = 'cannot be named'
const UNUSED = 'cannot be used'

/** @type {ExpectedError} */
const NO_TRANSACTION = {
  of: 'loginWithRedirect',
  error: 'transaction_not_stored',
  message: /sessionStorage/,
  remedy: { useCookiesForTransactions: true },
}

/** @type {ExpectedError} */
const NO_CRYPTO = { of: 'createAuth0Client', error: 'crypto_unavailable', message: /crypto|secure/ }

/** @type {ExpectedError} */
const UNUSABLE_CRYPTO = {
  of: 'loginWithRedirect',
  error: 'crypto_unavailable',
  message: /^Web Crypto .*insecure/,
}

/** @type {ExpectedError} */
const NO_RESPONSE = {
  of: 'handleRedirectCallback',
  error: 'network_error',
  message: /fetch|insecure/,
}

/** @type {Facility[]} */
const FACILITIES = [
  {
    name: 'BroadcastChannel',
    values: {
      'cannot be made': refuse,
      [UNUSED]: makes('postMessage', 'addEventListener', 'close'),
    },
    later: [UNNAMED, UNUSED],
  },
  {
    name: 'postMessage',
    owner: () => BroadcastChannel.prototype,
    ways: [UNUSED],
    values: { [UNUSED]: refuse },
    later: [UNUSED],
  },
  { name: 'cookie', owner: () => document, later: [NULL, UNNAMED] },
  {
    name: 'localStorage',
    values: { [UNUSED]: UNUSABLE_STORAGE, 'takes nothing': SILENT_STORAGE },
    later: [MISSING, NULL, UNNAMED, UNUSED],
    // What is in it can no longer be read, nor removed.
    laterExceptions: { isSignedIn: false, keepsToken: true },
  },
  {
    name: 'sessionStorage',
    values: { [UNUSED]: UNUSABLE_STORAGE, 'takes nothing': SILENT_STORAGE },
    error: NO_TRANSACTION,
    later: [UNNAMED, UNUSED],
  },
  {
    name: 'locks',
    owner: () => navigator,
    values: {
      [UNUSED]: unusable('request'),
      rejects: { request: async () => refuse() },
      'answers nothing': { request: () => undefined },
    },
    later: [UNNAMED, UNUSED],
  },
  { name: 'navigator', later: [UNNAMED] },
  {
    name: 'indexedDB',
    values: {
      [UNUSED]: unusable('open'),
      'does not open': {
        open: () => {
          /** @type {{ error: Error, onerror?: () => void }} */
          const request = { error: new Error('no') }
          queueMicrotask(() => request.onerror?.())
          return request
        },
      },
    },
    later: [UNNAMED, UNUSED],
  },
  {
    name: 'Worker',
    inWorker: true,
    values: {
      'cannot be made': refuse,
      [UNUSED]: makes('addEventListener', 'postMessage', 'terminate'),
    },
  },
  {
    name: 'createObjectURL',
    owner: () => URL,
    inWorker: true,
    values: { [UNUSED]: refuse },
  },
  { name: 'Blob', inWorker: true, values: { 'cannot be made': refuse } },
  { name: 'trustedTypes', inWorker: true, values: { [UNUSED]: unusable('createPolicy') } },
  { name: 'MessageChannel', inWorker: true, values: { 'cannot be made': refuse } },
  { name: 'history', values: { [UNUSED]: unusable('replaceState') } },
  { name: 'requestIdleCallback', values: { [UNUSED]: refuse } },
  { name: 'addEventListener', values: { [UNUSED]: refuse } },
  {
    name: 'performance',
    values: { [UNUSED]: unusable('now') },
    later: [UNNAMED, UNUSED],
    notInUnit: 'the events of Node need it',
  },
  {
    name: 'structuredClone',
    ways: [UNNAMED],
    notInUnit: 'the fake network needs it',
  },
  {
    name: 'queueMicrotask',
    ways: [UNNAMED],
    notInUnit: 'the fetch of Node needs it',
  },
  {
    name: 'throwIfAborted',
    owner: () => AbortSignal.prototype,
    ways: [MISSING],
    later: [MISSING],
  },
  { name: 'any', owner: () => AbortSignal, ways: [MISSING] },
  { name: 'timeout', owner: () => AbortSignal, ways: [MISSING] },
  { name: 'crypto', error: NO_CRYPTO },
  { name: 'subtle', owner: () => crypto, error: NO_CRYPTO },
  {
    name: 'getRandomValues',
    owner: () => crypto,
    ways: [UNUSED],
    values: { [UNUSED]: refuse },
    error: UNUSABLE_CRYPTO,
  },
  {
    name: 'digest',
    owner: () => crypto.subtle,
    ways: [UNUSED],
    values: { [UNUSED]: refuse },
    error: UNUSABLE_CRYPTO,
  },
  {
    name: 'fetch',
    values: { [UNUSED]: refuse },
    error: NO_RESPONSE,
    later: [MISSING, NULL, UNNAMED, UNUSED],
    laterError: { ...NO_RESPONSE, of: 'getTokenSilently' },
  },
  {
    name: 'open',
    values: { [UNUSED]: refuse },
    error: { of: 'loginWithPopup', error: 'popup_open', message: /popup/ },
  },
]

/** @type {Record<string, PropertyDescriptor>} */
const WAYS = {
  [MISSING]: { value: undefined, writable: true },
  [NULL]: { value: null, writable: true },
  [UNNAMED]: { get: refuse, set: refuse },
}

/**
 * A facility that is refused in one way.
 *
 * @typedef {object} Row
 * @property {string} title
 * @property {boolean} inWorker
 * @property {boolean} isLater whether it is there until a user is signed in
 * @property {ExpectedError | undefined} error
 * @property {Partial<import('./refused-facility-steps.js').Outcome> | undefined} exceptions
 * @property {string | undefined} notInUnit why it runs in real engines only
 * @property {() => () => void} refuse takes it from the page, and gives what brings it back
 */

/**
 * Whether the page now has what the descriptor says: an engine may go on with what it had.
 *
 * @param {object} of
 * @param {string} name
 * @param {PropertyDescriptor} descriptor
 */
const isRefused = (of, name, { get, value }) => {
  try {
    const found = Reflect.get(of, name)
    return !get && found === value
  } catch {
    return Boolean(get)
  }
}

/**
 * @param {Facility} facility
 * @param {string} way
 * @param {boolean} isLater
 * @returns {Row}
 */
const createRow = (facility, way, isLater) => {
  const { name, owner = page, inWorker = false, values = {}, notInUnit } = facility
  const descriptor = WAYS[way] ?? { value: values[way], writable: true }
  return {
    title: `${name} ${way}${isLater ? ' once a user is signed in' : ''}`,
    inWorker,
    isLater,
    error: isLater ? facility.laterError : facility.error,
    exceptions: isLater ? facility.laterExceptions : undefined,
    notInUnit,
    refuse: () => {
      const of = owner()
      const before = Object.getOwnPropertyDescriptor(of, name)
      // WebKit goes on with the old one, where it has been read often, unless it is removed first.
      Reflect.deleteProperty(of, name)
      Object.defineProperty(of, name, { configurable: true, ...descriptor })
      if (!isRefused(of, name, descriptor)) throw new Error(`${name} cannot be replaced here`)
      return () => {
        if (before) Object.defineProperty(of, name, before)
        else Reflect.deleteProperty(of, name)
      }
    },
  }
}

export const ROWS = FACILITIES.flatMap(facility => {
  const { ways = [...Object.keys(WAYS), ...Object.keys(facility.values ?? {})], later = [] } =
    facility
  return [
    ...ways.map(way => createRow(facility, way, false)),
    ...later.map(way => createRow(facility, way, true)),
  ]
})
