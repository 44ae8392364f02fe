import { createSeededRandom } from '../../examples/tenant/faults/seeded-random.js'
import { createExpected } from './expected.js'

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {{ sub: string, email: string, password: string }} User */
/** @typedef {Parameters<import('./tabs.js').UserBrowser['call']>[1]} Load */

/** How long a call may take at most: that of its own limits, and without one those of the client. */
const LONGEST_CALL_MS = { limited: 60_000, unlimited: 220_000 }

/** How long a tab may show what was before. */
const LONGEST_DELAY_MS = 8_000

/** @param {number} ms */
const pause = ms => new Promise(resolve => setTimeout(resolve, ms))

/**
 * What the steps have in common: chance, the tabs, what must be true, and the checks.
 *
 * @param {{
 *   browser: import('./tabs.js').UserBrowser,
 *   tenant: import('../../examples/tenant/start-tenant.js').Tenant,
 *   tally: import('./tally.js').Tally,
 *   audiences: readonly [string, ...string[]],
 *   users: readonly User[],
 *   isShared: boolean,
 *   seed: number,
 * }} parts
 */
export const createRun = parts => {
  const { browser, tally, users, audiences, isShared, seed } = parts
  const random = createSeededRandom(seed)
  const expected = createExpected({ isShared })
  let newAudiences = 0

  /**
   * @template Item
   * @param {readonly Item[]} items
   */
  const pick = items => /** @type {Item} */ (items[Math.floor(random() * items.length)])

  /**
   * Calls in a tab, and judges how they ended. A tab that is closed or killed says nothing.
   *
   * @param {Page} tab
   * @param {Partial<Load>} given
   */
  const startCall = async (tab, given) => {
    const timeoutInSeconds = random() < 0.5 ? 5 : 0
    const load = { calls: 1, audience: audiences[0], timeoutInSeconds, ...given }
    const limitMs = LONGEST_CALL_MS[load.timeoutInSeconds ? 'limited' : 'unlimited']
    const since = Date.now()
    const outcomes = await browser.call(tab, { cacheMode: 'on', ...load, limitMs }).catch(error => {
      if (browser.tabs.has(tab)) throw error
      return []
    })
    tally.calls(outcomes)
    const { subs, mayEnd } = expected.during(tab, since)
    const failures = new Set(outcomes.map(({ ended }) => ended).filter(ended => ended !== 'token'))
    if (failures.size > 0) tally.note(`    ${browser.nameOf(tab)}: ${[...failures].join(', ')}`)
    for (const { ended, sub } of outcomes) {
      const details = `a call in ${browser.nameOf(tab)} begun ${Date.now() - since} ms ago: ${ended} ${sub ?? ''}, not of ${[...subs].join(', ')}`
      if (ended === 'hangs') tally.violation('callsHanging', details)
      if (ended === 'token' && !subs.has(sub)) tally.violation('usersMixedUp', details)
      if (ended === 'login_required' && !mayEnd) tally.violation('sessionsEnded', details)
    }
    return outcomes
  }

  /**
   * Compares what a tab says with what must be true; it may take a moment.
   *
   * @param {Page} tab
   */
  const checkTab = async tab => {
    const start = Date.now()
    for (;;) {
      const since = Date.now()
      const seen = await browser.look(tab)
      const violation = expected.judge(tab, seen, since)
      if (violation && Date.now() - start < LONGEST_DELAY_MS) {
        await pause(100)
        continue
      }
      if (violation) {
        const login = JSON.stringify(expected.current(tab))
        const details = `${browser.nameOf(tab)} says ${JSON.stringify(seen)}, not ${login}`
        tally.violation(violation, details)
      }
      if (violation || !isShared) expected.adopt(tab, seen)
      return seen
    }
  }

  /** The token that a tab gives out must be its user's. */
  const checkToken = async (/** @type {Page} */ tab) => {
    const before = await checkTab(tab)
    if (!before.isSignedIn) return
    const [outcome] = await startCall(tab, {})
    const after = await browser.look(tab)
    const isOther = outcome?.ended === 'token' && outcome.sub !== after.sub
    if (before.sub === after.sub && isOther) {
      tally.violation(
        'usersMixedUp',
        `${browser.nameOf(tab)}: a token of ${outcome.sub} for ${after.sub}`,
      )
    }
  }

  return {
    ...parts,
    random,
    expected,
    pick,
    /** @param {number} below */
    upTo: below => Math.floor(random() * below),
    newAudience: () => {
      newAudiences += 1
      return `https://api.example.com/${newAudiences}`
    },
    userAtTenant: () => users.find(({ sub }) => sub === expected.subAtTenant()) ?? pick(users),
    startCall,
    checkTab,
    checkTabs: () => Promise.all([...browser.tabs].map(checkToken)),
  }
}

/** @typedef {ReturnType<typeof createRun>} Run */
