/** @typedef {import('./run.js').Run} Run */

const refresh = /** @type {const} */ ({ endpoint: 'token', grantType: 'refresh_token' })

/** What may go wrong with the next renewals; each happens once. */
const FAULTS = /** @type {const} */ ([
  { drop: 'before' },
  { drop: 'after' },
  { drop: 'during' },
  { truncate: true },
  { status: 500, json: { error: 'server_error' } },
  { status: 502, html: '<p>Bad Gateway' },
  { status: 503, json: { error: 'temporarily_unavailable' } },
  { status: 429, headers: { 'Retry-After': '1' }, json: { error: 'too_many_requests' } },
  { delayBeforeMs: 300 },
  { delayAfterMs: 300 },
])

/**
 * What happens without a user: renewals, and everything that can go wrong with them.
 *
 * @param {Run} run
 */
export const createSilentSteps = run => {
  const { browser, tenant, tally, pick, upTo, startCall } = run
  const pickTab = () => pick([...browser.tabs])

  /** Calls from several tabs at once, after all tokens have expired. */
  const renewEverywhere = async () => {
    const tabs = [...browser.tabs]
    await browser.expireTokens(pickTab())
    const load = {
      calls: 1 + upTo(20),
      audience: pick(run.audiences),
      cacheMode: /** @type {'on' | 'off'} */ (run.isShared ? 'on' : 'off'),
    }
    await Promise.all(tabs.map(tab => startCall(tab, load)))
  }

  /** A tab dies while it renews; the others call at once. */
  const crashInTheMiddle = async () => {
    const [victim, ...others] = [...browser.tabs]
    if (!victim || others.length === 0) return
    const when = pick(/** @type {const} */ (['before', 'after']))
    const held = tenant.faults.hold({ endpoint: 'token', when, times: 1 })
    await browser.expireTokens(victim)
    const load = { calls: 3, audience: pick(run.audiences) }
    const isUnderWay = await Promise.race([
      held.reached.then(() => true),
      // Told to leave the tenant alone, it asks nothing.
      startCall(victim, { ...load, cacheMode: 'off' }).then(() => false),
    ])
    if (!isUnderWay) return held.release()
    const calls = others.map(tab => startCall(tab, load))
    await browser.kill(victim)
    tally.count('crashes')
    held.release()
    await Promise.all(calls)
  }

  /** Something goes wrong with the next renewal, and then no more. */
  const trouble = async () => {
    tenant.faults.add({ ...refresh, ...pick(FAULTS), times: 1 })
    await renewEverywhere()
    tenant.faults.clear()
  }

  /** A tab loses the network in the middle of things, and gets it back. */
  const offline = async () => {
    const tab = pickTab()
    await browser.setOffline(tab, true)
    await renewEverywhere()
    await browser.setOffline(tab, false)
    await renewEverywhere()
  }

  /** A tab stands still, with or without a renewal of its own under way; the others renew. */
  const standStill = async () => {
    const [still, ...others] = [...browser.tabs]
    if (!still || others.length === 0) return
    const isFrozen = run.random() < 0.5
    tally.count(isFrozen ? 'freezes' : 'dialogs')
    const own = run.random() < 0.5 && startCall(still, { cacheMode: 'off' })
    const resume = await (isFrozen ? browser.freeze(still) : browser.openDialog(still))
    const isWaitedFor = run.random() < 0.5
    const load = { calls: 3, cacheMode: /** @type {const} */ ('off') }
    const calls = others.map(tab =>
      startCall(tab, { ...load, ...(isWaitedFor && { timeoutInSeconds: 2 }) }),
    )
    const pause = new Promise(resolve => setTimeout(resolve, 500 + upTo(3000)))
    await (isWaitedFor ? Promise.all(calls) : pause)
    await resume()
    await Promise.all([...calls, own])
  }

  /** The token worker dies, at rest or while it asks the tenant. */
  const endWorker = async () => {
    const tab = pickTab()
    tally.count('workersEnded')
    const held = tenant.faults.hold({ ...refresh, when: 'after', times: 1 })
    if (run.random() < 0.5) {
      const call = startCall(tab, { cacheMode: 'off', timeoutInSeconds: 5 })
      await Promise.race([held.reached, call])
    }
    await browser.endWorkers(tab)
    held.release()
    await startCall(tab, { cacheMode: 'off', timeoutInSeconds: 5 })
  }

  const setAClock = () => browser.setClock(pickTab(), pick([-2, 0, 2]))
  const reloadATab = async () => {
    const tab = pickTab()
    run.expected.reset(tab)
    await browser.reload(tab)
  }
  const shutATab = async () => {
    if (browser.tabs.size > 2) await browser.shut(pickTab())
  }

  return {
    renewEverywhere,
    crashInTheMiddle,
    trouble,
    offline,
    standStill,
    setAClock,
    reloadATab,
    shutATab,
    ...(!run.isShared && { endWorker }),
  }
}
