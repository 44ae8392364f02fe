import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram, isExecutable } from './find-program.js'

const LIBRARIES = '/usr/lib'

/** @param {string} folder */
const namesIn = folder => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** WebKitGTK's browser for tests is not in `PATH`: `/usr/lib/<triplet>/webkit2gtk-4.1/MiniBrowser`. */
const findMiniBrowser = () =>
  namesIn(LIBRARIES)
    .flatMap(triplet =>
      namesIn(join(LIBRARIES, triplet))
        .filter(name => name.startsWith('webkit'))
        .map(name => join(LIBRARIES, triplet, name, 'MiniBrowser')),
    )
    .find(isExecutable)

/** @returns {string | undefined} where Firefox ESR is */
export const findFirefox = () => findProgram(['firefox-esr'])

/** @returns {{ driver: string, browser: string, display: string } | undefined} its three programs */
export const findWebkit = () => {
  const driver = findProgram(['WebKitWebDriver'])
  const display = findProgram(['Xvfb'])
  const browser = findMiniBrowser()
  return driver && display && browser ? { driver, browser, display } : undefined
}

/**
 * The engines beside Chromium in which the core of the browser tests runs, with the packages of
 * Debian that they are in.
 */
export const OTHER_ENGINES = [
  { project: 'firefox', title: 'Firefox', packages: ['firefox-esr'], find: findFirefox },
  { project: 'webkit', title: 'WebKit', packages: ['webkit2gtk-driver', 'xvfb'], find: findWebkit },
]
