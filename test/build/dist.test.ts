import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { ENTRIES } from '../../rollup.config.mjs'

const ROOT = join(import.meta.dirname, '../..')
const path = (file: string): string => join(ROOT, file)
const manifest = JSON.parse(readFileSync(path('package.json'), 'utf8'))
const sdk = await import(path('dist/esm/index.js'))

const NAMES = [
  'Auth0Client',
  'AuthenticationError',
  'CacheKey',
  'GenericError',
  'InMemoryCache',
  'InvalidConfigurationError',
  'LocalStorageCache',
  'MfaRequiredError',
  'MissingRefreshTokenError',
  'MissingScopesError',
  'PopupCancelledError',
  'PopupOpenError',
  'PopupTimeoutError',
  'RefreshTokenMode',
  'ResponseType',
  'TimeoutError',
  'UseDpopNonceError',
  'User',
  'createAuth0Client',
]

/** For wrappers and for code that wants them by name; the default export does without. */
const MORE_NAMES = [
  'AnonymousSessionError',
  'ConnectError',
  'InsufficientUserAuthenticationError',
  'MfaChallengeError',
  'MfaEnrollmentError',
  'MfaEnrollmentFactorsError',
  'MfaError',
  'MfaListAuthenticatorsError',
  'MfaVerifyError',
  'MyAccountApiError',
  'PasskeyChallengeError',
  'PasskeyError',
  'PasskeyGetTokenError',
  'PasskeyRegisterError',
  'isFederatedDomain',
]

describe('the builds', () => {
  it('exports the same names by import and by require', () => {
    const required = createRequire(import.meta.url)(path('dist/lib/auth0-spa-js.cjs.js'))
    const names = [...NAMES, ...MORE_NAMES, 'default'].sort()
    expect(Object.keys(sdk).sort()).toEqual(names)
    expect(Object.keys(required).sort()).toEqual(names)
  })

  it('gives the factory with everything as its properties by default', () => {
    const required = createRequire(import.meta.url)(path('dist/lib/auth0-spa-js.cjs.js'))
    expect(required).toBeTypeOf('function')
    expect(required.default).toBe(required)
    expect(sdk.default).toBe(sdk.createAuth0Client)
    expect(sdk.default.Auth0Client).toBe(sdk.Auth0Client)
  })

  it('is imported and constructed on a server without any global of a page', () => {
    const script = `
      const { createAuth0Client } = await import(${JSON.stringify(path('dist/esm/index.js'))})
      const client = await createAuth0Client({ domain: 'd', clientId: 'c' })
      process.stdout.write(String(await client.isAuthenticated()))`
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script])
    expect(output.toString()).toBe('false')
  })

  const runScript = (globals: Record<string, unknown>) => {
    const file = path('dist/auth0-spa-js.production.js')
    const platform = { TextEncoder, TextDecoder, btoa }
    const page: Record<string, unknown> = { ...platform, ...globals }
    runInNewContext(readFileSync(file, 'utf8'), page)
    return Object.fromEntries(Object.entries(page).filter(([name]) => !(name in platform)))
  }

  it('makes the globals of 1.x and 2.x when loaded by a script tag', () => {
    const page = runScript({})
    expect(Object.keys(page.auth0 as object).sort()).toEqual(NAMES)
    expect(page.createAuth0Client).toBeTypeOf('function')
    expect(page.Auth0Client).toBe((page.auth0 as Record<string, unknown>).Auth0Client)
    expect(Object.keys(page).sort()).toEqual(['Auth0Client', 'auth0', 'createAuth0Client'])
  })

  it('never overwrites a global that is there already', () => {
    const page = runScript({ auth0: 'mine', Auth0Client: 'too' })
    expect(page).toMatchObject({ auth0: 'mine', Auth0Client: 'too' })
  })

  it('carries the version of the package', () => {
    const source = readFileSync(path('dist/auth0-spa-js.development.js'), 'utf8')
    expect(source).toContain(`"${manifest.version}"`)
  })

  it('are what package.json offers by import and by require', () => {
    const required = (entry: string) => (entry === 'index' ? 'auth0-spa-js.cjs' : entry)
    const expected = ENTRIES.map(entry => [
      // `index` is `.`, and `testing/index` is `./testing`.
      `./${entry}`.replace(/\/index$/, ''),
      {
        import: { types: `./dist/typings/${entry}.d.ts`, default: `./dist/esm/${entry}.js` },
        require: { types: `./dist/lib/${entry}.d.ts`, default: `./dist/lib/${required(entry)}.js` },
        default: `./dist/esm/${entry}.js`,
      },
    ])
    const { './single-file': single, './package.json': self, ...others } = manifest.exports
    const entries = Object.entries(others).filter(([path]) => !/^\.\/(dist|src)\//.test(path))
    expect(entries).toEqual(expected)
    expect(single.import.default).toBe('./dist/auth0-spa-js.production.esm.js')
    expect([others['./dist/*'], self]).toEqual(['./dist/*', './package.json'])
  })

  it('have types for resolvers that do not know `exports`', () => {
    const expected = ENTRIES.filter(entry => entry !== 'index').map(entry => [
      entry.replace(/\/index$/, ''),
      [`./dist/typings/${entry}.d.ts`],
    ])
    expect(manifest.typesVersions['*']).toMatchObject(Object.fromEntries(expected))
  })

  it('publishes every file that package.json points to', () => {
    const targets = JSON.stringify([manifest.exports, manifest.main, manifest.types]).match(
      /\.\/[^"*]+(?="(?!:))/g,
    )
    expect(targets?.length).toBeGreaterThan(3)
    for (const target of targets ?? []) expect(() => readFileSync(path(target))).not.toThrow()
  })
})
