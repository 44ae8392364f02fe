import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as sdk from '../../../src/index.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import { answerSilently, createClient, REDIRECT_URI } from '../../support/clients.ts'
import { stubWorker } from '../../support/fake-worker.ts'
import { ROWS } from '../../support/refused-facilities.js'
import { createSteps, expectedOutcome } from '../../support/refused-facility-steps.js'
import { CLIENT_ID, createTestbed, DOMAIN } from '../../support/testbed.ts'

let tenant: TestTenant
const restore: (() => void)[] = []
beforeEach(() => {
  tenant = createTestbed()
  vi.stubGlobal('indexedDB', new IDBFactory())
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => {
  for (const undo of restore.splice(0).reverse()) undo()
  vi.unstubAllGlobals()
})

const STORED = { cacheLocation: 'localstorage', useRefreshTokens: true } as const
const IN_WORKER = { useRefreshTokens: true } as const

describe('a page in which', () => {
  const rows = ROWS.filter(({ notInUnit }) => !notInUnit).map(row => [row.title, row] as const)
  it.each(rows)('%s signs in, renews and signs out, or gives a typed error', async (_, given) => {
    restore.push(answerSilently(tenant).stop)
    const row = {
      ...given,
      refuse: () => {
        const undo = given.refuse()
        restore.push(undo)
        return undo
      },
    }
    if (row.inWorker) stubWorker()
    if (!row.isLater) row.refuse()
    const options = {
      domain: DOMAIN,
      clientId: CLIENT_ID,
      authorizationParams: { redirect_uri: REDIRECT_URI },
      ...(row.inWorker ? IN_WORKER : STORED),
    }
    const { url, errors } = await createSteps(row, sdk).start(options)
    const outcome = url
      ? await createSteps(row, sdk).finish(options, await tenant.answerLogin(url), errors)
      : { errors }
    expect(outcome).toEqual(expectedOutcome(row))
  })
})

describe('a sign-out in a page that refuses much at once', () => {
  it('has forgotten the session before anything can fail, and leaves the page', async () => {
    const client = createClient(STORED)
    await signIn(client, tenant)
    for (const name of ['BroadcastChannel', 'indexedDB', 'navigator', 'cookie']) {
      const row = ROWS.find(({ title }) => title === `${name} cannot be named`)
      if (!row) throw new Error(`No row for ${name}`)
      restore.push(row.refuse())
    }
    const openUrl = vi.fn()
    await client.logout({ openUrl })
    expect(openUrl).toHaveBeenCalledOnce()
    expect(await client.isAuthenticated()).toBe(false)
    expect(Object.keys({ ...localStorage }).filter(key => key.includes('@@user@@'))).toEqual([])
  })
})
