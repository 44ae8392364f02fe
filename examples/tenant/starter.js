#!/usr/bin/env node
/**
 * `npm start` of the starters: runs the tenant of `tenant.json`, the example API and Vite until one
 * of them ends. Its arguments go to Vite. With another tenant in `.env`, no local one is started.
 */
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const { resolve: find } = createRequire(resolve('package.json'))

/**
 * @param {string} name of a package that the starter depends on
 * @param {string} file
 */
const fileOf = (name, file) => join(dirname(find(`${name}/package.json`)), file)

/** @param {readonly string[]} command a file and its arguments */
const run = command => {
  const child = spawn(process.execPath, command, { stdio: 'inherit' })
  child.once('exit', code => process.exit(code ?? 1))
  process.once('exit', () => child.kill())
}

process.loadEnvFile()
process.once('SIGTERM', () => process.exit())

if (process.env.VITE_DOMAIN?.startsWith('http://localhost')) {
  // The tenant keeps its state in this folder, which does not exist in a workspace.
  mkdirSync('node_modules', { recursive: true })
  run([fileURLToPath(new URL('main.js', import.meta.url)), '--config', 'tenant.json'])
}
run([fileOf('latchkey', 'examples/api/main.js')])
run([fileOf('vite', 'bin/vite.js'), ...process.argv.slice(2)])
