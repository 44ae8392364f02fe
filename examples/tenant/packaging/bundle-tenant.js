import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { listThirdPartyLicenses } from './third-party-licenses.js'

const ENTRY = fileURLToPath(new URL('../main.js', import.meta.url))
const PAGE = new URL('../dashboard/page/', import.meta.url)
const SCHEMA = new URL('../settings/tenant.schema.json', import.meta.url)

/** What CommonJS packages expect to find in a module. */
const PREAMBLE = `import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)`

/**
 * Puts the tenant and all it needs into one program, so that whoever installs the SDK has the
 * tenant too, and the SDK still does not depend on the engine. What the program reads while it runs
 * lies beside it, as it lies beside the modules in the sources.
 *
 * @returns {import('rollup').Plugin}
 */
export const bundleTenant = () => ({
  name: 'bundle-tenant',
  resolveId: id => (id === 'tenant' ? '\0tenant' : null),
  // Rollup insists on a chunk. esbuild makes the real one: it reads CommonJS, and in a moment.
  load: id => (id === '\0tenant' ? 'export default undefined' : null),
  async generateBundle(_options, bundle) {
    for (const name of Object.keys(bundle)) delete bundle[name]
    const { outputFiles, metafile } = await build({
      entryPoints: [ENTRY],
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      minifyWhitespace: true,
      minifySyntax: true,
      // The engine finds lifetimes and stored things by the names of its classes.
      keepNames: true,
      legalComments: 'none',
      banner: { js: PREAMBLE },
      metafile: true,
      write: false,
    })
    const [program] = outputFiles
    const licenses = listThirdPartyLicenses(Object.keys(metafile.inputs))
    /** @type {[string, string | Uint8Array][]} */
    const files = [
      ['latchkey-tenant.js', program?.text ?? ''],
      ['THIRD-PARTY-LICENSES.txt', licenses],
      ['tenant.schema.json', readFileSync(SCHEMA)],
      ...readdirSync(PAGE).map(
        name =>
          /** @type {[string, Uint8Array]} */ ([`page/${name}`, readFileSync(new URL(name, PAGE))]),
      ),
    ]
    for (const [fileName, source] of files) this.emitFile({ type: 'asset', fileName, source })
  },
})
