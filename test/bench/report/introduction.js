import { cpus } from 'node:os'
import { NAMES, SDKS } from '../sdks.js'

/**
 * What the figures come from, and how they are to be read.
 *
 * @param {import('../bench.js').Bench} bench
 */
export const introduction = ({ browser }) => {
  const versions = NAMES.map(name => `${name} ${SDKS[name].version}`).join(', ')
  const processors = cpus()
  const date = new Date().toISOString().slice(0, 10)
  return `# Beside its peers

\`npm run bench\` on ${date}: Chromium ${browser.version()}, Node ${process.version.slice(1)}, ${processors.length} × ${processors[0]?.model ?? 'unknown'};
${versions}.

Every SDK is bundled and minified in the same way, and runs in the same browser, against the same
server on this machine, which answers at once. Samples are taken in turn, and a ratio divides each
sample by the one taken beside it. Figures are medians, with the quartiles behind them; below 1×
Latchkey is ahead. The ratios are what carries over to another machine.
`
}
