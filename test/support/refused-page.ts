import { readFileSync } from 'node:fs'
import type { Auth0ClientOptions } from '../../src/index.ts'
import type { startBlankSite } from './blank-site.js'
import { MEMORY, optionsFor, STORED, type Tenant } from './browser-clients.ts'
import { ROWS, type Row } from './refused-facilities.js'
import type { createSteps, Outcome } from './refused-facility-steps.js'

declare global {
  interface Window {
    steps: ReturnType<typeof createSteps>
    /** The client id of the row that the page was loaded for. */
    loadedFor: string
    /** Errors that no code has caught. */
    uncaught: string[]
  }
}

/** A tab of any engine. */
export interface RefusedTab {
  goto(url: string): Promise<unknown>
  evaluate<Args extends unknown[], Result>(
    run: (...args: Args) => Result,
    ...args: Args
  ): Promise<Awaited<Result>>
  waitFor<Args extends unknown[]>(
    condition: (...args: Args) => unknown,
    ...args: Args
  ): Promise<void>
}

/** One for all rows: a tab whose user has a session at the tenant. */
export interface SignedIn {
  tab: RefusedTab
  tenant: Tenant
  site: Awaited<ReturnType<typeof startBlankSite>>
}

const fileOf = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8')

const TABLE = '/refused-facilities.js'
const STEPS = '/refused-facility-steps.js'
const BEFORE = '/before-sdk.js'

/** Sends what no code has caught to the site, since the page is left in between. */
const noteUncaught = (): void => {
  const { fetch } = window
  window.uncaught = []
  const note = (text: string): void => {
    window.uncaught.push(text)
    fetch('/reports', { method: 'POST', body: text, keepalive: true })
  }
  window.addEventListener('error', ({ message }) => note(message))
  window.addEventListener('unhandledrejection', ({ reason }) => note(`rejection: ${reason}`))
}

/** Makes the page of the site refuse a facility before the SDK is loaded. */
const prepare = (site: SignedIn['site'], row: Row, clientId: string): void => {
  site.reports.length = 0
  site.scripts[TABLE] ??= fileOf('./refused-facilities.js')
  site.scripts[STEPS] ??= fileOf('./refused-facility-steps.js')
  site.scripts[BEFORE] = `
    import { ROWS } from '${TABLE}'
    import '${STEPS}'
    if (!location.search) localStorage.clear()
    ;(${noteUncaught})()
    export const row = ROWS[${ROWS.indexOf(row)}]
    if (!row.isLater) row.refuse()`
  site.scripts['/sdk.js'] = `
    import { row } from '${BEFORE}'
    import { createSteps } from '${STEPS}'
    import * as sdk from '/dist/auth0-spa-js.production.esm.js'
    window.steps = createSteps(row, sdk)
    window.loadedFor = '${clientId}'`
}

let clients = 0

/**
 * Goes from the first client of a page to the logout while it is refused a facility.
 *
 * @returns what happened, with the number of renewals by refresh token, and what no code has caught
 */
export const runInPage = async (
  { tab, tenant, site }: SignedIn,
  row: Row,
): Promise<Outcome & { renewals: number; uncaught: string[] }> => {
  clients += 1
  const clientId = `client-${clients}`
  prepare(site, row, clientId)
  tenant.clients.push({ client_id: clientId, origins: [new URL(site.url).origin] })
  tenant.log.clear()
  const options: Auth0ClientOptions = optionsFor(tenant, site.url, {
    ...(row.inWorker ? MEMORY : STORED),
    clientId,
  })
  const load = async (url: string): Promise<void> => {
    await tab.goto(url)
    await tab.waitFor(
      (id, isAnswer) => window.loadedFor === id && location.search.includes('code=') === isAnswer,
      clientId,
      url !== site.url,
    )
  }
  await load(site.url)
  const { url, errors } = await tab.evaluate(given => window.steps.start(given), options)
  if (url) await load(url)
  const outcome = url
    ? await tab.evaluate(
        (given, before) => window.steps.finish(given, location.href, before),
        options,
        errors,
      )
    : { errors }
  // Events of rejections are sent after the task.
  const uncaught = await tab.evaluate(
    () => new Promise<string[]>(resolve => setTimeout(() => resolve(window.uncaught))),
  )
  return {
    ...outcome,
    renewals: tenant.log.count({ endpoint: 'token', grantType: 'refresh_token', status: 200 }),
    uncaught: [...new Set([...site.reports, ...uncaught])],
  }
}
