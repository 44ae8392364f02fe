import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const ORIGIN = 'http://localhost:5173'

let folder: string
const running: ChildProcess[] = []

const npm = (args: string[], cwd: string): string =>
  execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

/** A package as it would be published, as a file in the folder. */
const pack = (path: string): string => {
  const args = ['pack', path, '--ignore-scripts', '--json', '--pack-destination', folder]
  const [{ filename }] = JSON.parse(npm(args, ROOT))
  return join(folder, filename)
}

/** Somebody's project: the SDK and what it depends on, without a network. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-installed-'))
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const needed = Object.keys(dependencies).map(name => join(ROOT, 'node_modules', name))
  const tarballs = [ROOT, ...needed].map(pack)
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  npm(['install', '--offline', '--no-audit', '--no-fund', ...tarballs], folder)
})
afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

/** Starts it, and waits until it has said where it is. */
const start = async (
  ...[program = '', ...before]: string[]
): Promise<{ child: ChildProcess; url: string; output: () => string }> => {
  const args = [...before, '--port', '0', '--origin', ORIGIN]
  const child = spawn(program, args, { cwd: folder, detached: true })
  running.push(child)
  let output = ''
  child.stdout.on('data', chunk => {
    output += chunk
  })
  child.stderr.on('data', chunk => {
    output += chunk
  })
  await expect.poll(() => output, { timeout: 15_000 }).toContain('Management token')
  return { child, url: /http:\/\/localhost:\d+/.exec(output)?.[0] ?? '', output: () => output }
}

describe('the tenant in the package', () => {
  it('needs no package that the SDK does not', () => {
    const installed = readdirSync(join(folder, 'node_modules')).filter(
      name => !name.startsWith('.'),
    )
    expect(installed.sort()).toEqual(['idb-keyval', 'jose', 'latchkey'])
  })

  it('starts by npx, signs in, and shows its dashboard', async () => {
    const { child, url, output } = await start('npx', 'latchkey-tenant')
    expect(output()).toContain(ORIGIN)
    const discovery = await (await fetch(`${url}/.well-known/openid-configuration`)).json()
    expect(discovery.issuer).toBe(`${url}/`)

    const answer = await fetch(discovery.token_endpoint, {
      method: 'POST',
      headers: { Origin: ORIGIN },
      body: new URLSearchParams({
        grant_type: 'password',
        client_id: 'example-app',
        username: 'ada@example.com',
        password: 'lovelace',
        scope: 'openid offline_access',
      }),
    })
    expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN)
    expect(await answer.json()).toMatchObject({
      id_token: expect.any(String),
      refresh_token: expect.any(String),
    })

    const html = await (await fetch(`${url}/dashboard`)).text()
    for (const [, address] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect((await fetch(url + address)).status, address).toBe(200)
    }

    // As a terminal does it: to npx and to what it started.
    process.kill(-(child.pid ?? 0), 'SIGTERM')
    await expect.poll(() => fetch(url).catch(() => 'closed')).toBe('closed')
  })

  it.each(['SIGTERM', 'SIGINT'] as const)('ends with 0 on %s', async signal => {
    const { child, url } = await start(join(folder, 'node_modules/.bin/latchkey-tenant'))
    const ended = once(child, 'exit')
    child.kill(signal)

    expect((await ended)[0]).toBe(0)
    await expect(fetch(url)).rejects.toThrow()
  })

  it('comes with its schema, and with the license of everything inside', () => {
    const tenant = join(folder, 'node_modules/latchkey/dist/tenant')
    expect(existsSync(join(tenant, 'tenant.schema.json'))).toBe(true)
    const licenses = readFileSync(join(tenant, 'THIRD-PARTY-LICENSES.txt'), 'utf8')
    for (const name of ['oidc-provider', 'koa', 'jose', 'koa-compose']) {
      expect(licenses).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(MIT\\)$`, 'm'))
    }
    const parts = licenses.split(/^-{80}$/m).slice(1)
    expect(parts.length).toBeGreaterThan(20)
    for (const part of parts) expect(part).toMatch(/Permission|licensed under/i)
  })
})
