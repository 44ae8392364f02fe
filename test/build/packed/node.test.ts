import { execFileSync } from 'node:child_process'
import { afterAll, describe, expect, it } from 'vitest'
import { createProject } from '../../support/pack.js'

const project = createProject()
afterAll(() => project.remove())

/** What a program prints that Node runs in the project, with nothing around it that a page has. */
const run = (program: string, type: 'module' | 'commonjs'): string =>
  execFileSync(process.execPath, [`--input-type=${type}`, '-e', program], {
    cwd: project.folder,
    encoding: 'utf8',
    timeout: 20_000,
    env: { ...process.env, NODE_OPTIONS: '', NODE_PATH: '' },
  }).trim()

const RENDERED = `
  const options = { domain: 'example.auth0.com', clientId: 'c', useRefreshTokens: true }
  const made = new Auth0Client({ ...options, cacheLocation: 'localstorage' })
  createAuth0Client(options).then(async client => {
    const users = [await client.getUser(), await made.getUser()]
    const signedIn = await client.isAuthenticated()
    console.log(typeof window, client instanceof Auth0Client, users, signedIn)
  })`

const NOBODY = 'undefined true [ undefined, undefined ] false'

describe('Node, without a window', () => {
  it('imports the package and makes clients, and ends when its program does', () => {
    const program = `import { Auth0Client, createAuth0Client } from 'latchkey'${RENDERED}`
    expect(run(program, 'module')).toBe(NOBODY)
  })

  it('requires the package and makes clients, and ends when its program does', () => {
    const program = `const { Auth0Client, createAuth0Client } = require('latchkey')${RENDERED}`
    expect(run(program, 'commonjs')).toBe(NOBODY)
  })

  it('requires a function that makes clients, as the 1.x of auth0-spa-js gave', () => {
    const program = `
      const createAuth0Client = require('latchkey')
      const { Auth0Client, GenericError } = createAuth0Client${RENDERED}`
    expect(run(program, 'commonjs')).toBe(NOBODY)
  })

  it('imports the CommonJS build with its names, as tools do that know nothing else', () => {
    const program = `
      import { createRequire } from 'node:module'
      import { pathToFileURL } from 'node:url'
      const file = createRequire(process.cwd() + '/x.js').resolve('latchkey')
      const { Auth0Client, createAuth0Client } = await import(pathToFileURL(file))${RENDERED}`
    expect(run(program, 'module')).toBe(NOBODY)
  })

  it('tells errors of the copy by import and of the copy by require apart from others only', () => {
    const program = `
      import { createRequire } from 'node:module'
      import * as imported from 'latchkey'
      const required = createRequire(process.cwd() + '/x.js')('latchkey')
      const { GenericError, MfaRequiredError, PasskeyError, PopupTimeoutError, TimeoutError } = required
      class OwnError extends imported.TimeoutError {}
      const made = [
        new GenericError('a', 'b'),
        new TimeoutError(),
        new PopupTimeoutError(undefined),
        new MfaRequiredError('mfa_required', 'b', 'c', {}),
        new PasskeyError('a', 'b'),
        new (class extends TimeoutError {})(),
        new OwnError(),
        Object.assign(new Error('Timeout'), { name: 'TimeoutError', error: 'timeout' }),
        JSON.parse('{ "constructor": { "errorName": "TimeoutError" } }'),
        null,
        'TimeoutError',
      ]
      const classes = { ...imported, OwnError }
      for (const error of made) {
        console.log(
          ['GenericError', 'TimeoutError', 'PopupTimeoutError', 'MfaRequiredError', 'PasskeyError', 'OwnError']
            .filter(name => error instanceof classes[name]).join() || '-',
        )
      }`
    expect(run(program, 'module').split('\n')).toEqual([
      'GenericError',
      'GenericError,TimeoutError',
      'GenericError,TimeoutError,PopupTimeoutError',
      'GenericError,MfaRequiredError',
      'PasskeyError',
      'GenericError,TimeoutError',
      'GenericError,TimeoutError,OwnError',
      '-',
      '-',
      '-',
      '-',
    ])
  })

  it('finds the files for script tags and the manifest by their paths', () => {
    const program = `
      for (const path of ['dist/auth0-spa-js.production.js', 'package.json']) {
        console.log(require.resolve('latchkey/' + path).endsWith('js' + (path[0] === 'p' ? 'on' : '')))
      }
      try { require.resolve('latchkey/core') } catch ({ code }) { console.log(code) }`
    expect(run(program, 'commonjs').split('\n')).toEqual([
      'true',
      'true',
      'ERR_PACKAGE_PATH_NOT_EXPORTED',
    ])
  })
})
