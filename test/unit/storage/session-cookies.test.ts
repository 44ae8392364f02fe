import { describe, expect, it, vi } from 'vitest'
import { createCookies } from '../../../src/browser/cookies.ts'
import { readOrganizationHint } from '../../../src/storage/organization-hint.ts'
import { createSessionCookies } from '../../../src/storage/session-cookies.ts'

const DAY = 24 * 60 * 60 * 1000
const SIGNED_IN = 'auth0.client-1.is.authenticated'
const ORGANIZATION = 'auth0.client-1.organization_hint'

const create = ({
  domain = undefined as string | undefined,
  withLegacyCopy = true,
  days = 1,
} = {}) => {
  const cookies = createCookies({ domain, withLegacyCopy })
  const options = { clientId: 'client-1', sessionCheckExpiryDays: days, cookieDomain: domain }
  const organization = (): string | undefined => readOrganizationHint(cookies, options)
  return { ...createSessionCookies(cookies, options), organization }
}

/** Sets a cookie, as another version of the SDK or another page would. */
const put = (pair: string): void => {
  // biome-ignore lint/suspicious/noDocumentCookie: a cookie as the browser has it
  document.cookie = `${pair}; path=/`
}

/** Sets a cookie for the parent domain, as a page of a sibling domain can. */
const plant = (pair: string): void => put(`${pair}; domain=example.com`)
const cookies = (): string[] => document.cookie.split('; ').filter(Boolean).sort()

describe('the session cookies', () => {
  it('have the names and values of auth0-spa-js, with legacy copies', () => {
    create().save('org_1')
    expect(cookies()).toEqual([
      `_legacy_${SIGNED_IN}=true`,
      `_legacy_${ORGANIZATION}=%22org_1%22`,
      `${SIGNED_IN}=true`,
      `${ORGANIZATION}=%22org_1%22`,
    ])
  })

  it('have no legacy copies if those are turned off', () => {
    create({ withLegacyCopy: false }).save(undefined)
    expect(cookies()).toEqual([`${SIGNED_IN}=true`])
  })

  it('are read by another page', () => {
    expect(create().isSignedIn()).toBe(false)
    expect(create().organization()).toBeUndefined()
    create().save('org_1')
    expect(create().isSignedIn()).toBe(true)
    expect(create().organization()).toBe('org_1')
  })

  it('are read from the legacy copy if the browser dropped the main cookie', () => {
    put(`_legacy_${SIGNED_IN}=true`)
    expect(create().isSignedIn()).toBe(true)
    expect(create({ withLegacyCopy: false }).isSignedIn()).toBe(false)
  })

  it('contain no organization after a login without one', () => {
    create().save('org_1')
    create().save(undefined)
    expect(create().organization()).toBeUndefined()
    expect(cookies()).toHaveLength(2)
  })

  it('are removed at sign-out, but not those of another client', () => {
    put('auth0.client-2.is.authenticated=true')
    create().save('org_1')
    create().clear()
    expect(cookies()).toEqual(['auth0.client-2.is.authenticated=true'])
  })

  it.each([1, 7])('last %i days', days => {
    vi.useFakeTimers()
    create({ days }).save(undefined)
    vi.advanceTimersByTime(days * DAY - 2000)
    expect(create().isSignedIn()).toBe(true)
    vi.advanceTimersByTime(4000)
    expect(create().isSignedIn()).toBe(false)
  })

  it.each(['', '%', '{', '%7B', 'yes', 'undefined'])(
    'with the invalid value %j are ignored without an error',
    value => {
      put(`${SIGNED_IN}=${value}`)
      put(`${ORGANIZATION}=${value}`)
      put(`auth0.is.authenticated=${value}`)
      expect(create().isSignedIn()).toBe(false)
      expect(create().organization()).toBeUndefined()
    },
  )

  it.each(['7', 'true', '%5B%22org_1%22%5D', 'null'])(
    'contain no organization if the value is %s',
    value => {
      put(`${ORGANIZATION}=${value}`)
      expect(create().organization()).toBeUndefined()
    },
  )
})

describe('a cookie that a sibling domain has set', () => {
  const forged = `${ORGANIZATION}=%22org_evil%22`

  it('names no organization', () => {
    plant(forged)
    expect(create().organization()).toBeUndefined()
    create().save(undefined)
    expect(create().organization()).toBeUndefined()
  })

  it('does not replace or hide the organization of the last login', () => {
    plant(forged)
    create().save('org_1')
    expect(create().organization()).toBe('org_1')
    expect(create().organization()).toBe('org_1')
    create().clear()
    expect(create().organization()).toBeUndefined()
  })

  it('does not replace the organization of the last login at this origin with `cookieDomain`', () => {
    const shared = () => create({ domain: 'example.com' })
    for (const organization of ['org_1', undefined]) {
      shared().save(organization)
      plant(forged)
      expect(shared().organization()).toBe(organization)
    }
    shared().clear()
    expect({ ...localStorage }).toEqual({})
  })

  it('does not hide that a user is signed in', () => {
    plant(`${SIGNED_IN}=false`)
    create({ withLegacyCopy: false }).save(undefined)
    expect(create().isSignedIn()).toBe(true)
  })
})

describe('the cookie from before 1.18', () => {
  it('is replaced by the one of this client', () => {
    put('auth0.is.authenticated=true')
    put('_legacy_auth0.is.authenticated=true')
    expect(create().isSignedIn()).toBe(true)
    expect(cookies()).toEqual([`_legacy_${SIGNED_IN}=true`, `${SIGNED_IN}=true`])
  })

  it('is removed from the domain of `cookieDomain` too', () => {
    const set = vi.spyOn(document, 'cookie', 'set')
    put('auth0.is.authenticated=true')
    create({ domain: 'example.com' }).isSignedIn()
    const removals = set.mock.calls
      .map(([text]) => text)
      .filter(text => text.includes('auth0.is.authenticated=;'))
    expect(removals).toHaveLength(2)
    for (const text of removals) expect(text).toContain('domain=example.com')
  })

  it('stays if this client has its own', () => {
    put('auth0.is.authenticated=true')
    create({ withLegacyCopy: false }).save(undefined)
    expect(create({ withLegacyCopy: false }).isSignedIn()).toBe(true)
    expect(cookies()).toContain('auth0.is.authenticated=true')
  })
})
