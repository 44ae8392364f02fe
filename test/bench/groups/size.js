import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { moduleIn } from '../bench.js'
import { bundle } from '../bundle.js'
import { takeTimes } from '../report/table.js'
import { NAMES, SDKS } from '../sdks.js'
import { AUDIENCE, storedSession } from '../sessions.js'

/** @typedef {import('../bench.js').Bench} Bench */
/** @typedef {import('../report/table.js').TimingRow} TimingRow */
/** @typedef {import('../report/table.js').TimingTable} TimingTable */
/** @typedef {import('../sdks.js').SdkName} SdkName */

const CLIENT_ID = 'bench'

/** @param {string | Buffer} text */
const gzipped = text => gzipSync(text, { level: 9 }).length

/** @param {Iterable<string>} codes */
const sum = codes => [...codes].reduce((bytes, code) => bytes + gzipped(code), 0)

/**
 * The files that a page with a client has loaded once nothing more comes.
 *
 * @param {Bench} bench
 * @param {SdkName} sdk
 * @param {boolean} withSession
 */
const filesLoaded = async ({ browser, site, standIn }, sdk, withSession) => {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    await page.goto(site.url)
    /** @type {import('../bench.js').InPage<typeof import('../page/start.js')>} */
    const start = moduleIn(page, 'start.js')
    if (withSession)
      await start.seed({ clientId: CLIENT_ID, items: await storedSession(standIn, CLIENT_ID) })
    await start.create({ sdk, standIn: standIn.url, clientId: CLIENT_ID, audience: AUDIENCE })
    await page.waitForLoadState('networkidle')
    const urls = await page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => name),
    )
    const prefix = `/bundles/${sdk}/`
    return new Set(
      urls
        .map(url => new URL(url).pathname)
        .filter(path => path.startsWith(prefix))
        .map(path => path.slice(prefix.length)),
    )
  } finally {
    await context.close()
  }
}

/**
 * Bytes of the files an application loads, minified and gzipped, each on its own.
 *
 * @param {Bench} bench
 * @returns {Promise<TimingTable[]>}
 */
export const measureSize = async bench => {
  /** @type {Record<'before' | 'visitor' | 'session' | 'all' | 'script', Record<string, number[]>>} */
  const bytes = { before: {}, visitor: {}, session: {}, all: {}, script: {} }
  for (const name of NAMES) {
    const { initial, later } = await bundle(SDKS[name], SDKS[name].app)
    const before = sum(initial.values())
    bytes.before[name] = [before]
    bytes.all[name] = [before + sum(later.values())]
    if (name !== 'keycloak-js') {
      for (const withSession of [false, true]) {
        const loaded = await filesLoaded(bench, name, withSession)
        const taken = [...later].filter(([file]) => loaded.has(file)).map(([, code]) => code)
        bytes[withSession ? 'session' : 'visitor'][name] = [before + sum(taken)]
      }
    }
    const { scriptTag } = SDKS[name]
    if (scriptTag) bytes.script[name] = [gzipped(readFileSync(scriptTag))]
  }
  return [
    {
      kind: 'timing',
      title: 'Size',
      note: 'An application that imports the SDK and makes a client, bundled by Rollup, minified by terser, each file gzipped with level 9. With a client: with what it has loaded by itself a moment later.',
      unit: 'B',
      isExact: true,
      against: NAMES.filter(name => name !== 'latchkey'),
      rows: await Promise.all([
        takeTimes('before login', async () => bytes.before),
        takeTimes('with a client, nobody signed in', async () => bytes.visitor),
        takeTimes('with a client, a session in localStorage', async () => bytes.session),
        takeTimes('everything there is', async () => bytes.all),
        takeTimes('file for script tags', async () => bytes.script),
      ]),
    },
  ]
}
