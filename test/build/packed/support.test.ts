import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pack, ROOT } from '../../support/pack.js'
import { reachableFiles } from '../reachable-files.js'
import { BROWSERS } from './browsers.js'
import { GLOBALS, MEMBERS, OF_FORMATS, OLD_GLOBALS, OPTIONAL, SYNTAX } from './features.js'
import { usesOf } from './uses-of.js'

const { files, folder } = pack()
const below = (start: string): string[] =>
  files.map(({ path }) => path).filter(path => path.startsWith(start) && path.endsWith('.js'))

const loadedFrom = (entry: string): string[] =>
  reachableFiles(join(folder, entry)).map(file => relative(folder, file))

/** What browsers load; `latchkey/testing` is not part of it. */
const BUILDS: { build: string; type: 'module' | 'script'; paths: string[] }[] = [
  { build: 'dist/esm', type: 'module', paths: loadedFrom('dist/esm/index.js') },
  { build: 'dist/lib', type: 'script', paths: loadedFrom('dist/lib/auth0-spa-js.cjs.js') },
  {
    build: 'the scripts',
    type: 'script',
    paths: below('dist/auth0-spa-js.').filter(path => !path.endsWith('.esm.js')),
  },
  { build: 'the module', type: 'module', paths: ['dist/auth0-spa-js.production.esm.js'] },
]

/** As `test/support/compile.js` says it. */
const EDITION = 2022

const read = (path: string): string => readFileSync(join(folder, path), 'utf8')

type Uses = ReturnType<typeof usesOf>
const SINCE = { syntax: SYNTAX, globals: GLOBALS, members: MEMBERS }
const KINDS = ['syntax', 'globals', 'members'] as const

/** All that some files use; in today's edition, so that one feature too new hides no other. */
const usesOfAll = ({ type, paths }: Pick<(typeof BUILDS)[number], 'type' | 'paths'>): Uses[] =>
  paths.map(path => usesOf(read(path), { ecmaVersion: 'latest', sourceType: type }))

/** What has to be there, and since when it is. */
const needsOf = (uses: Uses[]) =>
  KINDS.flatMap(kind =>
    [...new Set(uses.flatMap(file => [...file[kind]]))].map(name => [kind, name] as const),
  )
    .filter(([, name]) => !(name in OPTIONAL))
    .flatMap(([kind, name]) => {
      const since = SINCE[kind][name]
      return since ? [{ name, ...since }] : []
    })

describe.each(BUILDS)('$build', ({ type, paths }) => {
  const uses = usesOfAll({ type, paths })

  it(`is written in ECMAScript ${EDITION}`, () => {
    expect(paths.length).toBeGreaterThan(0)
    for (const path of paths) {
      const options = { ecmaVersion: EDITION, sourceType: type } as const
      expect(() => usesOf(read(path), options), path).not.toThrow()
    }
  })

  it('needs nothing that a browser of the table lacks', () => {
    const needs = needsOf(uses)
    expect(needs.length).toBeGreaterThan(0)
    const { Chrome, Edge, Firefox, Safari } = BROWSERS
    const isTooNew = ({ chrome, firefox, safari }: (typeof needs)[number]) =>
      chrome > Math.min(Chrome, Edge) || firefox > Firefox || safari > Safari
    expect(needs.filter(isTooNew)).toEqual([])
  })

  it('uses no global that nobody has looked up', () => {
    const globals = uses.flatMap(file => [...file.globals])
    const isKnown = (name: string) =>
      OLD_GLOBALS.has(name) ||
      OF_FORMATS.has(name.split('.')[0] ?? '') ||
      name in GLOBALS ||
      name in OPTIONAL
    expect([...new Set(globals)].filter(name => !isKnown(name))).toEqual([])
  })
})

describe('the table of browsers', () => {
  it('asks for no later versions than the build needs', () => {
    const needs = BUILDS.flatMap(build => needsOf(usesOfAll(build)))
    const least = (browser: 'chrome' | 'firefox' | 'safari') =>
      Math.max(...needs.map(need => need[browser]))
    expect(BROWSERS).toEqual({
      Chrome: least('chrome'),
      Edge: least('chrome'),
      Firefox: least('firefox'),
      Safari: least('safari'),
    })
  })

  it('is the one in the README', () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
    const missing = Object.entries(BROWSERS)
      .map(([browser, version]) => `${browser} ${version}`)
      .filter(text => !readme.includes(text))
    expect(missing).toEqual([])
  })
})
