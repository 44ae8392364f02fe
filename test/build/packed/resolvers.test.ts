import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parse } from 'acorn'
import { afterAll, describe, expect, it } from 'vitest'
import { createProject, pack } from '../../support/pack.js'
import { bundledFiles, resolverOf, withWebpack } from './bundlers.js'

const ENTRIES = ['latchkey', 'latchkey/testing', 'latchkey/testing/msw', 'latchkey/single-file']

const projects: ReturnType<typeof createProject>[] = []
const inProject = (options: Parameters<typeof createProject>[0] = {}) => {
  const project = createProject(options)
  projects.push(project)
  return project.folder
}
afterAll(() => {
  for (const { remove } of projects) remove()
})

const project = inProject({ files: { 'app.js': '' } })
const fileOf = async (conditions: string[], request: string): Promise<string> =>
  relative(join(project, 'node_modules/latchkey'), await resolverOf(project, conditions)(request))

describe('the conditions of a resolver', () => {
  const PLACES = ['browser', 'node', 'worker', 'workerd', 'bun', 'deno', 'react-server']
  const OTHERS = ['edge-light', 'react-native', 'electron', 'module', 'development']

  it.each([...PLACES, ...OTHERS])('lead to files that exist, with %s', async place => {
    for (const entry of ENTRIES) {
      expect(await fileOf([place, 'import'], entry), entry).toMatch(/^dist\/(esm\/|.*\.esm\.js$)/)
      expect(await fileOf([place, 'require'], entry), entry).toMatch(/^dist\/lib\//)
      // Some tools ask neither for `import` nor for `require`.
      expect(await fileOf([place], entry), entry).toBe(await fileOf([place, 'import'], entry))
    }
  })
})

describe('files of auth0-spa-js that applications import', () => {
  const folder = inProject({ as: '@auth0/auth0-spa-js', files: { 'app.js': '' } })
  const find = async (conditions: string[], path: string): Promise<string> =>
    relative(
      join(folder, 'node_modules/@auth0/auth0-spa-js'),
      await resolverOf(folder, conditions)(`@auth0/auth0-spa-js/${path}`),
    )

  it.each([
    'dist/auth0-spa-js.development.js',
    'dist/auth0-spa-js.production.js',
    'dist/auth0-spa-js.production.esm.js',
    'dist/auth0-spa-js.worker.development.js',
    'dist/auth0-spa-js.worker.production.js',
    'dist/lib/auth0-spa-js.cjs.js',
    'package.json',
  ])('are there: %s', async path => {
    expect(await find(['import'], path)).toBe(path)
    expect(await find(['require'], path)).toBe(path)
  })

  it('are a module with the factory as its default export, without an extension', async () => {
    expect(await find(['import'], 'dist/auth0-spa-js.production')).toBe(
      'dist/auth0-spa-js.production.esm.js',
    )
    expect(await find(['require'], 'dist/auth0-spa-js.production')).toBe(
      'dist/lib/auth0-spa-js.cjs.js',
    )
  })

  it.each([
    'src/global',
    'src/global.ts',
    'src/cache',
    'src/errors',
    'src/index',
    'src/Auth0Client',
  ])('are the package itself where they were sources: %s', async path => {
    expect(await find(['import'], path)).toBe('dist/esm/index.js')
    expect(await find(['require'], path)).toBe('dist/lib/auth0-spa-js.cjs.js')
  })
})

describe('a bundler that does not know `exports`', () => {
  /** As webpack 4, and Parcel 2 without a setting, resolve. */
  const WITHOUT_EXPORTS = { exportsFields: [], mainFields: ['browser', 'module', 'main'] }

  const bundle = async (app: string): Promise<{ modules: string[]; code: string }> => {
    const folder = inProject({ files: { 'app.js': app } })
    const { modules } = await withWebpack(folder, WITHOUT_EXPORTS)
    return {
      modules: modules.map(path => relative(join(folder, 'node_modules'), path)),
      code: bundledFiles(folder)
        .map(file => file.code)
        .join('\n'),
    }
  }

  it('takes the one file with everything in it', async () => {
    const { modules, code } = await bundle(
      `import { createAuth0Client } from 'latchkey'\nglobalThis.make = createAuth0Client`,
    )
    expect(modules).toContain('latchkey/dist/auth0-spa-js.production.esm.js')
    expect(modules.filter(path => path.startsWith('jose/'))).toEqual([])
    expect(code).toContain('@@auth0spajs@@')
  })

  it('finds what the modules of the package import', async () => {
    const { modules } = await bundle(
      `import { createAuth0Client } from 'latchkey/dist/esm/index.js'\nglobalThis.make = createAuth0Client`,
    )
    expect(modules.filter(path => path.startsWith('jose/')).length).toBeGreaterThan(0)
    expect(modules.filter(path => path.startsWith('idb-keyval/')).length).toBeGreaterThan(0)
  })

  it('finds the package by `main`, as Jest 27 and Metro do', async () => {
    const find = resolverOf(project, [], { exportsFields: [], mainFields: ['main'] })
    const file = relative(join(project, 'node_modules/latchkey'), await find('latchkey'))
    expect(file).toBe('dist/lib/auth0-spa-js.cjs.js')
  })

  it('reads the syntax of that file, which webpack 4 knows', () => {
    const { folder } = pack()
    const { module: path } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const code = readFileSync(join(folder, path), 'utf8')
    expect(() => parse(code, { ecmaVersion: 2019, sourceType: 'module' })).not.toThrow()
  })

  it.each(['main', 'module', 'types', 'unpkg', 'jsdelivr'])('finds the file of `%s`', field => {
    const { folder } = pack()
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    expect(existsSync(join(folder, manifest[field]))).toBe(true)
  })
})

describe('a script that is imported for what it does', () => {
  it.each(['auth0-spa-js.production.js', 'auth0-spa-js.worker.production.js'])(
    'is not left out as if it did nothing: %s',
    async name => {
      const folder = inProject({ files: { 'app.js': `import 'latchkey/dist/${name}'` } })
      await withWebpack(folder)
      const [file] = bundledFiles(folder)
      expect(file?.code.length).toBeGreaterThan(1000)
    },
  )
})
