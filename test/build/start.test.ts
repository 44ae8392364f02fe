import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { startApi } from '../../examples/serve/start-api.js'

const ROOT = join(import.meta.dirname, '../..')
const running: ChildProcess[] = []

/** Starts the example as `npm start` does after the build, and waits until it has said all. */
const start = async (): Promise<{ child: ChildProcess; output: string; urls: string[] }> => {
  const child = spawn(process.execPath, ['examples/start.js', '--no-open'], { cwd: ROOT })
  running.push(child)
  let output = ''
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', chunk => {
      output += chunk
      if (/lovelace/.test(output)) resolve()
    })
    child.once('exit', code => reject(new Error(`It ended with ${code}: ${output}`)))
  })
  return { child, output, urls: output.match(/http:\/\/localhost:\d+/g) ?? [] }
}

const stop = async (child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> => {
  const ended = once(child, 'exit')
  child.kill(signal)
  const [code] = await ended
  return code
}

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})

describe('npm start', () => {
  it('prints where the app and the tenant are and how to sign in, and both answer', async () => {
    const { child, output, urls } = await start()
    expect(new Set(urls).size).toBeGreaterThanOrEqual(2)
    expect(output).toContain('ada@example.com')
    const texts = await Promise.all(
      urls.map(async url => {
        const discovery = await fetch(`${url}/.well-known/openid-configuration`)
        if (discovery.ok) return 'tenant'
        return (await fetch(url)).ok ? 'app' : 'nothing'
      }),
    )
    expect(new Set(texts)).toEqual(new Set(['app', 'tenant']))
    expect(await stop(child, 'SIGINT')).toBe(0)
    for (const url of urls) await expect(fetch(url)).rejects.toThrow()
  })

  it('takes the next free ports when its own are busy', async () => {
    const first = await start()
    const second = await start()
    expect(first.urls.filter(url => second.urls.includes(url))).toEqual([])
    expect(await stop(first.child, 'SIGTERM')).toBe(0)
    expect(await stop(second.child, 'SIGINT')).toBe(0)
  })
})

describe('the API of the example app', () => {
  it('lets only pages of the app change whether proofs need a nonce', async () => {
    const app = 'http://localhost:4000'
    const api = await startApi({
      issuer: 'http://localhost:4001/',
      audience: 'https://api.example.com/',
      origins: [app],
    })
    const ask = (method: string, query: string, origin?: string) =>
      fetch(`${api.nonceSwitchUrl}${query}`, {
        method,
        headers: origin === undefined ? {} : { Origin: origin },
      })
    const isOn = async () => (await ask('GET', '', app)).json()

    for (const origin of [undefined, 'https://other.example', 'null']) {
      expect((await ask('POST', '?on', origin)).status).toBe(403)
    }
    expect(await isOn()).toBe(false)
    const response = await ask('POST', '?on', app)
    expect(response.headers.get('access-control-allow-origin')).toBe(app)
    expect(await isOn()).toBe(true)
    await ask('POST', '?off', app)
    expect(await isOn()).toBe(false)
    expect((await fetch(`${api.url}/api/public`)).status).toBe(200)
    await api.close()
  })
})
