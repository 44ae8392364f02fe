import fc from 'fast-check'
import { describe, it } from 'vitest'
import { ModelRun, type Operation, operation, type Storage, settings } from './support/model-run.ts'
import { FACTOR, PATH, SEED } from './support/settings.ts'

const RUNS = 170

const STORAGES: Storage[] = ['localstorage', 'memory', 'custom']

/**
 * Without IndexedDB the number of the session is in a cookie, which a sign-out removes: a page that
 * has been away meanwhile cannot tell that there was one.
 */
const NEEDS_DATABASE = ['freeze in lock', 'hide']

const perform = async (run: ModelRun, operations: readonly Operation[]): Promise<void> => {
  try {
    for (const each of operations) await run.perform(each)
    await run.finish()
  } finally {
    run.close()
  }
}

/**
 * Sequences of what users, tenants and browsers do with two tabs, against a model of the session. The
 * failure that is printed has a seed and a path, which draw the same sequence again: see `main.js`.
 */
describe.each(STORAGES)('fuzzing: two tabs, sessions in %s', storage => {
  it('security A: only the user and the tenant change or end a session', async () => {
    const sequences = fc.array(operation, { minLength: 1, maxLength: 25, size: 'max' })
    const property = fc.asyncProperty(settings, sequences, (given, operations) =>
      perform(
        new ModelRun(storage, given),
        operations.filter(({ does }) => given.hasDatabases || !NEEDS_DATABASE.includes(does)),
      ),
    )
    await fc.assert(property, { numRuns: RUNS * FACTOR, seed: SEED, ...(PATH && { path: PATH }) })
  })
})

const usual = {
  useRefreshTokens: true,
  useRefreshTokensFallback: undefined,
  useMrrt: false,
  hasDatabases: true,
  holdsKeys: false,
}
const ada = { sub: 'ada', organization: undefined } as const
const eve = { sub: 'eve', organization: undefined } as const
const redirect = { does: 'sign in', how: 'redirect', token: 'pass' } as const
const popup = { does: 'sign in', how: 'popup held', token: 'pass' } as const
const leave = { does: 'leave to sign in' } as const
const signOut = { does: 'sign out', atTenant: false } as const
const getToken = {
  does: 'get token',
  cacheMode: 'on',
  audience: undefined,
  timeoutInSeconds: undefined,
  token: 'pass',
  frame: 'pass',
} as const

/** Sequences that have failed once. */
const FOUND: [string, Storage, Partial<typeof usual>, Operation[]][] = [
  [
    'a session in memory stays in its organization after a login to another one elsewhere',
    'memory',
    {},
    [
      { ...redirect, tab: 0, sub: 'ada', organization: 'org_2' },
      { ...getToken, tab: 1, audience: 'https://api', token: 'hold request' },
      { ...redirect, tab: 0, ...ada },
    ],
  ],
  [
    'a silent login of another user does not join the session that other silent work has restored',
    'localstorage',
    { useRefreshTokens: false, holdsKeys: true },
    [
      { ...redirect, tab: 0, ...eve },
      { ...getToken, tab: 1 },
      { ...getToken, tab: 1, cacheMode: 'off' },
      { ...leave, tab: 0, ...ada },
      { ...getToken, tab: 1, audience: 'https://api' },
    ],
  ],
  [
    'a call that looks again just when the sign-out of another tab arrives does not sign in',
    'memory',
    {},
    [
      { ...redirect, tab: 0, ...ada },
      { does: 'freeze in lock', tab: 0 },
      { ...getToken, tab: 0, audience: 'https://api' },
      { ...signOut, tab: 1 },
      { ...getToken, tab: 0 },
    ],
  ],
  [
    'a page that stood still while it stored tokens leaves no cookie after a sign-out elsewhere',
    'memory',
    { hasDatabases: false },
    [
      { ...redirect, tab: 0, ...ada },
      { does: 'freeze in lock', tab: 0 },
      { ...getToken, tab: 0, audience: 'https://api' },
      { ...signOut, tab: 1 },
      { does: 'freeze', tab: 1 },
      { ...getToken, tab: 0 },
    ],
  ],
  [
    'a late message of a sign-out leaves the session that the same page has begun since',
    'custom',
    {},
    [
      { ...redirect, tab: 1, ...ada, token: 'hold answer' },
      { does: 'freeze', tab: 1 },
      { ...signOut, tab: 0 },
      { does: 'deliver', index: 0 },
      { does: 'thaw', tab: 1, last: 'message' },
    ],
  ],
  [
    'a late message of a sign-out leaves the session of another organization that has begun since',
    'memory',
    {},
    [
      { does: 'freeze in lock', tab: 0 },
      { ...popup, tab: 0, sub: 'ada', organization: 'org_2' },
      { ...redirect, tab: 0, ...ada, how: 'in place' },
      { does: 'deliver', index: 0 },
      { ...signOut, tab: 1 },
    ],
  ],
  [
    'a late message of a sign-out leaves the session of another tab in a page that knew no user',
    'custom',
    {},
    [
      { does: 'freeze in lock', tab: 1 },
      { ...signOut, tab: 0 },
      { ...signOut, tab: 0 },
      { ...popup, tab: 0, ...ada },
      { does: 'deliver', index: 0 },
    ],
  ],
  [
    'auth_time does not go back when a refresh token of an earlier login is used after a step-up',
    'localstorage',
    {},
    [
      { ...redirect, tab: 0, ...ada },
      { ...getToken, tab: 0, audience: 'https://api' },
      { ...redirect, tab: 0, ...ada },
      { ...getToken, tab: 0, audience: 'https://api', cacheMode: 'off' },
    ],
  ],
  [
    'late messages leave the session that has begun since in a page that knew no user',
    'custom',
    {},
    [
      { does: 'freeze', tab: 0 },
      { ...redirect, tab: 1, ...ada },
      { ...signOut, tab: 1 },
      { ...redirect, tab: 1, ...ada },
    ],
  ],
  [
    'a restored page hears of a sign-out after another tab has lost a session of its own',
    'memory',
    {},
    [
      { ...redirect, tab: 1, ...ada },
      { does: 'end tenant session' },
      { ...getToken, tab: 0 },
      { does: 'hide', tab: 1 },
      { ...signOut, tab: 0 },
    ],
  ],
  [
    'a late message of a sign-out leaves the session that another tab has restored since',
    'custom',
    {},
    [
      { does: 'freeze', tab: 0 },
      { ...redirect, tab: 1, ...ada },
      { ...signOut, tab: 1 },
      { ...getToken, tab: 1 },
    ],
  ],
  [
    'two late messages of sign-outs leave the session that another tab has restored since',
    'custom',
    { hasDatabases: false },
    [
      { ...leave, tab: 0, ...ada },
      { does: 'reload', tab: 0, token: 'pass', frame: 'pass' },
      { ...getToken, tab: 0 },
      { does: 'freeze', tab: 0 },
      { ...signOut, tab: 1 },
      { ...signOut, tab: 1 },
      { ...getToken, tab: 1 },
    ],
  ],
]

describe('two tabs', () => {
  it.each(FOUND)('security A: %s', (_, storage, given, operations) =>
    perform(new ModelRun(storage, { ...usual, ...given }), operations),
  )
})
