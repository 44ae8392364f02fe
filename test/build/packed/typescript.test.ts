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

/** Each of these imports is in public code. */
const DEEP = `
  import { createAuth0Client, type Auth0Client as Named } from '@auth0/auth0-spa-js'
  import type Auth0Client from '@auth0/auth0-spa-js/dist/typings/Auth0Client'
  import type { Auth0Client as Same } from '@auth0/auth0-spa-js/dist/typings/Auth0Client'
  import type Oldest from '@auth0/auth0-spa-js/dist/typings/src/Auth0Client'
  import type { LogoutOptions, PopupLoginOptions } from '@auth0/auth0-spa-js/dist/typings/global'
  import type { AuthenticationError } from '@auth0/auth0-spa-js/dist/typings/errors'
  import type { MaybePromise } from '@auth0/auth0-spa-js/dist/typings/cache'
  import type { WrappedCacheEntry } from '@auth0/auth0-spa-js/dist/typings/cache/shared'
  import type { RedirectLoginResult, User } from '@auth0/auth0-spa-js/src/global'
  import type { IdToken } from '@auth0/auth0-spa-js/src/global.ts'
  import type { Cacheable, ICache } from '@auth0/auth0-spa-js/src/cache'
  import { CacheKey } from '@auth0/auth0-spa-js/src/cache'
  import { createTestClient, type TestTenant } from '@auth0/auth0-spa-js/testing'
  import { Auth0Client as Single } from '@auth0/auth0-spa-js/single-file'
  export type Used = [LogoutOptions, PopupLoginOptions, AuthenticationError, MaybePromise<string>,
    WrappedCacheEntry, RedirectLoginResult, User, IdToken, Cacheable, ICache, CacheKey, TestTenant]
  export const client = createTestClient()
  export const make = async (): Promise<Auth0Client> => {
    const auth0: Named = await createAuth0Client({ domain: 'd', clientId: 'c' })
    const same: Same & Oldest & Single = auth0
    return same
  }`

const NARROWING = `
  import { AuthenticationError, GenericError, MfaRequiredError, TimeoutError } from 'latchkey'
  export const describe = (error: unknown): string => {
    if (error instanceof MfaRequiredError) return error.mfa_token
    if (error instanceof AuthenticationError) return error.state
    if (error instanceof GenericError) return error.error
    // @ts-expect-error: nothing is known of it
    return error.message
  }
  export const codeOf = (error: GenericError): string | number =>
    error instanceof TimeoutError ? error.error : error.error_description
  export class OwnError extends GenericError {
    override name = 'OwnError'
    readonly code = 5
  }
  export const own = (error: unknown): 5 | undefined =>
    error instanceof OwnError ? error.code : undefined`

const RESOLUTIONS = [
  { module: 'node16', files: BOTH_KINDS },
  { module: 'nodenext', files: BOTH_KINDS },
  {
    module: 'bundler',
    files: { 'named.ts': NAMED + BODY, 'default.ts': BY_DEFAULT + BODY, 'narrowing.ts': NARROWING },
  },
]

const projects: ReturnType<typeof createProject>[] = []
afterAll(() => {
  for (const { remove } of projects) remove()
})

const MODULES: Record<string, object> = {
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
  // As TypeScript resolves before 4.7, and projects of today that have never changed it.
  node10: { module: 'esnext', moduleResolution: 'node10', ignoreDeprecations: '6.0' },
}

/** What the compiler says about a strict project that looks into declarations as well. */
const check = async (
  module: string,
  files: Record<string, string>,
  { lib = 'ES2022', as = 'latchkey' } = {},
): Promise<string> => {
  const compilerOptions = {
    ...(MODULES[module] ?? { module }),
    target: lib,
    lib: [lib, 'DOM'],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
  }
  const project = createProject({
    as,
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

  it.concurrent.each(['bundler', 'node10', 'nodenext'])(
    'finds the types that applications import from files of auth0-spa-js, with lib ES2017, under %s',
    async module => {
      const names = module === 'nodenext' ? ['deep.mts', 'deep.cts'] : ['deep.ts']
      const files = Object.fromEntries(names.map(name => [name, DEEP]))
      expect(await check(module, files, { as: '@auth0/auth0-spa-js', lib: 'ES2017' })).toBe('')
    },
  )
})
