import type { Auth0Client, Auth0ClientOptions } from '../../src/index.ts'
import type { startTenant } from './start-tenant.js'

/** The application that tests in browsers sign in to. */
export const CLIENT_ID = 'browser-tests'
export const AUDIENCE = 'https://api.example.com/'

export const ADA = { email: 'ada@example.com', password: 'lovelace' }

/** Another user of the tenant. */
export const GRACE = {
  sub: 'auth0|grace',
  name: 'Grace Hopper',
  email: 'grace@example.com',
  password: 'cobol',
}

const LEGACY = { subject_token_type: 'urn:example:legacy' } as const

/** The subject tokens that the tenant exchanges for tokens of its users. */
export const ADA_SUBJECT = { ...LEGACY, subject_token: 'ada' } as const
export const GRACE_SUBJECT = { ...LEGACY, subject_token: 'grace' } as const
export const EXCHANGEABLE = [
  { ...ADA_SUBJECT, sub: 'auth0|ada' },
  { ...GRACE_SUBJECT, sub: GRACE.sub },
]

/** What most tests of lasting sessions use: refresh tokens in storage that tabs share. */
export const STORED = { cacheLocation: 'localstorage', useRefreshTokens: true } as const

/** Refresh tokens in the worker; each tab has its own. */
export const MEMORY = { cacheLocation: 'memory', useRefreshTokens: true } as const

export type Tenant = Awaited<ReturnType<typeof startTenant>>

declare global {
  interface Window {
    auth0: Auth0Client
  }
}

export const allowOrigin = (tenant: Tenant, url: string): void => {
  tenant.clients.push({ client_id: CLIENT_ID, origins: [new URL(url).origin] })
}

/** The item of localStorage that the tenant's public keys are kept in. */
export const keysItem = (tenant: Tenant): string => `auth0.keys.${tenant.url}/.well-known/jwks.json`

/** Options for a client of the page at `blank`. */
export const optionsFor = (
  tenant: Tenant,
  blank: string,
  more: Partial<Auth0ClientOptions> = {},
): Auth0ClientOptions => ({
  domain: tenant.url,
  clientId: CLIENT_ID,
  ...more,
  authorizationParams: { redirect_uri: blank, audience: AUDIENCE, ...more.authorizationParams },
})
