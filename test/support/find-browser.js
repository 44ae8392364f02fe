import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from '@playwright/test'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const MAC = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** @param {string} path */
const isExecutable = path => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Chromium without a window, which renders twice as fast on a small machine. */
const SHELL_NAMES = ['chromium-headless-shell', 'chrome-headless-shell']

/** @param {string[]} names */
const inPath = names => {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  return names.flatMap(name => folders.map(folder => join(folder, name)))
}

/**
 * A Chromium to test with: the one named in `CHROMIUM_PATH`, else the system's Chromium or
 * Chrome, else the one Playwright has downloaded.
 *
 * @returns {string | undefined} where its program is; `undefined` when there is none
 */
export const findBrowser = () => {
  const { CHROMIUM_PATH } = process.env
  if (CHROMIUM_PATH) {
    if (isExecutable(CHROMIUM_PATH)) return CHROMIUM_PATH
    throw new Error(`CHROMIUM_PATH is ${CHROMIUM_PATH}, but there is no program of that name.`)
  }
  return [...inPath(NAMES), ...MAC, chromium.executablePath()].find(isExecutable)
}

/**
 * The headless shell of Chromium if the system has one and `CHROMIUM_PATH` names no other browser,
 * else the same as `findBrowser`. It has no back/forward cache.
 *
 * @returns {string | undefined}
 */
export const findHeadlessBrowser = () =>
  (process.env.CHROMIUM_PATH ? undefined : inPath(SHELL_NAMES).find(isExecutable)) ?? findBrowser()
