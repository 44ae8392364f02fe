/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('./run.js').Run} Run */
/** @typedef {import('./run.js').User} User */

const ORGANIZATIONS = [undefined, 'org_blue', 'org_green']

/**
 * What other tabs do while a user signs in or out in one of them.
 *
 * @typedef {'nothing' | 'calls' | 'renewal' | 'frame' | 'code' | 'frozen' | 'dialog'} Company
 */

/** The requests that are held while a user signs in. */
const REQUESTS = /** @type {const} */ ({
  // A late answer must not set the cookie of the tenant's former session again.
  frame: { endpoint: 'authorize', prompt: 'none', cookies: 'blocked' },
  code: { endpoint: 'token', grantType: 'authorization_code' },
  renewal: { endpoint: 'token', grantType: 'refresh_token' },
})

const DURING_SIGN_IN = /** @type {const} */ ([
  'nothing',
  'calls',
  'renewal',
  'frame',
  'code',
  'frozen',
  'dialog',
])

/** A call that begins after the sign-out may sign in silently, until the tenant has ended too. */
const DURING_SIGN_OUT = DURING_SIGN_IN.filter(company => company !== 'calls')

/**
 * The events that a user decides on, while other tabs are at work.
 *
 * @param {Run} run
 */
export const createInteractiveSteps = run => {
  const { browser, tenant, tally, expected, users, random, pick, startCall, newAudience } = run

  const pickTab = () => pick([...browser.tabs])
  const userOf = (/** @type {Page} */ tab) =>
    users.find(({ sub }) => sub === expected.current(tab)?.sub) ?? pick(users)

  /**
   * Begins a call whose request is held by the tenant.
   *
   * @param {Page} tab
   * @param {Company} company
   */
  const beginHeldCall = async (tab, company) => {
    const when = pick(/** @type {const} */ (['before', 'after']))
    const kind = company === 'frame' || company === 'code' ? company : 'renewal'
    const held = tenant.faults.hold({ ...REQUESTS[kind], when, times: 1 })
    const ended = startCall(tab, {
      cacheMode: 'off',
      // There is no refresh token for an audience that was never asked for.
      ...(kind !== 'renewal' && { audience: newAudience() }),
    })
    // A call that makes no request must not leave the hold to that of another tab.
    await Promise.race([held.reached, ended.then(held.release)])
    return { release: held.release, ended }
  }

  /**
   * Calls again and again.
   *
   * @param {readonly Page[]} tabs
   */
  const keepCalling = tabs => {
    let isOver = false
    const loops = tabs.map(async tab => {
      while (!isOver) await startCall(tab, { calls: 3, cacheMode: pick(['on', 'on', 'off']) })
    })
    return async () => {
      isOver = true
      await Promise.all(loops)
    }
  }

  /**
   * @param {Page[]} others
   * @param {Company} company
   * @returns {Promise<() => Promise<void>>} lets them end, and waits for it
   */
  const accompany = async (others, company) => {
    const other = pick(others)
    tally.note(`  ${company} in ${company === 'calls' ? 'the others' : browser.nameOf(other)}`)
    if (company === 'nothing') return async () => {}
    if (company === 'calls') return keepCalling(others)
    const call = await beginHeldCall(other, company)
    /** @type {() => Promise<void>} */
    let resume = async () => {}
    if (company === 'frozen' || company === 'dialog') {
      tally.count(company === 'frozen' ? 'freezes' : 'dialogs')
      resume = await (company === 'frozen' ? browser.freeze(other) : browser.openDialog(other))
    }
    return async () => {
      const steps = [async () => call.release(), resume]
      if (random() < 0.5) steps.reverse()
      for (const step of steps) await step()
      await call.ended
    }
  }

  /**
   * @param {Page} tab
   * @param {User} user
   * @param {{ prompt?: 'login', organization?: string | undefined }} params
   */
  const signIn = async (tab, user, { prompt, organization }) => {
    const how = random() < 0.4 ? 'signInByPopup' : 'signIn'
    tally.note(`  ${how} of ${user.sub} ${organization ?? ''} in ${browser.nameOf(tab)}`)
    const params = { ...(prompt && { prompt }), ...(organization && { organization }) }
    const before = expected.current(tab)
    const login = { sub: user.sub, org: organization, authTime: 0 }
    expected.signIn(tab, login, 'begin')
    try {
      await browser[how](tab, params, prompt && user)
    } catch (error) {
      tally.violation('signInsLost', `${browser.nameOf(tab)}: ${error}`)
      await browser.reload(tab)
      expected.reset(tab)
      return expected.adopt(tab, await browser.look(tab))
    }
    const { authTime } = await browser.look(tab)
    if (before?.sub === user.sub && authTime < before.authTime) {
      tally.violation('loginsReplacedByOlder', `${browser.nameOf(tab)}: ${authTime}`)
    }
    expected.signIn(tab, { ...login, authTime }, 'complete')
    await run.checkTab(tab)
  }

  /**
   * @param {Page} tab
   * @param {readonly Company[]} companies
   * @param {() => Promise<void>} event
   */
  const inCompany = async (tab, companies, event) => {
    await Promise.all([...browser.tabs].map(each => browser.setClock(each, 0)))
    const others = [...browser.tabs].filter(each => each !== tab)
    // With tokens in memory a sign-in elsewhere changes nothing here, so a refused frame is no late answer.
    const possible = companies.filter(company => run.isShared || company !== 'frame')
    const finish = await accompany(others, others.length ? pick(possible) : 'nothing')
    await event()
    await finish()
  }

  /**
   * @param {'signInsSameUser' | 'signInsOtherUser' | 'stepUps' | 'organizationSwitches'} name
   * @param {(tab: Page) => { user: User, prompt?: 'login', organization?: string | undefined }} plan
   */
  const signInStep = (name, plan) => async () => {
    const tab = pickTab()
    const { user, ...params } = plan(tab)
    tally.count(name)
    await inCompany(tab, DURING_SIGN_IN, () => signIn(tab, user, params))
  }

  /** Without a password, the tenant signs in whom it knows. */
  const signInAgain = signInStep('signInsSameUser', () => ({ user: run.userAtTenant() }))
  const stepUp = signInStep('stepUps', tab => ({
    user: userOf(tab),
    prompt: 'login',
    organization: expected.current(tab)?.org,
  }))
  const signInOther = signInStep('signInsOtherUser', tab => ({
    user: pick(users.filter(user => user !== userOf(tab))),
    prompt: 'login',
  }))
  const switchOrganization = signInStep('organizationSwitches', tab => ({
    user: run.userAtTenant(),
    organization: pick(ORGANIZATIONS.filter(org => org !== expected.current(tab)?.org)),
  }))

  const signOutThenIn = async () => {
    const tab = pickTab()
    await inCompany(tab, DURING_SIGN_OUT, async () => {
      tally.count('signOuts')
      tally.note(`  signOut in ${browser.nameOf(tab)}`)
      expected.signOut(browser.tabs, 'begin')
      await browser.signOut(tab)
      expected.signOut(browser.tabs, 'complete')
      await run.checkTab(tab)
      if (random() < 0.7) await signIn(tab, pick(users), { prompt: 'login' })
    })
    await run.checkTabs()
    if (!expected.current(tab)) await signIn(pickTab(), pick(users), { prompt: 'login' })
  }

  return {
    signIn,
    steps: { signInAgain, stepUp, signInOther, switchOrganization, signOutThenIn },
  }
}
