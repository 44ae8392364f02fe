import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import nodeResolve from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'
import * as esbuild from 'esbuild'
import { rollup } from 'rollup'
import * as vite from 'vite'
import webpack from 'webpack'

/**
 * What a bundler says about its work.
 *
 * @typedef {object} Report
 * @property {string[]} atOnce the files that a page loads to begin with
 * @property {string[]} modules what went into the bundle
 */

/**
 * @typedef {object} Chunk
 * @property {string} fileName
 * @property {boolean} isEntry
 * @property {string[]} imports
 */

/** @param {Chunk[]} chunks */
const loadedAtOnce = chunks => {
  const names = new Set(chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName))
  // Going through a set includes what is added to it on the way.
  for (const name of names) {
    for (const next of chunks.find(chunk => chunk.fileName === name)?.imports ?? []) names.add(next)
  }
  return [...names]
}

/**
 * Rollup and Vite tell the same.
 *
 * @param {readonly ({ type: 'asset' } | (Chunk & { type: 'chunk', moduleIds: string[] }))[]} output
 * @returns {Report}
 */
const reportOn = output => {
  const chunks = output.filter(file => file.type === 'chunk')
  return { atOnce: loadedAtOnce(chunks), modules: chunks.flatMap(({ moduleIds }) => moduleIds) }
}

/** @param {string} folder */
const withRollup = async folder => {
  const bundle = await rollup({ input: join(folder, 'app.js'), plugins: [nodeResolve()] })
  const plugins = [terser()]
  return reportOn((await bundle.write({ dir: join(folder, 'out'), plugins })).output)
}

/** @param {string} folder */
const withVite = async folder => {
  const result = await vite.build({
    root: folder,
    configFile: false,
    logLevel: 'silent',
    base: './',
    build: {
      outDir: join(folder, 'out'),
      rolldownOptions: {
        input: join(folder, 'app.js'),
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  })
  if (!('output' in result)) throw new Error('Vite built something else than one bundle.')
  return reportOn(result.output)
}

/** @param {string} folder */
const withEsbuild = async folder => {
  const { metafile } = await esbuild.build({
    absWorkingDir: folder,
    entryPoints: ['app.js'],
    outdir: 'out',
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    metafile: true,
  })
  const nameOf = (/** @type {string} */ path) => path.slice('out/'.length)
  const chunks = Object.entries(metafile.outputs).map(([path, { entryPoint, imports }]) => ({
    fileName: nameOf(path),
    // The parts that are loaded later are entry points to esbuild as well.
    isEntry: entryPoint === 'app.js',
    imports: imports.filter(({ kind }) => kind === 'import-statement').map(to => nameOf(to.path)),
  }))
  return {
    atOnce: loadedAtOnce(chunks),
    modules: Object.keys(metafile.inputs).map(path => join(folder, path)),
  }
}

/**
 * @param {string} folder
 * @param {import('webpack').Configuration['resolve']} [resolve]
 */
export const withWebpack = async (folder, resolve = {}) => {
  const compiler = webpack({
    mode: 'production',
    context: folder,
    entry: { app: './app.js' },
    output: { path: join(folder, 'out') },
    resolve,
  })
  /** @type {import('webpack').Stats} */
  const stats = await new Promise((resolve, reject) => {
    compiler.run((error, result) => (result ? resolve(result) : reject(error)))
  })
  const problems = stats.toString('errors-warnings')
  const { fileDependencies, entrypoints } = stats.compilation
  await new Promise(resolve => compiler.close(resolve))
  if (stats.hasErrors() || stats.hasWarnings()) throw new Error(problems)
  return {
    atOnce: [...(entrypoints.get('app')?.getFiles() ?? [])],
    modules: [...fileDependencies].filter(path => path.endsWith('.js')),
  }
}

/** Each takes a project's `app.js` and writes what a page loads to the folder `out`. */
export const BUNDLERS = {
  Vite: withVite,
  webpack: (/** @type {string} */ folder) => withWebpack(folder),
  esbuild: withEsbuild,
  Rollup: withRollup,
}

/**
 * The files of the bundle, with what is in them.
 *
 * @param {string} folder
 * @returns {{ name: string, code: string }[]}
 */
export const bundledFiles = folder =>
  readdirSync(join(folder, 'out')).map(name => ({
    name,
    code: readFileSync(join(folder, 'out', name), 'utf8'),
  }))

/**
 * A function that finds the file of an import, as resolvers with these conditions do.
 *
 * @param {string} folder
 * @param {string[]} conditionNames
 * @param {import('webpack').Configuration['resolve']} [settings]
 * @returns {(request: string) => Promise<string>}
 */
export const resolverOf = (folder, conditionNames, settings = {}) => {
  const compiler = webpack({ mode: 'none', context: folder, entry: './app.js', resolve: settings })
  const resolver = compiler.resolverFactory.get('normal', { conditionNames })
  return request =>
    new Promise((resolve, reject) => {
      resolver.resolve({}, folder, request, {}, (error, file) => {
        if (file) resolve(file)
        else reject(error)
      })
    })
}

/**
 * An application in one file, for places that load no further ones.
 *
 * @param {string} folder
 * @param {string} entry
 */
export const inOneFile = async (folder, entry) => {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: folder,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'iife',
    write: false,
  })
  return outputFiles.map(({ text }) => text)
}
