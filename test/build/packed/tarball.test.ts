import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ENTRIES } from '../../../rollup.config.mjs'
import { pack, ROOT } from '../../support/pack.js'
import { reachableFiles } from '../reachable-files.js'

const { files, folder, tarball } = pack()
const paths = files.map(({ path }) => path)
const read = (path: string): string => readFileSync(join(folder, path), 'utf8')

/** The builds of several files, and the main entry of each. */
const BUILDS = [
  { dist: 'dist/esm', main: 'index' },
  { dist: 'dist/lib', main: 'auth0-spa-js.cjs' },
]

/** What may be in the package, each for a reason of its own. */
const WANTED = [
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
  /^dist\/esm\/([a-z0-9-]+\/)*[a-z0-9-]+\.js(\.map)?$/,
  /^dist\/lib\/(auth0-spa-js\.cjs|(testing|chunks)\/[a-z0-9-]+)\.js(\.map)?$/,
  /^dist\/(typings|lib)\/([a-z0-9-]+\/)*[a-z0-9-]+\.d\.ts$/,
  /^dist\/(typings|lib)\/Auth0Client\.d\.ts$/,
  /^dist\/lib\/package\.json$/,
  /^dist\/third-party-licenses\.txt$/,
  /^dist\/auth0-spa-js\.(development|production|production\.esm)\.js(\.map)?$/,
  /^dist\/auth0-spa-js\.worker\.(development|production)\.js(\.map)?$/,
  /^examples\/api\/(README\.md|package\.json|[a-z-]+\.js)$/,
  /^examples\/(react|vanilla-vite|vue)\/(README\.md|\.env|[a-z.-]+\.(json|js|html))$/,
  /^examples\/(react|vanilla-vite|vue)\/src\/[a-z.-]+\.(js|ts|tsx|vue|css)$/,
]

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`
const sum = (pattern: RegExp): number =>
  files.reduce((total, { path, size }) => total + (pattern.test(path) ? size : 0), 0)

describe('the tarball', () => {
  it('holds the builds, their maps and the documents, and nothing else', () => {
    expect(paths.filter(path => !WANTED.some(pattern => pattern.test(path)))).toEqual([])
    for (const pattern of WANTED) expect(paths.filter(path => pattern.test(path))).not.toEqual([])
  })

  it.each(BUILDS)('holds no file in $dist that an earlier build has left', ({ dist, main }) => {
    const entries = ENTRIES.map(entry => `${dist}/${entry === 'index' ? main : entry}.js`)
    const reached = reachableFiles(...entries.map(path => join(folder, path)))
    const built = paths.filter(path => path.startsWith(`${dist}/`) && path.endsWith('.js'))
    expect(built.filter(path => !reached.includes(join(folder, path)))).toEqual([])
    expect(reached.length).toBeGreaterThan(5)
  })

  it('has a file in dist/esm for each module, named as its source', () => {
    for (const path of paths.filter(path => /^dist\/esm\/.*\.js$/.test(path))) {
      expect(existsSync(join(ROOT, path.replace('dist/esm', 'src').replace(/js$/, 'ts')))).toBe(
        true,
      )
      const { sources } = JSON.parse(read(`${path}.map`))
      // A module that only exports from others has no code of its own to map.
      for (const source of sources) expect(join(dirname(path), source)).toMatch(/^src\/.*\.ts$/)
    }
  })

  it('has a map, with the sources in it, for each file that a page loads and that is not readable as it is', () => {
    const scripts = paths.filter(path => /^dist\/(?!lib\/).*(?<!\.development)\.js$/.test(path))
    expect(scripts.length).toBeGreaterThan(20)
    for (const path of scripts) {
      const { sources, sourcesContent = [] } = JSON.parse(read(`${path}.map`))
      expect(sourcesContent, path).toHaveLength(sources.length)
      expect(sources.filter((source: string) => source.startsWith('/'))).toEqual([])
    }
  })

  it('does not hold the tenant, which is a package of its own', () => {
    expect(paths.filter(path => /^(dist|examples)\/tenant\//.test(path))).toEqual([])
    const { bin, dependencies } = JSON.parse(read('package.json'))
    expect(bin).toBeUndefined()
    expect(Object.keys(dependencies)).toEqual(['idb-keyval', 'jose'])
  })

  it('runs nothing when it is installed', () => {
    const { scripts } = JSON.parse(read('package.json'))
    for (const name of ['preinstall', 'install', 'postinstall', 'prepare']) {
      expect(scripts).not.toHaveProperty(name)
    }
  })

  it('stays within its weight', () => {
    const parts = {
      maps: sum(/\.map$/),
      rest: sum(/(?<!\.map)$/),
    }
    const all = parts.maps + parts.rest
    const shown = Object.entries(parts).map(([name, bytes]) => `${name} ${megabytes(bytes)}`)
    console.info(`unpacked ${megabytes(all)}: ${shown.join(', ')}`)
    expect(readFileSync(tarball).length).toBeLessThan(1_000_000)
    expect(all).toBeLessThan(4_000_000)
    expect(parts.rest).toBeLessThan(1_380_000)
  })

  it('has types that are right for every way of importing it', () => {
    const { exports } = JSON.parse(read('package.json'))
    // These are for script tags, without types, or types of auth0-spa-js, without code.
    const others = Object.keys(exports).filter(path => /^\.\/(dist|src)\//.test(path))
    const { stdout } = spawnSync(
      'npx',
      ['attw', tarball, '--format', 'json', '--exclude-entrypoints', ...others],
      { cwd: ROOT, encoding: 'utf8' },
    )
    const { analysis, problems } = JSON.parse(stdout)
    expect(problems).toEqual({})
    const entries = ENTRIES.map(entry => `./${entry}`.replace(/\/index$/, ''))
    expect(Object.keys(analysis.entrypoints)).toEqual([
      ...entries,
      './single-file',
      './package.json',
    ])
    const { node10 } = analysis.entrypoints['./testing'].resolutions
    expect(node10.resolution.fileName).toContain('dist/typings/testing/index.d.ts')
  })
})
