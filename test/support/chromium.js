import { findBrowser } from './find-browser.js'

/** How Chromium is started for tests: the system's where there is one, and nothing of its own going on. */
export const chromiumOptions = () => {
  const executablePath = findBrowser()
  return {
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
  }
}
