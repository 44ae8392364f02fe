import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { createProject, ROOT } from '../../support/pack.js'

const execute = promisify(execFile)

const BODY = `
  export const sign = async (): Promise<string | undefined> => {
    const options: Auth0ClientOptions = { domain: 'd', clientId: 'c', cacheLocation: 'memory' }
    const auth0: Auth0Client = await createAuth0Client(options)
    const { appState } = await auth0.handleRedirectCallback<{ to: string }>()
    const user = await auth0.getUser<User & { plan: 'free' | 'paid' }>()
    const plan: 'free' | 'paid' | undefined = user?.plan
    const detailed = await auth0.getTokenSilently({ detailedResponse: true })
    const token: string | undefined = detailed?.access_token
    // @ts-expect-error: no such option
    await auth0.loginWithRedirect({ authorisationParams: {} })
    // @ts-expect-error: the answer is no number
    const wrong: number = await auth0.getTokenSilently()
    return [appState?.to, plan, token, wrong].join()
  }
  export const isRefusal = (error: unknown): boolean =>
    error instanceof AuthenticationError && error.error === 'access_denied'
  export class Cache implements ICache {
    get<T = Cacheable>(_key: string): T | undefined { return undefined }
    set<T = Cacheable>(_key: string, _entry: T): void {}
    remove(_key: string): void {}
  }`

const NAMED = `import {
  Auth0Client, type Auth0ClientOptions, AuthenticationError, type Cacheable, createAuth0Client,
  type ICache, type User,
} from 'latchkey'`
const BY_DEFAULT = `import latchkey, {
  type Auth0Client, type Auth0ClientOptions, type Cacheable, type ICache, type User,
} from 'latchkey'
const { AuthenticationError, createAuth0Client } = latchkey`
const REQUIRED = `import latchkey = require('latchkey')
type Auth0Client = latchkey.Auth0Client
type Auth0ClientOptions = latchkey.Auth0ClientOptions
type Cacheable = latchkey.Cacheable
type ICache = latchkey.ICache
type User = latchkey.User
const { AuthenticationError, createAuth0Client } = latchkey`

const BOTH_KINDS = {
  'named.mts': NAMED + BODY,
  'default.mts': BY_DEFAULT + BODY,
  'named.cts': NAMED + BODY,
  'required.cts': REQUIRED + BODY,
}

const RESOLUTIONS = [
  { module: 'node16', files: BOTH_KINDS },
  { module: 'nodenext', files: BOTH_KINDS },
  { module: 'bundler', files: { 'named.ts': NAMED + BODY, 'default.ts': BY_DEFAULT + BODY } },
]

const projects: ReturnType<typeof createProject>[] = []
afterAll(() => {
  for (const { remove } of projects) remove()
})

/** What the compiler says about a strict project that looks into declarations as well. */
const check = async (module: string, files: Record<string, string>): Promise<string> => {
  const compilerOptions = {
    ...(module === 'bundler' ? { module: 'esnext', moduleResolution: module } : { module }),
    target: 'ES2022',
    lib: ['ES2022', 'DOM'],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
  }
  const project = createProject({
    files: { ...files, 'tsconfig.json': JSON.stringify({ compilerOptions }) },
  })
  projects.push(project)
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const { stdout } = await execute(process.execPath, [tsc, '-p', project.folder]).catch(
    (failure: { stdout: string }) => failure,
  )
  return stdout
}

describe('TypeScript', () => {
  it.concurrent.each(RESOLUTIONS)(
    'accepts the package, with nothing skipped, under $module',
    async ({ module, files }) => {
      expect(await check(module, files)).toBe('')
    },
  )
})
