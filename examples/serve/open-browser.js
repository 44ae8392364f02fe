import { spawn } from 'node:child_process'

/** @param {string} url */
const commandFor = url => {
  if (process.platform === 'darwin') return { command: 'open', args: [url] }
  if (process.platform === 'win32') return { command: 'cmd', args: ['/c', 'start', '', url] }
  return { command: 'xdg-open', args: [url] }
}

/**
 * Opens a URL in the default browser. Errors are ignored, for example on a machine without one.
 *
 * @param {string} url
 */
export const openBrowser = url => {
  const { command, args } = commandFor(url)
  const child = spawn(command, args, { stdio: 'ignore', detached: true })
  child.on('error', () => {})
  child.unref()
}
