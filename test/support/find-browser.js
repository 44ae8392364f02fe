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

/**
 * A Chromium to test with: the one named in `CHROMIUM_PATH`, else the system's Chromium or
 * Chrome, else the one Playwright has downloaded.
 *
 * @returns {string | undefined} where its program is; `undefined` when there is none
 */
export const findBrowser = () => {
  const { CHROMIUM_PATH, PATH = '' } = process.env
  if (CHROMIUM_PATH) {
    if (isExecutable(CHROMIUM_PATH)) return CHROMIUM_PATH
    throw new Error(`CHROMIUM_PATH is ${CHROMIUM_PATH}, but there is no program of that name.`)
  }
  const folders = PATH.split(delimiter).filter(Boolean)
  const candidates = [
    ...NAMES.flatMap(name => folders.map(folder => join(folder, name))),
    ...MAC,
    chromium.executablePath(),
  ]
  return candidates.find(isExecutable)
}
