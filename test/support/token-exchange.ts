import type { TestTenant } from '../../src/testing/index.ts'
import { sessionItems } from './clients.ts'
import { createTestbed, grants } from './testbed.ts'

export const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const ADA = { sub: 'auth0|ada', name: 'Ada Lovelace' }
export const GRACE = { sub: 'auth0|grace', name: 'Grace Hopper' }

/** The subject tokens of the two users. */
export const subject = { subject_token: 'ada', subject_token_type: 'urn:acme:legacy' } as const
export const graceToken = { ...subject, subject_token: 'grace' } as const

/** The usual tenant, which knows both subject tokens. */
export const createExchangeTestbed = (): TestTenant =>
  createTestbed({
    validateSubjectToken: ({ subject_token }) =>
      ({ ada: ADA, grace: GRACE })[subject_token as 'ada' | 'grace'],
  })

/** The fields of the token exchanges, in order. */
export const exchangesAt = (tenant: TestTenant): Record<string, string>[] =>
  grants(tenant, GRANT_TYPE)

/** Everything that this page has stored of the session. */
export const snapshot = () => ({ items: sessionItems(), cookies: document.cookie })

/** Lets the tenant answer as it usually does. */
export const acceptAgain = (tenant: TestTenant): void => {
  tenant.tokenResponse = {}
  tenant.idTokenClaims = {}
  tenant.transformIdToken = undefined
  tenant.intercept('token', undefined)
}
