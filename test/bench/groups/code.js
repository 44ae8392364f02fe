/** What the code of an SDK costs before it does anything. */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { inPage } from '../bench.js'
import { asScript, bundle } from '../bundle.js'
import { NAMES, SDKS } from '../sdks.js'
import { interleave } from '../statistics.js'

/** @typedef {import('../bench.js').Bench} Bench */
/** @typedef {import('../sdks.js').SdkName} SdkName */
/** @typedef {(name: SdkName, bench: Bench) => Promise<number | undefined>} SizeOf */

const WITH_CLIENTS = NAMES.filter(name => name !== 'keycloak-js')

/** @param {Iterable<string | Buffer>} texts */
const gzipped = texts =>
  [...texts].reduce((bytes, text) => bytes + gzipSync(text, { level: 9 }).length, 0)

/** @param {SdkName} name */
const bundleApp = name => bundle(SDKS[name], SDKS[name].app)

/**
 * The size with a client, once nothing more is loaded.
 *
 * @param {boolean} hasSession
 * @returns {SizeOf}
 */
const sizeWithClient = hasSession => (name, bench) => {
  const { site, setupOf, withContexts, withPage } = bench
  if (name === 'keycloak-js') return Promise.resolve(undefined)
  return withContexts([name], async contextOf => {
    const context = contextOf(name)
    const setup = setupOf(name)
    if (hasSession) {
      await withPage(context, site.url, (_, functions) => functions.open({ setup, signsIn: true }))
    }
    return withPage(context, site.url, async (page, functions) => {
      await functions.open({ setup: { ...setup, checksSession: true } })
      await page.waitForLoadState('networkidle')
      const urls = await page.evaluate(() =>
        performance.getEntriesByType('resource').map(({ name: url }) => url),
      )
      const { initial, later } = await bundleApp(name)
      const loaded = [...later].filter(([file]) =>
        urls.some(url => url.endsWith(`/${name}/${file}`)),
      )
      return gzipped([...initial.values(), ...loaded.map(([, code]) => code)])
    })
  })
}

/** @type {Record<string, SizeOf>} */
const SIZES = {
  'before login': async name => gzipped((await bundleApp(name)).initial.values()),
  'with a client, not signed in': sizeWithClient(false),
  'with a client, a session in localStorage': sizeWithClient(true),
  'all files': async name => {
    const { initial, later } = await bundleApp(name)
    return gzipped([...initial.values(), ...later.values()])
  },
  'script-tag file': async name => {
    const { scriptTag } = SDKS[name]
    return scriptTag ? gzipped([readFileSync(scriptTag)]) : undefined
  },
}

/** @type {import('../table.js').Group} */
export const size = {
  title: 'Size',
  note: 'Of an app that imports the SDK and makes a client, bundled by Rollup, minified by terser, each file gzipped with level 9. With a client: everything that it has loaded by itself a moment later.',
  measurements: bench =>
    Object.entries(SIZES).map(([title, sizeOf]) => ({
      title,
      measure: async () => {
        /** @type {Record<string, number[]>} */
        const samples = {}
        for (const name of NAMES) {
          const bytes = await sizeOf(name, bench)
          if (bytes !== undefined) samples[name] = [bytes]
        }
        return [{ title, unit: 'B', samples }]
      },
    })),
}

/**
 * By how much an SDK makes the heap of a page grow.
 *
 * @param {Bench} bench
 * @param {SdkName[]} names
 * @param {boolean} hasClient
 */
const heapGrowth = ({ site, times, setupOf, withContexts, withPage }, names, hasClient) => {
  return withContexts(names, contextOf =>
    interleave(names, times(3), name =>
      withPage(contextOf(name), site.url, async (page, functions) => {
        const devtools = await page.context().newCDPSession(page)
        const used = async () => {
          await devtools.send('HeapProfiler.collectGarbage')
          await devtools.send('HeapProfiler.collectGarbage')
          return (await devtools.send('Runtime.getHeapUsage')).usedSize / 1000
        }
        const before = await used()
        if (hasClient) await functions.open({ setup: setupOf(name, { checksSession: true }) })
        else await functions.loadSdk(name)
        await page.waitForLoadState('networkidle')
        return (await used()) - before
      }),
    ),
  )
}

/** @param {Bench} bench */
const evaluationTimes = async ({ bundles, site, times, withContexts }) => {
  /** @type {Record<string, string>} */
  const scripts = {}
  for (const [name, files] of bundles) scripts[name] = await asScript(files)
  return withContexts(['all'], async contextOf => {
    const page = await contextOf('all').newPage()
    await page.goto(site.isolated)
    return inPage(page).timeEvaluation({ scripts, rounds: times(60) })
  })
}

/** @type {import('../table.js').Group} */
export const evaluation = {
  title: 'Evaluation and heap',
  note: 'Evaluation: what a page loads before login, as one script, parsed, compiled and run in a new realm each time. Heap: by how much an empty page grows, after a garbage collection; with a client, not signed in, once everything is loaded that loads by itself.',
  measurements: bench => [
    {
      title: 'evaluation',
      measure: async () => [
        { title: 'evaluation', unit: 'ms', samples: await evaluationTimes(bench) },
      ],
    },
    {
      title: 'heap',
      measure: async () => [
        { title: 'heap, SDK loaded', unit: 'kB', samples: await heapGrowth(bench, NAMES, false) },
        {
          title: 'heap, with a client',
          unit: 'kB',
          samples: await heapGrowth(bench, WITH_CLIENTS, true),
        },
      ],
    },
  ],
}
