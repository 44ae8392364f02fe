import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createClient, redirectUrl } from '../support/clients.ts'
import { CLIENT_ID } from '../support/testbed.ts'
import { cloneable, json } from './support/arbitraries.ts'
import { fuzz } from './support/fuzz.ts'

/** What another tab may say; most of it is nearly news. */
const news = fc.oneof(
  { weight: 1, arbitrary: cloneable },
  {
    weight: 4,
    arbitrary: fc.record(
      {
        type: fc.oneof(fc.constantFrom<unknown>('ended', 'signed_in', 'ENDED', ['ended']), json),
        client_id: fc.oneof(
          fc.constantFrom<unknown>(CLIENT_ID, null, `${CLIENT_ID}0`, [CLIENT_ID], ''),
          json,
        ),
        sub: fc.oneof(fc.constantFrom<unknown>('auth0|ada', 'auth0|eve'), json),
        at: json,
      },
      { requiredKeys: ['type'] },
    ),
  },
)

/** Whether it says that this client's session is over: to any other page of the origin it may. */
const isOver = (said: unknown): boolean => {
  const { type, client_id, sub } = (said ?? {}) as Record<string, unknown>
  if (client_id !== null && client_id !== CLIENT_ID) return false
  return type === 'ended' || (type === 'signed_in' && sub !== 'auth0|ada')
}

describe.each(['memory', 'localstorage'] as const)(
  'fuzzing: what other tabs say, tokens in %s',
  cacheLocation => {
    it('security 54: nothing but the news that the session is over ends it', async () => {
      await fuzz(100, fc.array(news, { maxLength: 4 }), async (all, { page, tenant }) => {
        const client = createClient({ cacheLocation })
        const url = await tenant.answerLogin(await redirectUrl(client))
        expect(await page.outcomeOf(client.handleRedirectCallback(url))).toHaveProperty('value')
        for (const each of all) page.tellTabs(structuredClone(each))
        await page.wait(0)
        if (all.some(isOver)) await page.outcomeOf(client.logout({ openUrl: false }))
        expect(await client.isAuthenticated()).toBe(!all.some(isOver))
        if (all.some(isOver)) return
        expect((await page.outcomeOf(client.getTokenSilently())).value).toMatch(/^access-token-/)
      })
    })
  },
)
