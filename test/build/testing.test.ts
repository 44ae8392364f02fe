import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const DIST = join(import.meta.dirname, '../../dist')
const sdk = await import(join(DIST, 'esm/index.js'))
const kit = await import(join(DIST, 'testing/index.js'))
const require = createRequire(import.meta.url)

const filesOf = (folder: string): string[] =>
  readdirSync(join(DIST, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => /\.c?js$/.test(file))
    .map(file => join(DIST, folder, file))

const textsOf = (folder: string): string[] =>
  filesOf(folder).map(file => readFileSync(file, 'utf8'))

describe('latchkey/testing', () => {
  it('adds nothing to what applications load', () => {
    for (const folder of ['esm', 'lib']) {
      expect(textsOf(folder).length).toBeGreaterThan(5)
      for (const text of textsOf(folder)) expect(text).not.toMatch(/TestClient|TestTenant|\bmsw\b/)
    }
  })

  it('has no class of its own, so that instanceof holds', async () => {
    for (const entry of ['index.js', 'index.cjs']) {
      expect(readFileSync(join(DIST, 'testing', entry), 'utf8')).not.toMatch(/^class /m)
    }
    const client = kit.createTestClient()
    expect(client).toBeInstanceOf(sdk.Auth0Client)
    const error = await client.getTokenSilently().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(sdk.GenericError)
  })

  it('works by require, with the classes of the package by require', async () => {
    const { GenericError } = require(join(DIST, 'lib/auth0-spa-js.cjs.js'))
    const { createTestClient, createTestTenant } = require(join(DIST, 'testing/index.cjs'))
    const error = await createTestClient()
      .getTokenSilently()
      .catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(GenericError)
    const tenant = createTestTenant()
    const { status } = await tenant.respond({ method: 'GET', url: tenant.endpoints.jwks })
    expect(status).toBe(200)
    const { createTenantHandlers } = require(join(DIST, 'testing/msw.cjs'))
    expect(createTenantHandlers(tenant)).toHaveLength(5)
  })

  it('needs msw for the handlers alone', () => {
    const asks = filesOf('testing').filter(file =>
      /(from |require\()'msw'/.test(readFileSync(file, 'utf8')),
    )
    expect(asks.sort()).toEqual([join(DIST, 'testing/msw.cjs'), join(DIST, 'testing/msw.js')])
  })

  it('signs in and out in Node without any global of a page', () => {
    const script = `
      const { createTestClient } = await import(${JSON.stringify(join(DIST, 'testing/index.js'))})
      const client = createTestClient()
      await client.loginWithRedirect()
      await client.handleRedirectCallback(client.callbackUrl())
      process.stdout.write(await client.getTokenSilently())`
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script])
    expect(output.toString()).toBe('test-token-1')
  })
})
