import { inPage } from '../bench.js'

const SDKS = ['latchkey', 'auth0-spa-js', 'oidc-client-ts']

/** @type {import('../table.js').Group} */
export const dpop = {
  title: 'DPoP',
  note: 'A proof (RFC 9449) for a request to an API, with nonce and access token, in a page that is warm: `generateDpopProof()`, of oidc-client-ts `dpopProof()`. The floor is the signature alone, ES256 by Web Crypto.',
  measurements: ({ browser, site, setupOf, times }) => [
    {
      title: 'a proof',
      measure: async () => {
        const page = await (await browser.newContext()).newPage()
        await page.goto(site.url)
        const functions = inPage(page)
        for (const sdk of SDKS) {
          const setup = setupOf(sdk, { cacheLocation: 'memory', options: { useDpop: true } })
          await functions.open({ setup })
        }
        const how = { rounds: times(13), batchMs: 30 }
        const samples = await functions.timeProofs({ sdks: SDKS, how })
        await page.context().close()
        return [{ title: 'a proof', unit: 'µs', samples }]
      },
    },
  ],
}
