import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const TENANT = join(import.meta.dirname, '../../examples/tenant')
const MAIN = join(TENANT, 'main.js')

/** @type {string} */
let folder
/** @type {import('node:child_process').ChildProcess[]} */
let running = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenant-cli-'))
})
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL')
  running = []
  await rm(folder, { recursive: true, force: true })
})

/** @param {string[]} args */
const launch = args => {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder })
  running.push(child)
  const output = { out: '', err: '' }
  child.stdout.on('data', chunk => {
    output.out += chunk
  })
  child.stderr.on('data', chunk => {
    output.err += chunk
  })
  return { child, output, ended: once(child, 'exit').then(([code]) => code) }
}

/** @param {string[]} args */
const run = async args => {
  const { output, ended } = launch(args)
  return { code: await ended, ...output }
}

/** @param {string[]} args */
const start = async args => {
  const { child, output, ended } = launch(args)
  await expect.poll(() => output.out, { timeout: 10_000 }).toContain('Management token')
  const [url = ''] = /http:\/\/localhost:\d+/.exec(output.out) ?? []
  return { child, ended, url, out: output.out }
}

describe('the command line', { timeout: 20_000 }, () => {
  it('prints how to use the tenant, and ends with 0 on SIGTERM', async () => {
    const { child, ended, url, out } = await start(['--port', '0', '--origin', 'http://a.test'])

    expect(out).toMatch(/^Tenant +http:\/\/localhost:\d+$/m)
    expect(out).toContain(`${url}/dashboard`)
    expect(out).toContain('example-app (http://a.test)')
    expect(out).toContain('ada@example.com / lovelace')
    expect((await fetch(`${url}/dashboard`)).status).toBe(200)
    const [, token] = /^Management token +(\S+)$/m.exec(out) ?? []
    const answer = await fetch(`${url}/api/v2/clients/example-app`, {
      headers: { Authorization: `Bearer ${token}` },
    })
    expect(answer.status).toBe(200)

    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })

  it('reads a file, and gives switches precedence', async () => {
    const config = join(folder, 'tenant.json')
    const client = { client_id: 'from-file', origins: ['http://file.test'] }
    const user = { sub: 'u', email: 'u@example.com', password: 'p' }
    const options = { port: 1, clients: [client], users: [user] }
    await writeFile(config, JSON.stringify(options))
    const { out } = await start(['--config', config, '--port', '0'])

    expect(out).toContain('from-file (http://file.test)')
    expect(out).toContain('u@example.com / p')
    expect(out).toContain(config)
    expect(out).not.toMatch(/localhost:1$/m)
  })

  it('keeps its state in a file with --persist', async () => {
    const first = await start(['--port', '0', '--persist', 'state.json'])
    const before = await (await fetch(`${first.url}/.well-known/jwks.json`)).text()
    first.child.kill('SIGINT')
    expect(await first.ended).toBe(0)

    const second = await start(['--port', '0', '--persist', 'state.json'])
    expect(await (await fetch(`${second.url}/.well-known/jwks.json`)).text()).toBe(before)
  })

  it('reports a busy port in one line with --strict-port', async () => {
    const { url } = await start(['--port', '0'])
    const { code, err } = await run(['--port', new URL(url).port, '--strict-port'])
    expect(code).toBe(1)
    expect(err.trim()).toBe(
      `Port ${new URL(url).port} is busy. Stop the program that uses it, or choose another port.`,
    )
  })

  it('requires nonces in DPoP proofs with a switch', async () => {
    const { out, url } = await start(['--port', '0', '--require-dpop-nonce'])
    const [, token = ''] = /Management token +(\S+)/.exec(out) ?? []
    const response = await fetch(`${url}/_tenant/settings`, {
      headers: { authorization: `Bearer ${token}` },
    })

    expect(await response.json()).toMatchObject({ requireDpopNonce: true })
  })

  it('lists its switches with --help', async () => {
    const { code, out } = await run(['--help'])
    expect(code).toBe(0)
    for (const name of [
      'config',
      'port',
      'origin',
      'client-id',
      'leeway',
      'persist',
      'strict-port',
    ]) {
      expect(out).toContain(`--${name}`)
    }
  })

  it.each([
    [['--prot', '1'], "Unknown option '--prot'. --help lists the switches."],
    [['extra'], "Unexpected argument 'extra'"],
    [['--port', 'x'], '--port must be a whole number of at least 0, and is "x".'],
    [['--port'], '--port'],
    [['--access-token-lifetime', '0'], '--access-token-lifetime must be'],
    [['--config', 'a.json', '--origin', 'http://a.test'], 'leave out --origin'],
  ])('says what is wrong with %j, in one line', async (args, message) => {
    const { code, out, err } = await run(args)

    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toContain(message)
    expect(err.trim().split('\n')).toHaveLength(1)
  })

  it('says what is wrong with the file, without a stack', async () => {
    await writeFile(join(folder, 'tenant.json'), '{"prot":1}')
    const { code, err } = await run(['--config', 'tenant.json'])

    expect(code).toBe(1)
    expect(err).toBe('tenant.json is not a tenant:\n  prot is not known: did you mean "port"?\n')
  })
})

/** They are for a shell, which not every machine has. */
const hasShell = process.platform !== 'win32'

it.runIf(hasShell)('the five lines of the README make a family die of a replay', async () => {
  const { url, out } = await start(['--port', '0'])
  const readme = await readFile(join(TENANT, 'README.md'), 'utf8')
  const [, lines = ''] = /^```sh\n(token\(\).*?)^```/ms.exec(readme) ?? []
  expect(lines.trim().split('\n')).toHaveLength(5)
  execFileSync('sh', ['-c', lines.replaceAll('http://localhost:4001', url)])

  const [, token] = /^Management token +(\S+)$/m.exec(out) ?? []
  const answer = await fetch(`${url}/_tenant/events`, {
    headers: { Authorization: `Bearer ${token}` },
  })
  const events = /** @type {{ type: string }[]} */ (await answer.json())
  expect(events.map(({ type }) => type)).toEqual([
    'refresh_token_issued',
    'refresh_token_rotated',
    'refresh_token_rotated',
    'refresh_token_reused',
  ])
})
