import { expect, optionsFor, submitLogin, type Tenant, test } from '../support/fixtures.ts'
import { STORED } from '../support/tabs.ts'
import {
  comeBack,
  expectNoSession,
  handle,
  openWitness,
  tokenRequests,
} from '../support/witness.ts'

type Change = NonNullable<Parameters<Tenant['faults']['add']>[0]['authorizationResponse']>

const alter = (tenant: Tenant, change: Change) =>
  tenant.faults.add({ endpoint: 'authorize', authorizationResponse: change, times: 1 })

test('security M1: a correct login signs in: one code, one token request, one announcement', async ({
  page,
  tenant,
  blank,
}) => {
  const witness = await openWitness(page, blank)
  await comeBack(page, blank, optionsFor(tenant, blank, STORED))
  expect(await handle(page, page.url())).toBe('signed in')
  expect(tokenRequests(tenant)).toBe(1)
  expect(await witness.heard()).toEqual([expect.objectContaining({ type: 'signed_in' })])
})

for (const [name, change] of Object.entries<Change>({
  'a code': { set: { iss: 'https://other.example/' } },
  'an error': {
    remove: ['code'],
    set: { iss: 'https://other.example/', error: 'access_denied' },
  },
})) {
  test(`security M16: ${name} that names another issuer is refused, and no code is sent anywhere`, async ({
    page,
    tenant,
    blank,
  }) => {
    const witness = await openWitness(page, blank)
    alter(tenant, change)
    await comeBack(page, blank, optionsFor(tenant, blank, STORED))
    expect(await handle(page, page.url())).toBe('GenericError invalid_issuer')
    await expectNoSession(page, witness)
    expect(tokenRequests(tenant)).toBe(0)
  })
}

test('security M16: an answer without an issuer is the answer of a tenant that names none', async ({
  page,
  tenant,
  blank,
}) => {
  alter(tenant, { remove: ['iss'] })
  await comeBack(page, blank, optionsFor(tenant, blank))
  expect(new URL(page.url()).searchParams.has('iss')).toBe(false)
  expect(await handle(page, page.url())).toBe('signed in')
})

for (const [name, change, error] of [
  ['a different state', { set: { state: 'other' } }, 'GenericError state_mismatch'],
  ['no state', { remove: ['state'] }, 'GenericError state_mismatch'],
  ['its state twice', { repeat: ['state'] }, 'GenericError invalid_request'],
  ['its code twice', { repeat: ['code'] }, 'GenericError invalid_request'],
] as const) {
  test(`security M17: an answer with ${name} is refused, and the open login still works`, async ({
    page,
    tenant,
    blank,
  }) => {
    const witness = await openWitness(page, blank)
    alter(tenant, { ...change } as Change)
    const asked = await comeBack(page, blank, optionsFor(tenant, blank, STORED))
    expect(await handle(page, page.url())).toBe(error)
    await expectNoSession(page, witness)
    expect(tokenRequests(tenant)).toBe(0)

    const real = new URL(page.url())
    for (const param of ['state', 'code']) {
      const value = param === 'state' ? asked.searchParams.get(param) : real.searchParams.get(param)
      real.searchParams.set(param, value ?? '')
    }
    expect(await handle(page, real.href)).toBe('signed in')
  })
}

test('security M17: an answer that is replayed causes no request, and ends nothing', async ({
  page,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, STORED)
  await comeBack(page, blank, options)
  const answer = page.url()
  expect(await handle(page, answer)).toBe('signed in')
  expect(await handle(page, answer)).toBe('signed in')
  // The page is loaded again at the same address, as by the back button.
  await page.reload()
  await page.evaluate(async given => {
    const sdk = await import(`${location.origin}/dist/auth0-spa-js.production.esm.js`)
    window.auth0 = await sdk.createAuth0Client(given)
  }, options)
  expect(await handle(page, answer)).toBe('GenericError missing_transaction')
  expect(await page.evaluate(() => window.auth0.isAuthenticated())).toBe(true)
  expect(tokenRequests(tenant)).toBe(1)
})

test('security M18: forged errors, codes nobody asked for and tokens in a fragment change nothing; the real answer signs in', async ({
  page,
  tenant,
  blank,
}) => {
  const witness = await openWitness(page, blank)
  const asked = await comeBack(page, blank, optionsFor(tenant, blank, STORED))
  const state = asked.searchParams.get('state')
  const text = encodeURIComponent('<img src=x onerror="document.title=1">')
  for (const forged of [
    `?error=access_denied&error_description=${text}`,
    `?error=access_denied&error_description=${text}&state=unknown`,
    '?code=unsolicited',
    '?code=unsolicited&state=unknown',
    `?code=&error=&state=${state}`,
    `?state=${state}#access_token=x&id_token=y.z.w&token_type=Bearer&state=${state}`,
    `?access_token=x&id_token=y.z.w&token_type=Bearer&state=${state}`,
  ]) {
    expect(await handle(page, blank + forged), forged).toMatch(
      /^GenericError (state_mismatch|invalid_request)$/,
    )
  }
  await expectNoSession(page, witness)
  expect(tokenRequests(tenant)).toBe(0)
  expect(await page.title()).toBe('Blank')
  expect(await handle(page, page.url())).toBe('signed in')
})

test('security M18: a forged address opened in another tab leaves the login under way alone', async ({
  page,
  context,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, { ...STORED, useCookiesForTransactions: true })
  await comeBack(page, blank, options, async login => {
    const other = await context.newPage()
    await other.goto(`${blank}?error=access_denied&state=forged`)
    await other.evaluate(async given => {
      const sdk = await import(`${location.origin}/dist/auth0-spa-js.production.esm.js`)
      window.auth0 = new sdk.Auth0Client(given)
    }, options)
    expect(await handle(other, other.url())).toBe('GenericError state_mismatch')
    await submitLogin(login)
  })
  expect(await handle(page, page.url())).toBe('signed in')
})
