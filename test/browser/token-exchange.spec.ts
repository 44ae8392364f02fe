import type { Page } from '@playwright/test'
import { decodeJwt } from 'jose'
import { ADA_SUBJECT, GRACE_SUBJECT } from '../support/browser-clients.ts'
import {
  createClient,
  expect,
  keysItem,
  optionsFor,
  signIn,
  type Tenant,
  test,
  tokenOrError,
} from './support/fixtures.ts'
import { MEMORY, openTab, STORED } from './support/tabs.ts'

const BOUND = { ...MEMORY, useDpop: true } as const
const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:token-exchange'

const userName = (page: Page) => page.evaluate(async () => (await window.auth0.getUser())?.name)

/** The members of the response, or name and code of the error. */
const exchange = (
  page: Page,
  method: 'loginWithCustomTokenExchange' | 'customTokenExchange',
  options: typeof ADA_SUBJECT | typeof GRACE_SUBJECT,
  organization?: string,
): Promise<Record<string, unknown>> =>
  page.evaluate(
    ([name, given]) =>
      window.auth0[name](given).then(
        response => ({ ...response }),
        ({ name, error }) => ({ name, error }),
      ),
    [method, { ...options, ...(organization && { organization }) }] as const,
  )

/** The user of an access token, and whether the token is bound to a key. */
const described = (token: unknown) => {
  const { sub, cnf } = decodeJwt(String(token))
  return { sub, isBound: cnf !== undefined }
}

const renewals = (tenant: Tenant) =>
  tenant.log.entries.flatMap(({ grantType, status }) =>
    grantType === 'refresh_token' ? status : [],
  )

test('a token exchange signs in with DPoP, and the worker renews its tokens', async ({
  page,
  tenant,
  blank,
}) => {
  await page.goto(blank)
  await createClient(page, optionsFor(tenant, blank, BOUND))
  const response = await exchange(page, 'loginWithCustomTokenExchange', ADA_SUBJECT)
  expect(response).toMatchObject({ token_type: 'DPoP' })
  expect(response).not.toHaveProperty('refresh_token')
  expect(await userName(page)).toBe('Ada Lovelace')
  expect(await tokenOrError(page)).toBe(response.access_token)
  expect(page.workers()).toHaveLength(1)
  for (let round = 0; round < 2; round += 1) {
    expect(described(await tokenOrError(page, 'off'))).toEqual({ sub: 'auth0|ada', isBound: true })
  }
  expect(renewals(tenant)).toEqual([200, 200])
  expect(tenant.log.count({ endpoint: 'authorize' })).toBe(0)
})

test('security 28: a rejected token exchange leaves the session before it, which the worker renews', async ({
  page,
  tenant,
  blank,
}) => {
  await signIn(page, blank, optionsFor(tenant, blank, { ...BOUND, useMrrt: true }))
  const onExchange = { endpoint: 'token', grantType: GRANT_TYPE, times: 1 } as const
  const faults: Parameters<Tenant['faults']['add']>[0][] = [
    { ...onExchange, idToken: { signature: 'tampered' } },
    { ...onExchange, idToken: { claims: { iss: 'https://other.example/' } } },
    { ...onExchange, idToken: { claims: { org_id: 'org_other' } } },
    { ...onExchange, mutate: { remove: ['id_token'] } },
  ]
  for (const fault of faults) {
    tenant.faults.add(fault)
    expect(
      await exchange(page, 'loginWithCustomTokenExchange', GRACE_SUBJECT, 'org_acme'),
    ).toMatchObject({ name: 'GenericError' })
    expect(await userName(page)).toBe('Ada Lovelace')
    expect(described(await tokenOrError(page, 'off')).sub).toBe('auth0|ada')
  }
  expect(tenant.log.count({ grantType: GRANT_TYPE, status: 200 })).toBe(faults.length)
  expect(renewals(tenant)).toEqual([200, 200, 200, 200])
  expect(await exchange(page, 'loginWithCustomTokenExchange', GRACE_SUBJECT)).toMatchObject({
    token_type: 'DPoP',
  })
  expect(await userName(page)).toBe('Grace Hopper')
})

test('customTokenExchange returns tokens and stores nothing, also not in the worker', async ({
  page,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, BOUND)
  await page.goto(blank)
  await createClient(page, options)
  const response = await exchange(page, 'customTokenExchange', GRACE_SUBJECT)
  expect(described(response.access_token)).toEqual({ sub: 'auth0|grace', isBound: true })
  expect(response).not.toHaveProperty('refresh_token')
  expect(await userName(page)).toBeUndefined()
  // The tenant's public keys are no part of a session.
  expect(await page.evaluate(() => [Object.keys(localStorage), document.cookie])).toEqual([
    [keysItem(tenant)],
    '',
  ])
  expect(await tokenOrError(page)).toBe('error: login_required')
  expect(renewals(tenant)).toEqual([])

  await signIn(page, blank, options)
  await exchange(page, 'customTokenExchange', GRACE_SUBJECT)
  expect(await userName(page)).toBe('Ada Lovelace')
  expect(described(await tokenOrError(page)).sub).toBe('auth0|ada')
  expect(described(await tokenOrError(page, 'off')).sub).toBe('auth0|ada')
  expect(renewals(tenant)).toEqual([200])
})

test('another tab sees the user of a token exchange, and renews with the same key', async ({
  page,
  context,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, { ...STORED, useDpop: true })
  await signIn(page, blank, options)
  const other = await openTab(context, blank, options)
  expect(await userName(other)).toBe('Ada Lovelace')
  const { access_token } = await exchange(page, 'loginWithCustomTokenExchange', GRACE_SUBJECT)
  await expect.poll(() => userName(other)).toBe('Grace Hopper')
  expect(await tokenOrError(other)).toBe(access_token)
  expect(described(await tokenOrError(other, 'off'))).toEqual({ sub: 'auth0|grace', isBound: true })
  expect(described(await tokenOrError(page, 'off'))).toEqual({ sub: 'auth0|grace', isBound: true })
  expect(renewals(tenant)).toEqual([200, 200])
})
