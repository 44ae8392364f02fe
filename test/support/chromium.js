import { findBrowser, findHeadlessBrowser } from './find-browser.js'

/** @param {string | undefined} executablePath */
const optionsFor = executablePath => ({
  ...(executablePath && { executablePath }),
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
})

/** How Chromium is started for tests: the system's if there is one, without background activity. */
export const chromiumOptions = () => optionsFor(findBrowser())

/** The same for tests that need no window and no back/forward cache. */
export const headlessOptions = () => optionsFor(findHeadlessBrowser())
