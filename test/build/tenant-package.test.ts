import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const MODULES = join(ROOT, 'node_modules')
const TENANT = join(ROOT, 'examples/tenant')
const ORIGIN = 'http://localhost:5173'

const folders: string[] = []
const running: ChildProcess[] = []

const npm = (args: string[], cwd: string): string =>
  execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

const readJson = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8'))

/** All packages that some packages of the repository need, directly or not. */
const dependenciesOf = (names: readonly string[]): string[] => {
  const found = new Set(names)
  // Iterating over a set includes what is added during the iteration.
  for (const name of found) {
    const { dependencies = {} } = readJson(MODULES, name, 'package.json')
    for (const dependency of Object.keys(dependencies)) found.add(dependency)
  }
  return [...found]
}

const TENANT_NEEDS = dependenciesOf(Object.keys(readJson(TENANT, 'package.json').dependencies))

/** The packages as they would be published, in the order of their folders. */
const pack = (destination: string, paths: readonly string[]): string[] =>
  paths.map(path => {
    const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', destination]
    const [{ filename }] = JSON.parse(npm(args, path))
    return join(destination, filename)
  })

/**
 * An empty project outside the repository, into which packed packages are installed without a
 * network: what they depend on is there already, copied from the repository.
 */
const install = (paths: readonly string[], needs: readonly string[]): string => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-installed-'))
  folders.push(folder)
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  for (const name of needs) {
    cpSync(join(MODULES, name), join(folder, 'node_modules', name), { recursive: true })
  }
  const options = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund']
  npm(['install', ...options, ...pack(folder, paths)], folder)
  return folder
}

afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const launch = (cwd: string, ...[program = '', ...args]: string[]) => {
  const child = spawn(program, args, { cwd, detached: true })
  running.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      output += chunk
    })
  }
  return { child, output: () => output }
}

/** Ends a program and everything that it started, as a terminal does. */
const end = ({ pid = 0 }: ChildProcess): boolean => process.kill(-pid, 'SIGTERM')

const isClosed = (url: string) =>
  expect.poll(() => fetch(url).catch(() => 'closed'), { timeout: 10_000 }).toBe('closed')

describe('the package of the tenant, installed alone', () => {
  let folder: string
  beforeAll(() => {
    folder = install([TENANT], TENANT_NEEDS)
  }, 60_000)

  /** Starts the program and waits until it has printed its address. */
  const start = async (...command: string[]) => {
    const { child, output } = launch(folder, ...command, '--port', '0', '--origin', ORIGIN)
    await expect.poll(output, { timeout: 15_000 }).toContain('Management token')
    return { child, url: /http:\/\/localhost:\d+/.exec(output())?.[0] ?? '', output }
  }

  it('depends on the engine, which is an ordinary package, and not on the SDK', () => {
    const installed = readdirSync(join(folder, 'node_modules')).filter(
      name => !name.startsWith('.'),
    )
    expect(installed).toContain('oidc-provider')
    expect(installed).not.toContain('latchkey')
    const names = TENANT_NEEDS.map(name => name.split('/')[0])
    expect(installed).toEqual([...new Set([...names, 'latchkey-tenant'])].sort())
  })

  it('contains its programs, its schema and its licence, and no tests', () => {
    const files = readdirSync(join(folder, 'node_modules/latchkey-tenant'), {
      recursive: true,
      encoding: 'utf8',
    })
    const wanted = ['main.js', 'starter.js', 'index.js', 'README.md', 'LICENSE']
    expect(files).toEqual(expect.arrayContaining([...wanted, 'tenant.example.json']))
    expect(files.filter(file => /test|node_modules/.test(file))).toEqual([])
    const read = (path: string) => readFileSync(path, 'utf8')
    expect(read(join(TENANT, 'LICENSE'))).toBe(read(join(ROOT, 'LICENSE')))
  })

  it('starts by npx, signs in, and shows its dashboard', async () => {
    const { child, url, output } = await start('npx', 'latchkey-tenant')
    expect(output()).toContain(ORIGIN)
    const discovery = await (await fetch(`${url}/.well-known/openid-configuration`)).json()
    expect(discovery.issuer).toBe(`${url}/`)

    const authorizeUrl = new URL(discovery.authorization_endpoint)
    authorizeUrl.search = `${new URLSearchParams({
      client_id: 'example-app',
      response_type: 'code',
      redirect_uri: ORIGIN,
      scope: 'openid',
      state: 'state',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    })}`
    const redirect = await fetch(authorizeUrl, { redirect: 'manual' })
    const cookie = redirect.headers
      .getSetCookie()
      .map(line => line.split(';')[0])
      .join('; ')
    const loginUrl = new URL(redirect.headers.get('location') ?? '', url)
    const loginPage = await fetch(loginUrl, { headers: { cookie } })
    expect(loginPage.status).toBe(200)
    expect(await loginPage.text()).toContain('ada@example.com')

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

    end(child)
    await isClosed(url)
  })

  it.each(['SIGTERM', 'SIGINT'] as const)('ends with 0 on %s', async signal => {
    const { child, url } = await start(join(folder, 'node_modules/.bin/latchkey-tenant'))
    const ended = once(child, 'exit')
    child.kill(signal)

    expect((await ended)[0]).toBe(0)
    await expect(fetch(url)).rejects.toThrow()
  })

  it('starts from code that imports it by its name', async () => {
    const code = `
      import { startTenant } from 'latchkey-tenant'
      const tenant = await startTenant({ clients: [{ client_id: 'a', origins: ['${ORIGIN}'] }] })
      const { status } = await fetch(tenant.url + '/.well-known/jwks.json')
      await tenant.close()
      console.log(status, import.meta.resolve('latchkey-tenant/tenant.schema.json'))`
    const { child, output } = launch(folder, 'node', '--input-type=module', '--eval', code)
    const [exitCode] = await once(child, 'exit')
    expect(output()).toMatch(/^200 file:.*tenant\.schema\.json$/m)
    expect(exitCode).toBe(0)
  })
})

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, 'localhost')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

describe('a starter, copied out of the package of the SDK', () => {
  it('runs the page, the API and the tenant, and ends all of them', async () => {
    const needs = [...dependenciesOf(['idb-keyval', 'jose']), ...TENANT_NEEDS]
    const folder = install([ROOT, TENANT], needs)
    symlinkSync(join(MODULES, 'vite'), join(folder, 'node_modules/vite'), 'junction')
    const starter = join(folder, 'node_modules/latchkey/examples/vanilla-vite')
    expect(existsSync(join(starter, 'node_modules'))).toBe(false)
    const { scripts } = readJson(starter, 'package.json')
    cpSync(starter, folder, { recursive: true })

    const [page, tenant, api] = await Promise.all([freePort(), freePort(), freePort()])
    const [pageUrl, tenantUrl, apiUrl] = [page, tenant, api].map(port => `http://localhost:${port}`)
    const env = readFileSync(join(folder, '.env'), 'utf8')
    const settings = { ...readJson(folder, 'tenant.json'), port: tenant }
    expect(existsSync(join(folder, settings.$schema))).toBe(true)
    writeFileSync(
      join(folder, '.env'),
      env
        .replaceAll('http://localhost:4001', `${tenantUrl}`)
        .replaceAll('http://localhost:4002', `${apiUrl}`),
    )
    writeFileSync(join(folder, 'tenant.json'), JSON.stringify(settings))
    expect(scripts.start).toContain('--port 5173')
    const [program = '', ...args] = scripts.start.replace('5173', `${page}`).split(' ')

    const { child, output } = launch(folder, join(folder, 'node_modules/.bin', program), ...args)
    await expect.poll(output, { timeout: 30_000 }).toContain('Management token')
    await expect.poll(output, { timeout: 30_000 }).toMatch(/VITE[^\n]*ready in/)
    const ended = once(child, 'exit')
    expect((await fetch(`${pageUrl}/src/auth.js`)).status).toBe(200)
    expect((await fetch(`${tenantUrl}/.well-known/jwks.json`)).status).toBe(200)
    expect((await fetch(`${apiUrl}/api/private`)).status).toBe(401)

    child.kill('SIGTERM')
    await ended
    for (const url of [pageUrl, tenantUrl, apiUrl]) await isClosed(`${url}`)
  }, 120_000)
})
