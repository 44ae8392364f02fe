import { spawnSync } from 'node:child_process'
import { findBrowser } from './find-browser.js'

/**
 * @param {string} command
 * @param {string[]} args
 */
const succeeds = (command, args) => {
  console.log(`> ${command} ${args.join(' ')}`)
  return spawnSync(command, args, { stdio: 'inherit' }).status === 0
}

const isRoot = () => process.getuid?.() === 0

/** @param {string[]} packages */
const installFromDebian = packages => {
  if (spawnSync('apt-get', ['--version']).status !== 0) return false
  const sudo = isRoot() ? [] : ['sudo', '-n']
  /** @param {string[]} args */
  const apt = args => {
    const [command = 'apt-get', ...rest] = [...sudo, 'apt-get', ...args]
    return succeeds(command, rest)
  }
  apt(['update', '-qq'])
  return apt(['install', '-y', '-qq', ...packages])
}

/**
 * Makes sure that there is a browser to test with, and says what it does to get one: Playwright's
 * own, else Debian's Chromium and its headless shell.
 *
 * @returns {string} where its program is
 * @throws {Error} when none can be had: tests in a browser are never skipped
 */
export const ensureBrowser = () => {
  const found = findBrowser()
  if (found) return found
  console.log('There is no Chromium or Chrome on this machine: installing one for the tests.')
  succeeds('npx', ['playwright', 'install', 'chromium'])
  if (!findBrowser()) {
    console.log("Playwright's browser is not to be had: trying the system's packages.")
    installFromDebian(['chromium', 'chromium-headless-shell'])
  }
  const installed = findBrowser()
  if (installed) return installed
  throw new Error(
    'No browser could be installed. Install Chromium or Chrome, or set CHROMIUM_PATH to one.',
  )
}

/**
 * Installs the engines that are missing, in one go.
 *
 * @param {readonly { title: string, packages: string[], find: () => unknown }[]} engines
 */
export const installEngines = engines => {
  const missing = engines.filter(({ find }) => !find())
  if (missing.length === 0) return
  console.log(`Installing ${missing.map(({ title }) => title).join(' and ')} for the tests.`)
  installFromDebian(missing.flatMap(({ packages }) => packages))
}
