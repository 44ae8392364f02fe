import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pack, ROOT } from '../../support/pack.js'

const { files, folder, tarball } = pack()
const paths = files.map(({ path }) => path)
const read = (path: string): string => readFileSync(join(folder, path), 'utf8')

/** What may be in the package, each for a reason of its own. */
const WANTED = [
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
  /^dist\/esm\/(index|chunks\/[a-z0-9-]+)\.js(\.map)?$/,
  /^dist\/lib\/(auth0-spa-js\.cjs|chunks\/[a-z0-9-]+)\.js(\.map)?$/,
  /^dist\/lib\/(index\.d\.ts|package\.json)$/,
  /^dist\/typings\/index\.d\.ts$/,
  /^dist\/auth0-spa-js\.(development|production|production\.esm)\.js(\.map)?$/,
  /^dist\/auth0-spa-js\.worker\.(development|production)\.js(\.map)?$/,
  /^dist\/testing\/[a-z-]+\.(js|cjs|d\.ts|d\.cts)$/,
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

  it.each(['dist/esm/index.js', 'dist/lib/auth0-spa-js.cjs.js'])(
    'holds no file beside %s that an earlier build has left',
    entry => {
      const reached = new Set([entry])
      // Going through a set includes what is added to it on the way.
      for (const path of reached) {
        const imports = read(path).matchAll(/(?:from |import\(|require\()['"](\.[^'"]+)['"]/g)
        for (const [, to = ''] of imports)
          reached.add(join(dirname(path), to).replaceAll('\\', '/'))
      }
      const built = paths.filter(path => path.startsWith(dirname(entry)) && path.endsWith('.js'))
      expect(built.filter(path => !reached.has(path))).toEqual([])
      expect(reached.size).toBeGreaterThan(5)
    },
  )

  it('has a map, with the sources in it, for each file that a page loads', () => {
    const scripts = paths.filter(path => /^dist\/(?!testing\/).*\.js$/.test(path))
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
    expect(all).toBeLessThan(3_000_000)
    expect(parts.rest).toBeLessThan(850_000)
  })

  it('has types that are right for every way of importing it', () => {
    const { stdout } = spawnSync(
      'npx',
      // Files below `./dist/` are for script tags, which have no types.
      ['attw', tarball, '--format', 'json', '--exclude-entrypoints', './dist/*'],
      { cwd: ROOT, encoding: 'utf8' },
    )
    const { analysis, problems } = JSON.parse(stdout)
    // What came before `exports` knows the main entry and no other.
    const { NoResolution = [], ...others } = problems
    expect(others).toEqual({})
    expect(
      NoResolution.map(
        ({ entrypoint, resolutionKind }: Record<string, string>) =>
          `${entrypoint} ${resolutionKind}`,
      ),
    ).toEqual(['./testing node10', './testing/msw node10'])
    expect(Object.keys(analysis.entrypoints)).toEqual([
      '.',
      './testing',
      './testing/msw',
      './package.json',
    ])
  })
})
