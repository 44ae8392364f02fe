import { execFile } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { vi } from 'vitest'
import { findWebkit } from '../../support/other-engines.js'
import { connectWebdriver, type SendCommand } from './connect-webdriver.ts'
import type { Driver, Engine, LaunchOptions } from './driver.ts'
import { startProgram } from './start-program.ts'

const CALL_LIMIT_MS = 30_000

/** The key of an element's id in WebDriver. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'

/**
 * Runs in the page: starts a call, and gives its outcome if it does not have to wait for anything, so
 * that a call that leaves the page has ended before.
 */
const startCall = (code: string): string => `
  const [id, json, done] = arguments
  const calls = (window.engineCalls ??= {})
  calls[id] = ''
  const call = (${code})
  call(json).then(outcome => { calls[id] = outcome })
  const look = async () => {
    for (let microtask = 0; microtask < 20 && !calls[id]; microtask++) await undefined
    done(calls[id])
  }
  look()`

/** Gives the outcome of a call, or `null` in another document than the call was started in. */
const takeOutcome = `
  const [id] = arguments
  return window.engineCalls?.[id]`

/** A session of the driver: a browser of its own, whose data are forgotten with it. */
const createDriver = (send: SendCommand, session: string): Driver => {
  let last: Promise<unknown> = Promise.resolve()
  let current: string | undefined
  let calls = 0

  /** One command after the other: the browser works on one at a time, and in one window. */
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = last.then(work)
    last = result.catch(() => {})
    return result
  }

  const inWindow = <Result>(window: string, work: () => Promise<Result>): Promise<Result> =>
    inTurn(async () => {
      if (current !== window) await send('POST', `${session}/window`, { handle: window })
      current = window
      return work()
    })

  const findElement = async (selector: string): Promise<string> => {
    const found = await send<Record<typeof ELEMENT, string>>('POST', `${session}/element`, {
      using: 'css selector',
      value: selector,
    })
    return `${session}/element/${found[ELEMENT]}`
  }

  const execute = (
    window: string,
    kind: 'sync' | 'async',
    body: { script: string; args: string[] },
  ): Promise<string | null> =>
    inWindow(window, () => send('POST', `${session}/execute/${kind}`, body))

  return {
    // A window each: tabs behind others could open no popups.
    open: () =>
      inTurn(async () => {
        const { handle } = await send<{ handle: string }>('POST', `${session}/window/new`, {
          type: 'window',
        })
        return handle
      }),
    windows: () => inTurn(() => send('GET', `${session}/window/handles`)),
    goto: (window, url) => inWindow(window, () => send('POST', `${session}/url`, { url })),
    back: window => inWindow(window, () => send('POST', `${session}/back`)),
    call: async (window, code, json) => {
      calls += 1
      const id = `call ${calls}`
      const end = Date.now() + CALL_LIMIT_MS
      let outcome = await execute(window, 'async', { script: startCall(code), args: [id, json] })
      while (outcome === '') {
        if (Date.now() > end) throw new Error(`The call did not end in time: ${code}`)
        await pause(5)
        outcome = await execute(window, 'sync', { script: takeOutcome, args: [id] })
      }
      if (outcome === null) throw new Error(`The page was left before the call ended: ${code}`)
      return outcome
    },
    click: (window, selector) =>
      inWindow(window, async () => send('POST', `${await findElement(selector)}/click`)),
    type: (window, selector, text) =>
      inWindow(window, async () => send('POST', `${await findElement(selector)}/value`, { text })),
    close: window =>
      inWindow(window, async () => {
        await send('DELETE', `${session}/window`)
        current = undefined
      }),
    end: () => inTurn(() => send('DELETE', session)),
  }
}

const findFreePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

/** WebKitGTK's browser for tests on a screen in memory, over WebDriver. */
export const launchWebkit = async ({ refuseStorageTo }: LaunchOptions): Promise<Engine> => {
  const programs = findWebkit()
  if (!programs) {
    throw new Error('WebKitGTK is not installed: apt-get install webkit2gtk-driver xvfb')
  }
  const screen = await startProgram(
    programs.display,
    ['-displayfd', '1', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'],
    { ready: /^\d+$/ },
  )
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-webkit-'))
  const port = await findFreePort()
  const env = {
    DISPLAY: `:${screen.printed}`,
    HOME: folder,
    XDG_CACHE_HOME: folder,
    XDG_CONFIG_HOME: folder,
    XDG_DATA_HOME: folder,
    NO_AT_BRIDGE: '1',
    LIBGL_ALWAYS_SOFTWARE: '1',
  }
  const { stdout: version } = await promisify(execFile)(programs.browser, ['--version'], {
    env: { ...process.env, ...env },
  })
  const driver = await startProgram(programs.driver, [`--port=${port}`], { folder, env })
  const send = connectWebdriver(`http://127.0.0.1:${port}`)
  await vi.waitFor(() => send('GET', '/status'), { timeout: 20_000, interval: 20 })

  const args = ['--automation']
  // Of all origins: this engine can do no less.
  if (refuseStorageTo) args.push('--features=-LocalStorage,-IndexedDBAPI')
  const openSession = () =>
    send<{ sessionId: string }>('POST', '/session', {
      capabilities: {
        alwaysMatch: { 'webkitgtk:browserOptions': { binary: programs.browser, args } },
      },
    })

  return {
    version: version.trim(),
    createDriver: async () => createDriver(send, `/session/${(await openSession()).sessionId}`),
    close: async () => {
      await driver.end()
      await screen.end()
    },
  }
}
