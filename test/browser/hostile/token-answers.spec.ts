import type { Page } from '@playwright/test'
import { startBlankSite } from '../../support/blank-site.js'
import { expect, optionsFor, signIn, type Tenant, test } from '../support/fixtures.ts'
import { callOnce, MEMORY, STORED } from '../support/tabs.ts'
import {
  comeBack,
  expectNoSession,
  handle,
  openWitness,
  tokenRequests,
  type Witness,
} from '../support/witness.ts'

type Fault = Omit<Parameters<Tenant['faults']['add']>[0], 'endpoint'>
interface Bad {
  name: string
  fault: Fault
  error: string
}

const mutate = (change: NonNullable<Fault['mutate']>): Fault => ({ mutate: change })

/** Signed in at the tenant, and not here: what comes next comes through the frame. */
const signOutHere = async (page: Page): Promise<void> => {
  await page.evaluate(() => window.auth0.logout({ openUrl: false }))
}

/** One login through the frame that gets a bad answer, and leaves nothing behind. */
const expectRefused = async (
  { page, tenant, witness }: { page: Page; tenant: Tenant; witness: Witness },
  { name, fault, error }: Bad,
): Promise<void> => {
  const before = (await witness.heard()).length
  tenant.log.clear()
  const remove = tenant.faults.add({ endpoint: 'token', ...fault })
  expect(await callOnce(page), name).toMatchObject({ error })
  remove()
  await expectNoSession(page, {
    heard: async () => (await witness.heard()).slice(before),
  })
  expect(tokenRequests(tenant), name).toBe(1)
  expect(tenant.log.count({ endpoint: 'authorize' }), name).toBe(1)
}

const UNUSABLE: Bad[] = [
  { name: 'mac', fault: mutate({ set: { token_type: 'mac' } }), error: 'request_error' },
  { name: 'no token', fault: mutate({ remove: ['access_token'] }), error: 'request_error' },
  { name: 'empty token', fault: mutate({ set: { access_token: '' } }), error: 'request_error' },
  { name: 'a number', fault: mutate({ set: { access_token: 1 } }), error: 'request_error' },
  { name: 'negative', fault: mutate({ set: { expires_in: -1 } }), error: 'request_error' },
  { name: 'no ID token', fault: mutate({ remove: ['id_token'] }), error: 'invalid_token' },
  { name: 'HTML', fault: { html: '<!doctype html><h1>Pay here</h1>' }, error: 'request_error' },
  { name: 'a list', fault: { json: [] }, error: 'request_error' },
]

const FORGED: Bad[] = [
  { name: 'tampered', fault: { idToken: { signature: 'tampered' } }, error: 'invalid_token' },
  { name: 'wrong key', fault: { idToken: { signature: 'wrong-key' } }, error: 'invalid_token' },
  { name: 'stripped', fault: { idToken: { signature: 'stripped' } }, error: 'invalid_token' },
  { name: 'none', fault: { idToken: { alg: 'none' } }, error: 'invalid_token' },
  { name: 'shared secret', fault: { idToken: { alg: 'HS256' } }, error: 'invalid_token' },
]

for (const [title, cases] of [
  ['security M19, M20: answers that are no tokens', UNUSABLE],
  ['security M8: ID tokens that the tenant did not sign', FORGED],
] as const) {
  for (const [place, options] of Object.entries({ localStorage: STORED, memory: MEMORY })) {
    test(`${title} are refused, nothing is kept in ${place}, and the next answer signs in`, async ({
      page,
      tenant,
      blank,
    }) => {
      await signIn(page, blank, optionsFor(tenant, blank, options))
      await signOutHere(page)
      const witness = await openWitness(page, blank)
      for (const bad of cases) await expectRefused({ page, tenant, witness }, bad)
      expect(await callOnce(page)).toHaveProperty('token')
    })
  }
}

test('security M8: a forged ID token ends a login by redirect', async ({ page, tenant, blank }) => {
  const witness = await openWitness(page, blank)
  await comeBack(page, blank, optionsFor(tenant, blank, STORED))
  tenant.faults.add({ endpoint: 'token', idToken: { signature: 'wrong-key' } })
  expect(await handle(page, page.url())).toBe('GenericError invalid_token')
  await expectNoSession(page, witness)
  expect(tokenRequests(tenant)).toBe(1)
})

test('security M19: a type in odd letter case, no lifetime and no scope are accepted', async ({
  page,
  tenant,
  blank,
}) => {
  await signIn(page, blank, optionsFor(tenant, blank, STORED))
  for (const change of [
    { set: { token_type: 'bEaReR' } },
    { remove: ['expires_in'] },
    { remove: ['scope'] },
  ]) {
    await signOutHere(page)
    const remove = tenant.faults.add({ endpoint: 'token', ...mutate(change) })
    expect(await callOnce(page), JSON.stringify(change)).toHaveProperty('token')
    remove()
    tenant.log.clear()
    expect(await page.evaluate(() => window.auth0.getTokenSilently())).toMatch(/^ey/)
    expect(tokenRequests(tenant)).toBe(0)
  }
})

for (const [place, options] of Object.entries({ localStorage: STORED, memory: MEMORY })) {
  test(`security M20: neither code nor refresh token follow a redirect of the token endpoint, with tokens in ${place}`, async ({
    page,
    tenant,
    blank,
  }) => {
    const elsewhere = await startBlankSite()
    try {
      await signIn(page, blank, optionsFor(tenant, blank, options))
      const witness = await openWitness(page, blank)
      for (const [status, Location] of [
        [302, `${elsewhere.url}steal`],
        [307, `${elsewhere.url}steal`],
        [307, `${tenant.url}/steal`],
      ] as const) {
        const remove = tenant.faults.add({ endpoint: 'token', status, headers: { Location } })
        expect(await callOnce(page)).toMatchObject({ error: 'network_error' })
        remove()
      }
      expect(await page.evaluate(() => window.auth0.isAuthenticated())).toBe(true)

      await signOutHere(page)
      const headers = { Location: `${elsewhere.url}steal` }
      const remove = tenant.faults.add({ endpoint: 'token', status: 307, headers })
      expect(await callOnce(page)).toMatchObject({ error: 'network_error' })
      remove()
      await expectNoSession(page, witness)
      expect(elsewhere.requests).toEqual([])
      expect(tenant.log.count({ endpoint: 'other' })).toBe(0)
      expect(await callOnce(page)).toHaveProperty('token')
    } finally {
      await elsewhere.close()
    }
  })
}
