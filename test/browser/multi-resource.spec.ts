import type { Page } from '@playwright/test'
import { decodeJwt } from 'jose'
import type { Auth0ClientOptions } from '../../src/index.ts'
import {
  AUDIENCE,
  createClient,
  expect,
  optionsFor,
  signIn,
  type Tenant,
  test,
} from './support/fixtures.ts'
import { MEMORY, STORED } from './support/tabs.ts'

const OTHER = 'https://orders.example.com/'

/** Scopes by audience; the tenant gives those of its policy for the other API. */
const options = (
  tenant: Tenant,
  blank: string,
  more: Partial<Auth0ClientOptions>,
): Auth0ClientOptions =>
  optionsFor(tenant, blank, {
    useMrrt: true,
    useDpop: true,
    ...more,
    authorizationParams: {
      scope: { default: 'openid profile', [AUDIENCE]: 'read:messages', [OTHER]: 'read:orders' },
    },
  })

/** Lets refresh tokens serve the other API. */
const allowOther = (tenant: Tenant, scope: string[]): void => {
  for (const client of tenant.clients) {
    client.refresh_token = { policies: [{ audience: OTHER, scope }] }
  }
}

/** What an access token says, or code and scopes of the error. */
const ask = async (page: Page, audience: string, scope?: string) => {
  const result = await page.evaluate(
    params =>
      window.auth0.getTokenSilently({ authorizationParams: params }).then(
        token => ({ token }),
        ({ name, error, scope }) => ({ name, error, scope }),
      ),
    { audience, ...(scope && { scope }) },
  )
  if (!('token' in result)) return result
  const claims = decodeJwt(String(result.token))
  return {
    audience: [claims.aud].flat()[0],
    scope: claims.scope,
    key: (claims.cnf as { jkt: string }).jkt,
  }
}

const grantTypes = (tenant: Tenant) =>
  tenant.log.entries.flatMap(({ method, endpoint, grantType, status }) =>
    method === 'POST' && endpoint === 'token' ? `${grantType} ${status}` : [],
  )

for (const [place, more] of Object.entries({ localStorage: STORED, memory: MEMORY })) {
  test(`one refresh token serves two audiences with the scopes of each and one key, with tokens in ${place}`, async ({
    page,
    tenant,
    blank,
    exampleApi: api,
  }) => {
    allowOther(tenant, ['read:orders', 'write:orders'])
    await signIn(page, blank, options(tenant, blank, more))
    const own = await ask(page, AUDIENCE)
    expect(own).toMatchObject({
      audience: AUDIENCE,
      scope: 'openid read:messages offline_access',
      key: expect.any(String),
    })
    const key = 'key' in own ? own.key : undefined
    for (let round = 0; round < 2; round += 1) {
      expect(await ask(page, OTHER)).toEqual({
        audience: OTHER,
        scope: 'openid read:orders offline_access',
        key,
      })
    }
    expect(grantTypes(tenant)).toEqual(['authorization_code 200', 'refresh_token 200'])
    expect(tenant.log.count({ endpoint: 'authorize' })).toBe(1)

    // The API takes the token that is for it alone.
    const statuses = await page.evaluate(
      async ([baseUrl, other]) => {
        const { fetchWithAuth } = window.auth0.createFetcher({ baseUrl, dpopNonceId: 'api' })
        const own = await fetchWithAuth('/api/private-scoped')
        const foreign = await fetchWithAuth('/api/private-scoped', {}, { audience: other })
        return [own.status, foreign.status]
      },
      [api.url, OTHER] as const,
    )
    expect(statuses).toEqual([200, 401])
  })
}

test('scopes that the refresh token cannot get are named, or asked for in the hidden iframe', async ({
  page,
  tenant,
  blank,
}) => {
  allowOther(tenant, ['read:orders'])
  await signIn(page, blank, options(tenant, blank, STORED))
  expect(await ask(page, OTHER, 'delete:orders')).toEqual({
    name: 'MissingScopesError',
    error: 'missing_scopes',
    scope: 'delete:orders',
  })
  expect(tenant.log.count({ endpoint: 'authorize', prompt: 'none' })).toBe(0)
  expect(await ask(page, OTHER)).toMatchObject({ audience: OTHER })

  const fallback = { ...STORED, useRefreshTokensFallback: true } as const
  await page.goto(blank)
  await createClient(page, options(tenant, blank, fallback))
  expect(await ask(page, OTHER, 'delete:orders')).toMatchObject({
    audience: OTHER,
    scope: expect.stringContaining('delete:orders'),
  })
  expect(tenant.log.count({ endpoint: 'authorize', prompt: 'none' })).toBe(1)
  await expect(page.locator('iframe')).toHaveCount(0)
})
