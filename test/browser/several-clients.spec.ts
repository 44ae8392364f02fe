import { startTenant } from '../support/start-tenant.js'
import { CLIENT_ID, expect, optionsFor, signIn, test } from './support/fixtures.ts'

/** A client of each of some options, all renewing through frames at once; gives what each got. */
const renewTogether = async (given: object[]) => {
  const sdk = await import(`${location.origin}/dist/auth0-spa-js.production.esm.js`)
  const clients = given.map(options => new sdk.Auth0Client(options))
  const renew = async (client: typeof window.auth0) => {
    const token = await client.getTokenSilently({ cacheMode: 'off' })
    const claims = await client.getIdTokenClaims()
    const { azp, iss } = JSON.parse(atob(token?.split('.')[1]?.replace(/[-_]/g, '+') ?? ''))
    return { azp, iss, aud: claims?.aud, issuer: claims?.iss }
  }
  return Promise.all(clients.flatMap(client => [renew(client), renew(client)]))
}

test('clients of several ids at one tenant renew at once, each with its own answers', async ({
  page,
  tenant,
  blank,
}) => {
  const ids = [CLIENT_ID, 'second', 'third']
  for (const client_id of ids.slice(1)) {
    tenant.clients.push({ client_id, origins: [new URL(blank).origin] })
  }
  const options = optionsFor(tenant, blank)
  await signIn(page, blank, options)
  const answers = await page.evaluate(
    renewTogether,
    ids.map(clientId => ({ ...options, clientId })),
  )
  const expected = ids.flatMap(id => [id, id])
  expect(answers.map(({ azp }) => azp)).toEqual(expected)
  expect(answers.map(({ aud }) => aud)).toEqual(expected)
})

test('clients of different tenants renew at once, each with its own answers', async ({
  page,
  tenant,
  blank,
}) => {
  const origins = [new URL(blank).origin]
  const second = await startTenant({ clients: [{ client_id: 'elsewhere', origins }] })
  try {
    const tenants = [
      optionsFor(tenant, blank),
      { ...optionsFor(second, blank), clientId: 'elsewhere' },
    ]
    for (const options of tenants) await signIn(page, blank, options)
    const answers = await page.evaluate(renewTogether, tenants)
    const issuers = [tenant, tenant, second, second].map(({ issuer }) => issuer)
    expect(answers.map(({ iss }) => iss)).toEqual(issuers)
    expect(answers.map(({ issuer }) => issuer)).toEqual(issuers)
  } finally {
    await second.close()
  }
})
