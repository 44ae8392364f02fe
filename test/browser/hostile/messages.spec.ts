import type { Frame, Page } from '@playwright/test'
import { startBlankSite } from '../../support/blank-site.js'
import { createClient, expect, optionsFor, signIn, submitLogin, test } from '../support/fixtures.ts'
import { openLoginPopup, popupOutcome } from '../support/popups.ts'
import { outcomeOf, startCall } from '../support/tabs.ts'
import { expectNoSession, openWitness, tokenRequests } from '../support/witness.ts'

/** A frame in the page that shows another address. */
const embed = async (page: Page, url: string): Promise<Frame> => {
  await page.evaluate(
    src =>
      new Promise(resolve => {
        const frame = document.createElement('iframe')
        frame.onload = resolve
        frame.src = src
        document.body.append(frame)
      }),
    url,
  )
  const frame = page.frames().find(candidate => candidate.url() === url)
  if (!frame) throw new Error(`No frame shows ${url}`)
  return frame
}

/** What somebody else would like the page to believe: an answer in the right form. */
const FORGERIES = (state: string): string[] => [
  JSON.stringify({ type: 'authorization_response', response: { code: 'forged', state } }),
  JSON.stringify({ type: 'authorization_response', response: { error: 'access_denied', state } }),
  `{"__proto__":{"polluted":true},"type":"authorization_response","response":{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"state":"${state}","code":"forged"}}`,
  'null',
  '"authorization_response"',
]

/** Posts forgeries from a frame to the page around it. */
const postFrom = (frame: Frame, messages: string[]): Promise<void> =>
  frame.evaluate(texts => {
    for (const text of texts) parent.postMessage(JSON.parse(text), '*')
  }, messages)

const countMessages = (page: Page): Promise<void> =>
  page.evaluate(() => {
    Object.assign(window, { messages: 0 })
    addEventListener('message', () => {
      ;(window as unknown as { messages: number }).messages++
    })
  })

/** Forged answers from everywhere but where the real one will come from; all have arrived. */
const besiege = async (page: Page, tenantUrl: string, state: string): Promise<void> => {
  const elsewhere = await startBlankSite()
  try {
    await countMessages(page)
    const forged = FORGERIES(state)
    const frames = [
      await embed(page, elsewhere.url),
      await embed(page, `${tenantUrl}/.well-known/jwks.json`),
      page.mainFrame(),
    ]
    for (const frame of frames) await postFrom(frame, forged)
    await expect
      .poll(() => page.evaluate(() => (window as unknown as { messages: number }).messages))
      .toBe(forged.length * frames.length)
  } finally {
    await elsewhere.close()
  }
}

const isPolluted = (page: Page): Promise<boolean> =>
  page.evaluate(() => 'polluted' in Object.prototype || 'polluted' in {})

const stateOf = (url: string): string => new URL(url).searchParams.get('state') ?? ''

const isAuthorization = (request: { url(): string }): boolean =>
  new URL(request.url()).pathname === '/authorize'

test('security M26: a renewal in the frame waits through forged messages for the real one', async ({
  page,
  tenant,
  blank,
}) => {
  await signIn(page, blank, optionsFor(tenant, blank))
  tenant.log.clear()
  const held = tenant.faults.hold({ endpoint: 'authorize', prompt: 'none', when: 'before' })
  const asked = page.waitForRequest(isAuthorization)
  await startCall(page)
  await held.reached
  await besiege(page, tenant.url, stateOf((await asked).url()))
  expect(tokenRequests(tenant)).toBe(0)
  held.release()
  expect(await outcomeOf(page)).toHaveProperty('token')
  expect(tokenRequests(tenant)).toBe(1)
  expect(await isPolluted(page)).toBe(false)
})

test('security M26: what the right frame says for another state, or in another form, is ignored as well', async ({
  page,
  tenant,
  blank,
}) => {
  await signIn(page, blank, optionsFor(tenant, blank))
  tenant.log.clear()
  await countMessages(page)
  const messages = [...FORGERIES('other'), '{"type":"authorization_response","response":[]}']
  tenant.faults.add({
    endpoint: 'authorize',
    prompt: 'none',
    times: 1,
    html: `<!doctype html><script>
      for (const text of ${JSON.stringify(messages)}) parent.postMessage(JSON.parse(text), '*')
      location.reload()
    </script>`,
    headers: {
      'Content-Security-Policy': `script-src 'unsafe-inline'; frame-ancestors ${new URL(blank).origin}`,
    },
  })
  await startCall(page)
  expect(await outcomeOf(page)).toHaveProperty('token')
  expect(await page.evaluate(() => (window as unknown as { messages: number }).messages)).toBe(
    messages.length + 1,
  )
  expect(tenant.log.count({ endpoint: 'authorize', prompt: 'none' })).toBe(2)
  expect(tokenRequests(tenant)).toBe(1)
  expect(await isPolluted(page)).toBe(false)
})

test('security M26: a login in a popup waits through forged messages for the real one', async ({
  page,
  context,
  tenant,
  blank,
}) => {
  await page.goto(blank)
  await createClient(page, optionsFor(tenant, blank))
  const asked = context.waitForEvent('request', isAuthorization)
  const popup = await openLoginPopup(page)
  await besiege(page, tenant.url, stateOf((await asked).url()))
  expect(tokenRequests(tenant)).toBe(0)
  await submitLogin(popup)
  expect(await popupOutcome(page)).toBe('signed in')
  expect(tokenRequests(tenant)).toBe(1)
  expect(await isPolluted(page)).toBe(false)
})

test('security M26: a popup whose answer is for another state ends the login with an error, and nothing else', async ({
  page,
  tenant,
  blank,
}) => {
  await page.goto(blank)
  await createClient(page, optionsFor(tenant, blank))
  const witness = await openWitness(page, blank)
  tenant.faults.add({
    endpoint: 'authorize',
    authorizationResponse: { set: { state: 'other' } },
    times: 1,
  })
  await submitLogin(await openLoginPopup(page))
  expect(await popupOutcome(page)).toBe('PopupCancelledError cancelled')
  await expectNoSession(page, witness)
  expect(tokenRequests(tenant)).toBe(0)
})

for (const [name, login] of Object.entries({
  'the frame': async (page: Page) => {
    await startCall(page)
    return JSON.stringify(await outcomeOf(page))
  },
  'a popup': async (page: Page) => {
    await openLoginPopup(page)
    return popupOutcome(page)
  },
})) {
  test(`security M16: an answer of another issuer in ${name} is refused`, async ({
    page,
    tenant,
    blank,
  }) => {
    await signIn(page, blank, optionsFor(tenant, blank))
    await page.evaluate(() => window.auth0.logout({ openUrl: false }))
    const witness = await openWitness(page, blank)
    tenant.log.clear()
    const change = { set: { iss: 'https://other.example/' } }
    tenant.faults.add({ endpoint: 'authorize', authorizationResponse: change, times: 1 })
    expect(await login(page)).toContain('invalid_issuer')
    await expectNoSession(page, witness)
    expect(tokenRequests(tenant)).toBe(0)
  })
}
