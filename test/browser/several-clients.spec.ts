import { startTenant } from '../support/start-tenant.js'
import {
  CLIENT_ID,
  createClient,
  expect,
  GRACE,
  optionsFor,
  signIn,
  submitLogin,
  test,
} from './support/fixtures.ts'

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

for (const cacheLocation of ['memory', 'localstorage'] as const) {
  test(`linking an account with a second client in memory leaves the user of every tab, with tokens in ${cacheLocation}`, async ({
    page,
    context,
    tenant,
    blank,
  }) => {
    const options = optionsFor(tenant, blank, { cacheLocation })
    await signIn(page, blank, options)
    const otherTab = await context.newPage()
    await otherTab.goto(blank)
    await createClient(otherTab, options)
    const seen = () =>
      Promise.all(
        [page, otherTab].map(tab =>
          tab.evaluate(async () => [
            (await window.auth0.getUser())?.name,
            await window.auth0.getTokenSilently({ cacheMode: 'cache-only' }),
          ]),
        ),
      )
    const before = await seen()
    expect(before.map(([name]) => name)).toEqual(['Ada Lovelace', 'Ada Lovelace'])

    await page.evaluate(given => {
      const button = document.createElement('button')
      button.textContent = 'Link'
      button.onclick = async () => {
        const sdk = await import(`${location.origin}/dist/auth0-spa-js.production.esm.js`)
        const linking = new sdk.Auth0Client({ ...given, cacheLocation: 'memory' })
        await linking.loginWithPopup({ authorizationParams: { prompt: 'login' } })
        button.dataset.user = (await linking.getUser()).name
      }
      document.body.append(button)
    }, options)
    const opened = page.waitForEvent('popup')
    await page.getByRole('button', { name: 'Link' }).click()
    await submitLogin(await opened, GRACE)
    await expect(page.getByRole('button', { name: 'Link' })).toHaveAttribute(
      'data-user',
      'Grace Hopper',
    )
    expect(await seen()).toEqual(before)
    // The tenant's session is the other user's now, who is not taken over.
    const error = await otherTab.evaluate(() =>
      window.auth0.getTokenSilently({ cacheMode: 'off' }).catch(({ error }) => error),
    )
    expect(error).toBe('login_required')
  })
}
