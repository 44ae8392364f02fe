import { moduleIn } from '../bench.js'
import { asScript } from '../bundle.js'
import { takeTimes } from '../report/table.js'
import { NAMES } from '../sdks.js'
import { AUDIENCE } from '../sessions.js'

/** @typedef {import('../bench.js').Bench} Bench */
/** @typedef {import('../report/table.js').TimingTable} TimingTable */
/** @typedef {import('../sdks.js').SdkName} SdkName */

/**
 * @param {Bench} bench
 */
const measureTime = async ({ browser, bundles, site, times }) => {
  /** @type {Record<string, string>} */
  const scripts = {}
  for (const [name, bundle] of bundles) scripts[name] = await asScript(bundle)
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    await page.goto(site.isolated)
    /** @type {import('../bench.js').InPage<typeof import('../page/evaluation.js')>} */
    const evaluation = moduleIn(page, 'evaluation.js')
    return await evaluation.evaluate({ scripts, rounds: times(60) })
  } finally {
    await context.close()
  }
}

/**
 * Kilobytes that the heap of a page has grown by, after a collection of garbage.
 *
 * @param {Bench} bench
 * @param {SdkName} sdk
 * @param {boolean} withClient
 */
const heapOf = async ({ browser, site, standIn }, sdk, withClient) => {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    await page.goto(site.url)
    const devtools = await context.newCDPSession(page)
    const used = async () => {
      await devtools.send('HeapProfiler.collectGarbage')
      await devtools.send('HeapProfiler.collectGarbage')
      return (await devtools.send('Runtime.getHeapUsage')).usedSize / 1024
    }
    /** @type {import('../bench.js').InPage<typeof import('../page/start.js')>} */
    const start = moduleIn(page, 'start.js')
    const options = { standIn: standIn.url, clientId: 'bench', audience: AUDIENCE }
    await start.nothing()
    const before = await used()
    if (withClient) {
      await start.create({ sdk, ...options })
      await page.waitForLoadState('networkidle')
    } else {
      await start.loadOnly(sdk)
    }
    return (await used()) - before
  } finally {
    await context.close()
  }
}

/**
 * @param {Bench} bench
 * @param {SdkName[]} names
 * @param {boolean} withClient
 */
const measureHeap = async (bench, names, withClient) => {
  /** @type {Record<string, number[]>} */
  const samples = Object.fromEntries(names.map(name => [name, []]))
  for (let round = 0; round < (bench.isQuick ? 1 : 3); round += 1) {
    for (const name of names) samples[name]?.push(await heapOf(bench, name, withClient))
  }
  return samples
}

/**
 * What it costs a page to have the SDK, before it does anything.
 *
 * @param {Bench} bench
 * @returns {Promise<TimingTable[]>}
 */
export const measureEvaluation = async bench => {
  const against = NAMES.filter(name => name !== 'latchkey')
  const withClients = NAMES.filter(name => name !== 'keycloak-js')
  return [
    {
      kind: 'timing',
      title: 'Running the bundle for the first time',
      note: 'What a page loads before login, as one script: parsed, compiled and run in a new realm each time.',
      unit: 'ms',
      against,
      rows: [await takeTimes('the SDK as such', () => measureTime(bench))],
    },
    {
      kind: 'timing',
      title: 'Heap',
      note: 'By how much the JavaScript heap of an empty page grows, after a collection of garbage. With a client: nobody is signed in, and what loads in the background has loaded.',
      unit: 'kB',
      against,
      rows: [
        await takeTimes('the SDK as such', () => measureHeap(bench, NAMES, false)),
        await takeTimes('with a client', () => measureHeap(bench, withClients, true)),
      ],
    },
  ]
}
