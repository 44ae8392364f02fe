import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { reachableFiles } from './reachable-files.js'

const DIST = join(import.meta.dirname, '../../dist')
const sdk = await import(join(DIST, 'esm/index.js'))
const kit = await import(join(DIST, 'esm/testing/index.js'))
const require = createRequire(import.meta.url)

/** Where each build starts. */
const BUILDS = [
  { build: 'esm', main: 'index.js' },
  { build: 'lib', main: 'auth0-spa-js.cjs.js' },
]

const read = (file: string): string => readFileSync(file, 'utf8')

const filesOf = (build: string): string[] =>
  readdirSync(join(DIST, build), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.js'))
    .map(file => join(DIST, build, file))

describe('latchkey/testing', () => {
  it.each(BUILDS)('adds nothing to what applications load: $build', ({ build, main }) => {
    const files = reachableFiles(join(DIST, build, main))
    expect(files.length).toBeGreaterThan(5)
    for (const file of files) {
      expect(file).not.toContain(join(DIST, build, 'testing'))
      expect(read(file), file).not.toMatch(/TestClient|TestTenant|\bmsw\b/)
    }
  })

  it.each(BUILDS)('shares every class with the SDK: $build', ({ build, main }) => {
    const classes = filesOf(build).flatMap(file =>
      [...read(file).matchAll(/^(?:const \w+ = )?class (\w+)/gm)].map(([, name = '']) => name),
    )
    expect(classes).toContain('GenericError')
    expect(classes).toContain('Auth0Client')
    expect(classes.length).toBe(new Set(classes).size)
    const ofSdk = new Set(reachableFiles(join(DIST, build, main)))
    const shared = reachableFiles(join(DIST, build, 'testing/index.js')).filter(file =>
      ofSdk.has(file),
    )
    expect(shared.length).toBeGreaterThan(0)
  })

  it('gives clients and errors of the SDK, so that instanceof holds', async () => {
    const client = kit.createTestClient()
    expect(client).toBeInstanceOf(sdk.Auth0Client)
    const error = await client.getTokenSilently().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(sdk.GenericError)
  })

  it('works by require, with the classes of the package by require', async () => {
    const { GenericError } = require(join(DIST, 'lib/auth0-spa-js.cjs.js'))
    const { createTestClient, createTestTenant } = require(join(DIST, 'lib/testing/index.js'))
    const error = await createTestClient()
      .getTokenSilently()
      .catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(GenericError)
    const tenant = createTestTenant()
    const { status } = await tenant.respond({ method: 'GET', url: tenant.endpoints.jwks })
    expect(status).toBe(200)
    const { createTenantHandlers } = require(join(DIST, 'lib/testing/msw.js'))
    expect(createTenantHandlers(tenant)).toHaveLength(5)
  })

  it('needs msw for the handlers alone', () => {
    for (const { build } of BUILDS) {
      const importers = filesOf(build).filter(file => /(from |require\()'msw'/.test(read(file)))
      expect(importers).toEqual([join(DIST, build, 'testing/msw.js')])
    }
  })

  it('signs in and out in Node without any global of a page', () => {
    const script = `
      const { createTestClient } = await import(${JSON.stringify(join(DIST, 'esm/testing/index.js'))})
      const client = createTestClient()
      await client.loginWithRedirect()
      await client.handleRedirectCallback(client.callbackUrl())
      process.stdout.write(await client.getTokenSilently())`
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script])
    expect(output.toString()).toBe('test-token-1')
  })
})
