/**
 * The browsers that the SDK is made for, each with the first version that has all it needs. The
 * README says the same; `support.test.ts` holds the build to it.
 *
 * @type {Readonly<Record<'Chrome' | 'Edge' | 'Firefox' | 'Safari', number>>}
 */
export const BROWSERS = { Chrome: 98, Edge: 98, Firefox: 97, Safari: 15.4 }
