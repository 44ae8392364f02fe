import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { type Node, parse } from 'acorn'
import { afterAll, describe, expect, it } from 'vitest'
import { createProject, pack } from '../../support/pack.js'
import { inOneFile } from './bundlers.js'

const FILE = 'dist/auth0-spa-js.production.esm.js'

const APP = `
  import { Auth0Client, createAuth0Client, GenericError } from 'NAME'
  globalThis.sdk = { Auth0Client, createAuth0Client, GenericError }`

const project = createProject({
  files: {
    'single.js': APP.replace('NAME', 'latchkey/single-file'),
    'package-entry.js': APP.replace('NAME', 'latchkey'),
  },
})
afterAll(() => project.remove())

/** The kinds of nodes in the syntax tree. */
const kindsIn = (code: string): Set<string> => {
  const kinds = new Set<string>()
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(visit)
    else if (typeof (node as Node | undefined)?.type === 'string') {
      kinds.add((node as Node).type)
      Object.values(node as object).forEach(visit)
    }
  }
  visit(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }))
  return kinds
}

/**
 * The globals of a service worker that the SDK could use. `import()` fails in the context, as it
 * does in service workers.
 */
const createServiceWorker = () => {
  const names = 'AbortController URL URLSearchParams TextEncoder TextDecoder atob btoa crypto fetch'
  const more = 'setTimeout clearTimeout console performance navigator BroadcastChannel'
  const globals = Object.fromEntries(
    `${names} ${more}`.split(' ').map(name => [name, Reflect.get(globalThis, name)]),
  )
  const context = createContext({
    ...globals,
    location: new URL('https://app.example.com/service-worker.js'),
    addEventListener: () => {},
    removeEventListener: () => {},
  })
  runInContext('globalThis.self = globalThis', context)
  return context
}

describe('the one file with everything', () => {
  const code = readFileSync(join(pack().folder, FILE), 'utf8')

  it('imports nothing, neither at once nor later', () => {
    const kinds = kindsIn(code)
    expect(kinds).toContain('ExportNamedDeclaration')
    expect([...kinds].filter(kind => /^Import/.test(kind))).toEqual([])
  })

  it('exports the same names as the package', () => {
    const program = `
      const names = async path => Object.keys(await import(path)).join()
      console.log((await names('latchkey')) === (await names('latchkey/single-file')))`
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: project.folder,
      encoding: 'utf8',
    })
    expect(output.trim()).toBe('true')
  })
})

describe.each(['single.js', 'package-entry.js'])('bundled into one script from %s', entry => {
  it('needs no import() and runs in a service worker', async () => {
    const [code = '', ...others] = await inOneFile(project.folder, entry)
    expect(others).toEqual([])
    expect([...kindsIn(code)].filter(kind => /^Import/.test(kind))).toEqual([])

    const context = createServiceWorker()
    runInContext(code, context)
    const answer = await runInContext(
      `(async () => {
        const auth0 = new sdk.Auth0Client({ domain: 'tenant.example.com', clientId: 'c' })
        const error = await auth0.getTokenSilently().catch(reason => reason)
        return [await auth0.isAuthenticated(), error instanceof sdk.GenericError, error.error]
      })()`,
      context,
    )
    expect([...answer]).toEqual([false, true, 'login_required'])
  })
})
