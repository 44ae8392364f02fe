import { chromium } from '@playwright/test'
import { findProgram, isExecutable } from './find-program.js'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const MAC = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** Chromium without a window, which renders twice as fast on a small machine. */
const SHELL_NAMES = ['chromium-headless-shell', 'chrome-headless-shell']

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
  return findProgram(NAMES) ?? [...MAC, chromium.executablePath()].find(isExecutable)
}

/**
 * The headless shell of Chromium if the system has one and `CHROMIUM_PATH` names no other browser,
 * else the same as `findBrowser`. It has no back/forward cache.
 *
 * @returns {string | undefined}
 */
export const findHeadlessBrowser = () =>
  (process.env.CHROMIUM_PATH ? undefined : findProgram(SHELL_NAMES)) ?? findBrowser()
