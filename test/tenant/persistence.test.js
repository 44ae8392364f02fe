import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { CLIENTS, openBrowser } from './support/browser.js'
import { logIn, newRefreshToken, refresh, UNUSABLE } from './support/token-client.js'

/** @typedef {import('./support/browser.js').Tenant} Tenant */

/** @type {string} */
let folder
/** @type {string} */
let file
/** @type {Tenant | undefined} */
let running

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenant-state-'))
  file = join(folder, 'state.json')
})
afterEach(async () => {
  await running?.close()
  running = undefined
  await rm(folder, { recursive: true, force: true })
})

/**
 * Ends the tenant that runs, and starts one with the same file at the same port.
 *
 * @param {import('../../examples/tenant/start-tenant.js').TenantOptions} [options]
 */
const restart = async options => {
  const port = running ? Number(new URL(running.url).port) : 0
  await running?.close()
  running = undefined
  // A connection to the tenant before must not be used again.
  running = await startTenant({ ...CLIENTS, port, persist: file, keepAlive: false, ...options })
  return running
}

const readState = async () => JSON.parse(await readFile(file, 'utf8')).state

describe('a tenant that is persisted', () => {
  it('keeps a session, so that a browser is signed in silently after a restart', async () => {
    const first = await restart()
    const browser = openBrowser(first)
    await logIn(first, undefined, browser)
    await restart()

    const { message } = await browser.authorizeSilently()
    expect(message.response).toMatchObject({ code: expect.any(String) })
  })

  it('keeps a refresh token and continues its family', async () => {
    const token = await newRefreshToken(await restart())
    const second = await restart()
    const { status, body } = await refresh(second, token)
    expect(status).toBe(200)

    const third = await restart()
    expect((await refresh(third, body.refresh_token)).status).toBe(200)
  })

  it('detects the reuse of a token that was spent before the restart', async () => {
    const first = await restart()
    const stolen = await newRefreshToken(first)
    const { body } = await refresh(first, stolen)
    const second = await restart()

    expect(await refresh(second, stolen)).toEqual(UNUSABLE)
    expect(await refresh(second, body.refresh_token)).toEqual(UNUSABLE)
    expect(second.events.map(({ type }) => type)).toContain('refresh_token_reused')
  })

  it('does not reactivate a revoked family', async () => {
    const first = await restart()
    const stolen = await newRefreshToken(first)
    const { body } = await refresh(first, stolen)
    await refresh(first, stolen)
    const second = await restart()

    expect(await refresh(second, body.refresh_token)).toEqual(UNUSABLE)
  })

  it('signs with the same key, and still publishes the ones it was rotated from', async () => {
    const first = await restart()
    await first.keys.rotate()
    const before = first.keys.publicJwks()
    const second = await restart()

    expect(before.keys).toHaveLength(2)
    expect(second.keys.publicJwks()).toEqual(before)
    expect(second.keys.current().kid).toBe(first.keys.current().kid)
  })

  it('creates a key for another algorithm on request, and publishes both', async () => {
    const first = await restart()
    const second = await restart({ signingAlg: 'ES256' })

    expect(second.keys.publicJwks().keys.map(({ alg }) => alg)).toEqual(['ES256', 'RS256'])
    expect(second.keys.publicJwks().keys[1]?.kid).toBe(first.keys.current().kid)
  })

  it('saves while it runs, so that little is lost when it is killed', async () => {
    const tenant = await restart()
    await newRefreshToken(tenant)

    await vi.waitFor(async () => expect((await readState()).ledger.living).toHaveLength(1), 2000)
  })

  it('makes the file readable by its owner only, and leaves no other file behind', async () => {
    const tenant = await restart()
    await Promise.all([newRefreshToken(tenant), newRefreshToken(tenant)])
    await restart()

    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['state.json'])
  })

  it('does not write its secrets through a link that lies where its temporary file could be', async () => {
    const victim = join(folder, 'victim')
    await writeFile(victim, 'mine')
    await symlink(victim, `${file}.${process.pid}.tmp`)
    await symlink(victim, `${file}.tmp`)
    const tenant = await restart()
    await newRefreshToken(tenant)
    await restart()

    expect(await readFile(victim, 'utf8')).toBe('mine')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  it.each([
    ['damaged', '{"format":"latchkey-tenant","version":1,"sta', 'it is not JSON'],
    ['empty', '', 'it is not JSON'],
    ['half empty', '{"format":"latchkey-tenant","version":1,"state":{}}', 'is damaged'],
    [
      'without its tokens',
      '{"format":"latchkey-tenant","version":1,"state":{"signingKeys":[]}}',
      'is damaged',
    ],
    ['of another kind', '{"name":"something else"}', 'not a state file of a tenant'],
    [
      'of another version',
      '{"format":"latchkey-tenant","version":99,"state":{}}',
      'another version',
    ],
  ])('does not start from a file that is %s, and leaves it as it is', async (_, text, reason) => {
    await writeFile(file, text)

    const start = restart()
    await expect(start).rejects.toThrow(file)
    await expect(start).rejects.toThrow(reason)
    await expect(start).rejects.toThrow('delete this one to start again')
    expect(await readFile(file, 'utf8')).toBe(text)
  })

  it('rejects close() when the state could not be saved', async () => {
    const tenant = await restart({ persist: join(folder, 'missing', 'state.json') })
    running = undefined

    await expect(tenant.close()).rejects.toThrow('ENOENT')
  })
})

it('a tenant that is not persisted loses its sessions', async () => {
  const first = await restart({ persist: undefined })
  const token = await newRefreshToken(first)

  expect(await refresh(await restart({ persist: undefined }), token)).toEqual(UNUSABLE)
  expect(await readdir(folder)).toEqual([])
})
