import { vi } from 'vitest'
import type { Driver } from './driver.ts'

/** How long a condition of a page may take to come true. */
const LIMIT_MS = 20_000
const POLLING = { timeout: LIMIT_MS, interval: 20 }

/** A tab or a popup. */
export interface Tab {
  goto(url: string): Promise<void>
  back(): Promise<void>
  /** Runs a function in the page, which refers to nothing outside of itself, and waits for its promise. */
  evaluate<Args extends unknown[], Result>(
    run: (...args: Args) => Result,
    ...args: Args
  ): Promise<Awaited<Result>>
  /** Waits until a function gives a true value in the page, whichever document it then has. */
  waitFor<Args extends unknown[]>(
    condition: (...args: Args) => unknown,
    ...args: Args
  ): Promise<void>
  click(selector: string): Promise<void>
  type(selector: string, text: string): Promise<void>
  close(): Promise<void>
  /** Waits until the window has been closed by its page. */
  waitForClose(): Promise<void>
}

/** The browser of one user. */
export interface Browser {
  open(): Promise<Tab>
  /** The window that opens in the course of an action. */
  popupOf(action: () => Promise<void>): Promise<Tab>
}

/** A function and its arguments as a call of the page, with its outcome as JSON. */
const asPageCall = (run: (...args: never[]) => unknown): string => `async json => {
  try {
    return JSON.stringify({ value: await (${run})(...JSON.parse(json)) })
  } catch (error) {
    return JSON.stringify({ error: String(error) })
  }
}`

export const createBrowser = (driver: Driver): Browser => {
  const createTab = (window: string): Tab => {
    const evaluate: Tab['evaluate'] = async (run, ...args) => {
      const json = await driver.call(window, asPageCall(run), JSON.stringify(args))
      const { value, error } = JSON.parse(json)
      if (error !== undefined) throw new Error(`The page threw ${error} in ${run}`)
      return value
    }
    return {
      evaluate,
      goto: url => driver.goto(window, url),
      back: () => driver.back(window),
      waitFor: (condition, ...args) =>
        vi.waitFor(async () => {
          if (await evaluate(condition, ...args)) return
          const url = await evaluate(() => location.href)
          throw new Error(`Not so in ${LIMIT_MS} ms at ${url}: ${condition}`)
        }, POLLING),
      click: selector => driver.click(window, selector),
      type: (selector, text) => driver.type(window, selector, text),
      close: () => driver.close(window),
      waitForClose: () =>
        vi.waitFor(async () => {
          if ((await driver.windows()).includes(window)) throw new Error('The window is still open')
        }, POLLING),
    }
  }

  return {
    open: async () => createTab(await driver.open()),
    popupOf: async action => {
      const before = await driver.windows()
      await action()
      const opened = await vi.waitFor(async () => {
        const window = (await driver.windows()).find(id => !before.includes(id))
        if (!window) throw new Error('No window was opened')
        return window
      }, POLLING)
      return createTab(opened)
    },
  }
}
