import type { Page } from '@playwright/test'
import { noteMessages } from '../support/note-messages.ts'
import { expect, optionsFor, signIn, test, tokenOrError } from './support/fixtures.ts'

const inMemory = { useRefreshTokens: true } as const

const spy = (page: Page): Promise<unknown> => page.addInitScript(noteMessages)

const seenBy = (page: Page): Promise<string[]> =>
  page.evaluate(() => (window as unknown as { seen: string[] }).seen)

/** A policy without `blob:` workers. */
const strictPolicy = (tenantUrl: string): string =>
  `default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self' ${tenantUrl}; frame-src ${tenantUrl}`

test('security 48: keeps refresh tokens in a worker, where the page never sees them', async ({
  page,
  tenant,
  blank,
}) => {
  await spy(page)
  await signIn(page, blank, optionsFor(tenant, blank, inMemory))
  tenant.log.clear()
  expect(await tokenOrError(page, 'off')).toMatch(/^ey/)
  expect(await tokenOrError(page, 'off')).toMatch(/^ey/)
  expect(tenant.log.count({ endpoint: 'token', grantType: 'refresh_token', status: 200 })).toBe(2)
  expect(tenant.log.count({ endpoint: 'authorize' })).toBe(0)
  expect(page.workers()).toHaveLength(1)

  const seen = await seenBy(page)
  expect(seen.filter(line => line.includes('"access_token"')).length).toBe(3)
  const refreshTokens = seen.flatMap(line => line.match(/"refresh_token":"[^"]*"/g) ?? [])
  expect(refreshTokens).toHaveLength(3)
  for (const field of refreshTokens) expect(field).toMatch(/^"refresh_token":"ref:[0-9a-f-]{36}"$/)
  // The page itself asks for the public keys alone.
  const fetched = seen.filter(line => line.startsWith('fetch'))
  expect(fetched.filter(line => !line.includes('"method":"GET"'))).toEqual([])
})

test('forgets refresh tokens at sign-out, and the same client can sign in again', async ({
  page,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, inMemory)
  await signIn(page, blank, options)
  await page.evaluate(() => window.auth0.logout({ openUrl: false }))
  tenant.log.clear()
  // The tenant still has its session: the iframe signs in again, a refresh token is not used.
  expect(await tokenOrError(page)).toMatch(/^ey/)
  expect(tenant.log.count({ endpoint: 'token', grantType: 'refresh_token' })).toBe(0)
  expect(await tokenOrError(page, 'off')).toMatch(/^ey/)
  expect(tenant.log.count({ endpoint: 'token', grantType: 'refresh_token' })).toBe(1)
})

test('starts from a file under a policy without blob workers', async ({
  page,
  tenant,
  site,
  blank,
}) => {
  const problems: string[] = []
  page.on('console', message => problems.push(message.text()))
  site.policy = strictPolicy(tenant.url)
  const workerUrl = `${blank}dist/auth0-spa-js.worker.production.js`
  await signIn(page, blank, optionsFor(tenant, blank, { ...inMemory, workerUrl }))
  tenant.log.clear()
  expect(await tokenOrError(page, 'off')).toMatch(/^ey/)
  expect(tenant.log.count({ endpoint: 'token', grantType: 'refresh_token' })).toBe(1)
  expect(page.workers().map(worker => worker.url())).toEqual([workerUrl])
  expect(problems).toEqual([])
})

test('works without the worker where the policy blocks it, and warns once', async ({
  page,
  tenant,
  site,
  blank,
}) => {
  const warnings: string[] = []
  page.on('console', message => {
    if (message.type() === 'warning') warnings.push(message.text())
  })
  site.policy = strictPolicy(tenant.url)
  await signIn(page, blank, optionsFor(tenant, blank, inMemory))
  tenant.log.clear()
  expect(await tokenOrError(page, 'off')).toMatch(/^ey/)
  expect(await tokenOrError(page, 'off')).toMatch(/^ey/)
  expect(tenant.log.count({ endpoint: 'token', grantType: 'refresh_token' })).toBe(2)
  expect(warnings.filter(text => text.includes('token worker'))).toHaveLength(1)
})

test('names the file where workerUrl responds with the page of the application', async ({
  page,
  tenant,
  blank,
}) => {
  const warnings: string[] = []
  page.on('console', message => {
    if (message.text().includes('token worker')) warnings.push(message.text())
  })
  await signIn(page, blank, optionsFor(tenant, blank, { ...inMemory, workerUrl: blank }))
  expect(await tokenOrError(page, 'off')).toMatch(/^ey/)
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toContain(`Does ${blank} respond`)
})

test('revokes the refresh token at the tenant, and the access token stays', async ({
  page,
  tenant,
  blank,
}) => {
  await signIn(page, blank, optionsFor(tenant, blank, inMemory))
  const before = await tokenOrError(page)
  await page.evaluate(() => window.auth0.revokeRefreshToken())
  expect(tenant.log.count({ endpoint: 'revoke', status: 200 })).toBe(1)
  expect(tenant.events.map(({ type }) => type)).toContain('refresh_token_revoked')
  expect(await tokenOrError(page)).toBe(before)
})

test('goes on after the worker has crashed, with one warning and without a hang', async ({
  page,
  tenant,
  blank,
}) => {
  const warnings: string[] = []
  page.on('console', message => {
    if (message.type() === 'warning') warnings.push(message.text())
  })
  await signIn(page, blank, optionsFor(tenant, blank, inMemory))
  const [worker] = page.workers()
  const gone = worker?.waitForEvent('close')
  await worker?.evaluate(() => {
    setTimeout(() => {
      throw new Error('crash')
    })
  })
  await gone
  tenant.log.clear()
  // What it held is lost: the session at the tenant gives new tokens, and a refresh token again.
  expect(await tokenOrError(page, 'off')).toMatch(/^ey/)
  expect(tenant.log.count({ endpoint: 'authorize', prompt: 'none' })).toBe(1)
  expect(await tokenOrError(page, 'off')).toMatch(/^ey/)
  expect(tenant.log.count({ endpoint: 'token', grantType: 'refresh_token' })).toBe(1)
  expect(warnings.filter(text => text.includes('token worker'))).toHaveLength(1)
})

test('security 58: a worker that cannot post an error, or stands still, hangs no call', async ({
  page,
  tenant,
  blank,
}) => {
  await page.clock.install()
  await signIn(page, blank, optionsFor(tenant, blank, inMemory))
  const [worker] = page.workers()
  // As in browsers that cannot clone errors.
  await worker?.evaluate(() => {
    const { postMessage } = MessagePort.prototype
    MessagePort.prototype.postMessage = function (message) {
      if (message.failure?.cause instanceof Error) throw new DOMException('', 'DataCloneError')
      postMessage.call(this, message)
    }
  })
  tenant.faults.add({ endpoint: 'token', drop: 'before', times: 2 })
  expect(await tokenOrError(page, 'off')).toBe('error: network_error')
  expect(await tokenOrError(page, 'off')).toMatch(/^ey/)

  const gone = worker?.waitForEvent('close')
  await worker?.evaluate(() => {
    setTimeout(() => {
      for (;;);
    })
  })
  let isOver = false
  const end = page
    .evaluate(() => window.auth0.logout({ openUrl: false }))
    .then(() => {
      isOver = true
    })
  while (!isOver) await page.clock.runFor(500)
  await end
  await gone
  expect(await page.evaluate(() => window.auth0.isAuthenticated())).toBe(false)
  expect(await tokenOrError(page)).toMatch(/^ey/)
})
