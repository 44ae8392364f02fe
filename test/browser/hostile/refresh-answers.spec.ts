import type { Page } from '@playwright/test'
import { CLIENT_ID, expect, optionsFor, signIn, type Tenant, test } from '../support/fixtures.ts'
import {
  callOnce,
  heldRefreshTokens,
  MEMORY,
  outcomeOf,
  STORED,
  startCall,
} from '../support/tabs.ts'
import { openWitness, tokenRequests } from '../support/witness.ts'

const refresh = { endpoint: 'token', grantType: 'refresh_token' } as const
const PLACES = Object.entries({ localStorage: STORED, memory: MEMORY })

const session = (page: Page) =>
  page.evaluate(async () => ({
    token: await window.auth0.getTokenSilently(),
    user: await window.auth0.getUser(),
    idToken: (await window.auth0.getIdTokenClaims())?.__raw,
  }))

const refreshes = (tenant: Tenant) =>
  tenant.log.entries.filter(({ grantType }) => grantType === 'refresh_token')

const FOREIGN = {
  'another issuer': { iss: 'https://other.example/' },
  'another time of login': { auth_time: 1 },
  'another authorized party': { azp: 'other-client' },
  'another audience': { aud: 'other-client' },
}

for (const [place, options] of PLACES) {
  test(`security M21: an ID token of another login spoils a whole refresh answer, with tokens in ${place}`, async ({
    page,
    tenant,
    blank,
  }) => {
    await signIn(page, blank, optionsFor(tenant, blank, options))
    const witness = await openWitness(page, blank)
    const before = await session(page)
    for (const [name, claims] of Object.entries(FOREIGN)) {
      tenant.log.clear()
      tenant.faults.add({ ...refresh, idToken: { claims }, times: 1 })
      expect(await callOnce(page), name).toMatchObject({ error: 'invalid_token' })
      expect(await session(page), name).toEqual(before)
      expect(tokenRequests(tenant), name).toBe(1)
      expect(tenant.log.count({ endpoint: 'authorize' }), name).toBe(0)
    }
    expect(await witness.heard()).toEqual([])
    // The refresh tokens of those answers were kept all the same: the tenant knows no others.
    expect(await callOnce(page)).toHaveProperty('token')
    expect(tenant.events.filter(({ type }) => type === 'refresh_token_reused')).toEqual([])
  })

  test(`security M21: a refresh answer of another user ends the session here, with tokens in ${place}`, async ({
    page,
    tenant,
    blank,
  }) => {
    await signIn(page, blank, optionsFor(tenant, blank, options))
    const claims = { sub: 'auth0|grace' }
    tenant.faults.add({ ...refresh, idToken: { claims }, times: 1 })
    expect(await callOnce(page)).toMatchObject({ error: 'login_required' })
    expect(await page.evaluate(() => window.auth0.getUser())).toBeUndefined()
  })

  test(`security M22: of rotating refresh tokens the newest is sent, five times over, from ${place}`, async ({
    page,
    tenant,
    blank,
  }) => {
    await signIn(page, blank, optionsFor(tenant, blank, options))
    for (let round = 0; round < 5; round++) expect(await callOnce(page)).toHaveProperty('token')
    const issued = tenant.log.entries.flatMap(entry => entry.issuedRefreshTokenHash ?? [])
    const sent = refreshes(tenant).map(entry => entry.refreshTokenHash)
    expect(issued).toHaveLength(6)
    expect(sent).toEqual(issued.slice(0, 5))
  })

  test(`security M22: a refresh token that the answers leave out is kept, five times over, in ${place}`, async ({
    page,
    tenant,
    blank,
  }) => {
    tenant.settings.rotation = false
    await signIn(page, blank, optionsFor(tenant, blank, options))
    tenant.faults.add({ ...refresh, mutate: { remove: ['refresh_token'] } })
    for (let round = 0; round < 5; round++) expect(await callOnce(page)).toHaveProperty('token')
    const sent = refreshes(tenant)
    expect(sent).toHaveLength(5)
    expect(new Set(sent.map(entry => entry.refreshTokenHash)).size).toBe(1)
  })
}

test('security M25: refused while a sibling without our lock stored a newer token, that one is used', async ({
  page,
  tenant,
  blank,
}) => {
  await signIn(page, blank, optionsFor(tenant, blank, STORED))
  const held = tenant.faults.hold({
    ...refresh,
    when: 'before',
    status: 403,
    json: { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' },
    times: 1,
  })
  await startCall(page)
  await held.reached
  const [token] = await heldRefreshTokens(page)
  const newer = await page.evaluate(
    async ([url, client_id, refresh_token]) => {
      const body = new URLSearchParams({ grant_type: 'refresh_token', client_id, refresh_token })
      const answer = await (await fetch(`${url}/oauth/token`, { method: 'POST', body })).json()
      for (const [key, text] of Object.entries({ ...localStorage })) {
        const changed = text.replace(refresh_token, answer.refresh_token)
        if (changed !== text) localStorage.setItem(key, changed)
      }
      return answer.refresh_token as string
    },
    [tenant.url, CLIENT_ID, token ?? ''] as const,
  )
  expect(newer).not.toBe(token)
  held.release()
  expect(await outcomeOf(page)).toHaveProperty('token')
  expect(await page.evaluate(() => window.auth0.isAuthenticated())).toBe(true)
  expect(refreshes(tenant)).toHaveLength(3)
  expect(tenant.log.count({ endpoint: 'authorize', prompt: 'none' })).toBe(0)
  expect(await heldRefreshTokens(page)).not.toContain(newer)
})

test('security M25: refused for good, the login ends with an error and without a second try', async ({
  page,
  tenant,
  blank,
}) => {
  const options = { ...STORED, useRefreshTokensFallback: false }
  await signIn(page, blank, optionsFor(tenant, blank, options))
  tenant.log.clear()
  tenant.faults.add({ ...refresh, status: 403, json: { error: 'invalid_grant' } })
  expect(await callOnce(page)).toMatchObject({ error: 'invalid_grant' })
  expect(await callOnce(page)).toMatchObject({ error: 'missing_refresh_token' })
  expect(refreshes(tenant)).toHaveLength(1)
  expect(await heldRefreshTokens(page)).toEqual([])
})
