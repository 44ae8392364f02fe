/**
 * The types of this SDK and the ones it lacks. Does not compile when one is exported by both: a gap
 * that is closed comes off the list of `expected-gaps.ts`.
 */
export type * from '../../src/index.ts'
export type * from './expected-gaps.ts'
