import * as esbuild from 'esbuild'

const SDK = '@auth0/auth0-spa-js'

/**
 * Names that the SDK does not export, as empty ones.
 *
 * @param {string[]} names
 * @returns {import('esbuild').Plugin}
 */
const standIns = names => ({
  name: 'stand-ins',
  setup: ({ onLoad, onResolve }) => {
    onResolve({ filter: new RegExp(`^${SDK}$`), namespace: 'file' }, ({ resolveDir }) => ({
      path: SDK,
      namespace: 'stand-ins',
      pluginData: resolveDir,
    }))
    onLoad({ filter: /.*/, namespace: 'stand-ins' }, ({ pluginData }) => ({
      contents: [
        `export * from '${SDK}'`,
        ...names.map(name => `export const ${name} = undefined`),
      ].join('\n'),
      resolveDir: pluginData,
    }))
  },
})

/** @param {import('esbuild').BuildFailure} failure */
const missingNames = ({ errors }) =>
  errors.map(({ text }) => {
    const name = /^No matching export in ".*" for import "(\w+)"$/.exec(text)?.[1]
    if (!name) throw new Error(text)
    return name
  })

/**
 * Builds, and if modules ask for names that the SDK does not have, once more with stand-ins.
 *
 * @param {import('esbuild').BuildOptions} options
 * @returns {Promise<{ modules: string[], missing: string[] }>}
 */
export const buildWithStandIns = async options => {
  const build = (/** @type {import('esbuild').Plugin[]} */ plugins) =>
    esbuild.build({ ...options, plugins, metafile: true, logLevel: 'silent', logLimit: 0 })
  /** @type {string[]} */
  let missing = []
  const { metafile } = await build([]).catch(failure => {
    missing = missingNames(failure)
    return build([standIns(missing)])
  })
  return { modules: Object.keys(metafile.inputs), missing: missing.sort() }
}
