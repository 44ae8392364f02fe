import { cpus, loadavg } from 'node:os'
import { NAMES, SDKS } from './sdks.js'

/**
 * What the figures come from and how to read them.
 *
 * @param {import('./bench.js').Bench} bench
 */
export const introduction = ({ browser }) => {
  const versions = NAMES.map(name => `${name} ${SDKS[name].version}`).join(', ')
  const processors = cpus()
  const load = loadavg()
    .map(average => average.toFixed(1))
    .join(', ')
  const date = new Date().toISOString().slice(0, 10)
  return `# Latchkey beside other SDKs

\`npm run bench\` on ${date}: Chromium ${browser.version()}, Node ${process.version.slice(1)}, ${processors.length} × ${processors[0]?.model ?? 'unknown'},
load average ${load} at the end; ${versions}.

All SDKs are bundled and minified in the same way and run in the same browser, against the same
test tenant on this machine, which answers without delay. Their samples are taken in turn, so that a busy
moment of the machine hits all of them. A figure is a median, followed by the quartiles. The factor
in bold is Latchkey's median divided by that figure: below 1× Latchkey is faster or smaller. On
another machine the figures differ; the factors change less.
`
}
