/**
 * What JavaScript and browsers have learned since 2020, and in which versions. Edge has the versions
 * of Chrome. `Infinity`: not yet. The numbers are those of the browser compatibility data of MDN.
 *
 * @typedef {{ chrome: number, firefox: number, safari: number }} Since
 */

/** @type {(chrome: number, firefox: number, safari: number) => Since} */
const since = (chrome, firefox, safari) => ({ chrome, firefox, safari })

/**
 * Syntax, by the names that `usesOf` gives it.
 *
 * @type {Readonly<Record<string, Since>>}
 */
export const SYNTAX = {
  'class field': since(72, 69, 14.1),
  'private field': since(74, 90, 14.1),
  'private method': since(84, 90, 15),
  '#x in': since(91, 90, 15),
  'static block': since(94, 93, 16.4),
  'top-level await': since(89, 89, 15),
  'logical assignment': since(85, 79, 14),
  'numeric separator': since(75, 70, 13),
  'import attributes': since(123, 138, 17.2),
  using: since(134, 141, 27.3),
  'regexp d': since(90, 88, 15),
  'regexp v': since(112, 116, 17),
  'regexp lookbehind': since(62, 78, 16.4),
  'regexp modifiers': since(125, 132, 26),
}

/**
 * Globals and what hangs on them.
 *
 * @type {Readonly<Record<string, Since>>}
 */
export const GLOBALS = {
  'AbortSignal.any': since(116, 124, 17.4),
  'AbortSignal.timeout': since(124, 100, 16),
  AggregateError: since(85, 79, 14),
  'Array.fromAsync': since(121, 115, 16.4),
  BroadcastChannel: since(54, 38, 15.4),
  CompressionStream: since(80, 113, 16.4),
  'Error.captureStackTrace': since(3, 138, 17.2),
  'Error.isError': since(134, 138, Infinity),
  FinalizationRegistry: since(84, 79, 14.1),
  Iterator: since(117, 131, 18.4),
  'Math.f16round': since(135, 129, 18.2),
  'Map.groupBy': since(117, 119, 17.4),
  'Object.groupBy': since(117, 119, 17.4),
  'Object.hasOwn': since(93, 92, 15.4),
  'Promise.any': since(85, 79, 14),
  'Promise.try': since(128, 134, 18.2),
  'Promise.withResolvers': since(119, 121, 17.4),
  'RegExp.escape': since(136, 134, 18.2),
  'Response.json': since(105, 115, 17),
  URLPattern: since(95, 142, 26),
  'URL.canParse': since(120, 115, 17),
  'URL.parse': since(126, 126, 18),
  'Uint8Array.fromBase64': since(140, 133, 18.2),
  'Uint8Array.fromHex': since(140, 133, 18.2),
  WeakRef: since(84, 79, 14.1),
  cookieStore: since(87, 140, 18.4),
  'crypto.randomUUID': since(92, 95, 15.4),
  'navigator.locks': since(69, 96, 15.4),
  navigation: since(102, 147, 26.2),
  reportError: since(95, 93, 15.4),
  requestIdleCallback: since(47, 55, Infinity),
  scheduler: since(94, 142, Infinity),
  structuredClone: since(98, 94, 15.4),
  trustedTypes: since(83, 148, 26),
  'window.crossOriginIsolated': since(87, 72, 15.2),
}

/**
 * Members, whatever they are called on.
 *
 * @type {Readonly<Record<string, Since>>}
 */
export const MEMBERS = {
  at: since(92, 90, 15.4),
  cause: since(93, 91, 15),
  crossOriginIsolated: since(87, 72, 15.2),
  difference: since(122, 127, 17),
  findLast: since(97, 104, 15.4),
  findLastIndex: since(97, 104, 15.4),
  getSetCookie: since(113, 112, 17),
  hasIndices: since(90, 88, 15),
  intersection: since(122, 127, 17),
  isDisjointFrom: since(122, 127, 17),
  isSubsetOf: since(122, 127, 17),
  isSupersetOf: since(122, 127, 17),
  isWellFormed: since(111, 119, 16.4),
  locks: since(69, 96, 15.4),
  // Of a signal; of anything else it is older.
  reason: since(98, 97, 15.4),
  replaceAll: since(85, 77, 13.1),
  replaceChildren: since(86, 78, 14),
  symmetricDifference: since(122, 127, 17),
  throwIfAborted: since(100, 97, 15.4),
  toBase64: since(140, 133, 18.2),
  toHex: since(140, 133, 18.2),
  toReversed: since(110, 115, 16),
  toSorted: since(110, 115, 16),
  toSpliced: since(110, 115, 16),
  toWellFormed: since(111, 119, 16.4),
  trustedTypes: since(83, 148, 26),
  union: since(122, 127, 17),
  userAgentData: since(90, Infinity, Infinity),
}

/** Globals of every browser since 2020, and what hangs on them. */
export const OLD_GLOBALS = new Set(
  `AbortController Array Blob Boolean CSS CryptoKey Date Error Infinity JSON Map Math MessageChannel
  Number Object Promise Request Response Set String Symbol TextDecoder TextEncoder TypeError URL URLSearchParams
  Uint8Array WeakMap WeakSet Worker addEventListener arguments atob btoa clearInterval clearTimeout
  console crypto decodeURIComponent document encodeURIComponent fetch globalThis history indexedDB
  location navigator performance removeEventListener self setInterval setTimeout undefined window
  Array.isArray Date.now Date.parse JSON.parse JSON.stringify Math.abs Math.ceil Math.floor
  Math.imul Math.max Math.min Math.random Math.round Number.isFinite Number.isInteger
  Number.MAX_SAFE_INTEGER Number.parseInt Object.assign Object.create Object.defineProperties
  Object.defineProperty Object.entries Object.freeze
  Object.fromEntries Object.getPrototypeOf Object.isFrozen Object.keys Object.prototype
  Promise.all Promise.allSettled Promise.race Promise.reject Promise.resolve String.fromCharCode Uint8Array.from
  CSS.supports Symbol.asyncIterator Symbol.hasInstance Symbol.toStringTag URL.createObjectURL URL.revokeObjectURL console.warn
  crypto.getRandomValues crypto.subtle document.body document.baseURI document.cookie document.createElement
  document.documentElement globalThis.isSecureContext history.replaceState history.state indexedDB.open location.assign
  location.href location.origin location.protocol location.replace location.search
  navigator.onLine performance.now window.crypto window.innerHeight window.innerWidth window.open
  window.origin window.screenX window.screenY`.split(/\s+/),
)

/** Globals of the formats, not of browsers. */
export const OF_FORMATS = new Set(['module', 'exports', 'require'])

/**
 * What is used only where it is there.
 *
 * @type {Readonly<Record<string, string>>}
 */
export const OPTIONAL = {
  BroadcastChannel: 'without it, other tabs hear nothing',
  'Error.captureStackTrace': 'jose asks first',
  'Uint8Array.fromBase64': 'jose asks first',
  'Uint8Array.prototype': 'jose asks first',
  toBase64: 'jose asks first',
  requestIdleCallback: 'without it, modules are prefetched by a timer',
  'navigator.locks': 'without them, calls of one page take turns',
  locks: 'without them, calls of one page take turns',
  trustedTypes: 'without them, there is no policy to make',
  cause: 'an error without its cause is still that error',
}
