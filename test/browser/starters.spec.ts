import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { startApp } from '../../examples/serve/start-app.js'
import { test as base, CLIENT_ID, expect, submitLogin } from './support/fixtures.ts'
import { type Running, startApi, startStarter } from './support/starters.ts'

const STARTERS = ['vanilla-vite', 'react', 'vue']

/** The API, and a way to open an application that calls it. */
const test = base.extend<{
  api: Running
  open: (start: (apiUrl: string) => Promise<Running>) => Promise<void>
}>({
  api: async ({ tenant }, use) => {
    const origins: string[] = []
    tenant.clients.push({ client_id: CLIENT_ID, origins })
    const api = await startApi(tenant, origins)
    await use(api)
    await api.close()
  },
  open: async ({ page, tenant, api }, use) => {
    const apps: Running[] = []
    await use(async start => {
      const app = await start(api.url)
      apps.push(app)
      tenant.clients[0]?.origins.push(app.url)
      await page.goto(app.url)
    })
    await Promise.all(apps.map(app => app.close()))
  },
})

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const heading = (page: Page, name: string) => page.getByRole('heading', { name })

const signIn = async (page: Page): Promise<void> => {
  await button(page, 'Sign in').click()
  await submitLogin(page)
  await expect(heading(page, 'Hello, Ada Lovelace')).toBeVisible()
}

declare global {
  interface Window {
    noteAlert: (text: string) => void
  }
}

/** What must not happen: errors, and alerts, if only for a moment. From the next page on. */
const watchProblems = async (page: Page): Promise<string[]> => {
  const problems: string[] = []
  page.on('pageerror', error => problems.push(error.message))
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text())
  })
  await page.exposeFunction('noteAlert', (text: string) => problems.push(text))
  await page.addInitScript(() => {
    const look = () => {
      const text = document.querySelector('[role=alert]')?.textContent
      if (text) window.noteAlert(text)
    }
    new MutationObserver(look).observe(document, { childList: true, subtree: true })
  })
  return problems
}

for (const name of STARTERS) {
  test.describe(`the ${name} starter`, () => {
    test.beforeEach(({ tenant, open }) =>
      open(apiUrl => startStarter(name, { tenantUrl: tenant.url, apiUrl })),
    )

    test('signs in, stays signed in, calls the API and signs out', async ({ page, tenant }) => {
      const problems = await watchProblems(page)
      await expect(heading(page, 'Nobody is signed in')).toBeVisible()
      await expect(button(page, 'Call the API')).toBeHidden()
      await signIn(page)
      await expect(page).toHaveURL(url => url.search === '')
      expect(tenant.log.count({ endpoint: 'token' })).toBe(1)

      await page.reload()
      await expect(heading(page, 'Hello, Ada Lovelace')).toBeVisible()
      await button(page, 'Call the API').click()
      await expect(page.getByRole('status')).toHaveText('The API knows you as auth0|ada.')
      expect(tenant.log.count({ endpoint: 'token' })).toBe(1)

      await button(page, 'Sign out').click()
      await expect(heading(page, 'Nobody is signed in')).toBeVisible()
      await page.reload()
      await expect(button(page, 'Sign in')).toBeVisible()
      expect(problems).toEqual([])
    })

    test('explains errors and what to do', async ({ page, tenant, api }) => {
      const alert = page.getByRole('alert')
      await button(page, 'Sign in').click()
      await page.locator('button[value=cancel]').click()
      await expect(alert).toContainText('Sign in again')

      // Less than a minute left: every call renews it.
      tenant.settings.accessTokenLifetimeSeconds = 30
      await signIn(page)
      await expect(alert).toBeEmpty()
      tenant.faults.add({ endpoint: 'token', accessToken: { claims: { aud: 'elsewhere' } } })
      await button(page, 'Call the API').click()
      await expect(alert).toContainText('The access token has the wrong aud.')
      tenant.faults.clear()
      await api.close()
      await button(page, 'Call the API').click()
      await expect(alert).toHaveText(
        'Failed to fetch. Check your connection and .env, then try again.',
      )

      tenant.faults.add({
        endpoint: 'token',
        grantType: 'refresh_token',
        status: 403,
        json: { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' },
      })
      await button(page, 'Call the API').click()
      await expect(alert).toHaveText('The session is over. Sign in again.')
      await expect(button(page, 'Sign in')).toBeVisible()
    })
  })
}

test('the example app shows what the API answers to its token', async ({ page, tenant, open }) => {
  const problems = await watchProblems(page)
  await open(apiUrl => startApp({ tenantUrl: tenant.url, clientId: CLIENT_ID, apiUrl }))
  await page.getByTestId('login').click()
  await submitLogin(page)
  await expect(page.getByTestId('user-name')).toHaveText('Ada Lovelace')
  await page.getByTestId('call-api').click()

  await expect(page.getByTestId('api-status')).toHaveText('200')
  await expect(page.getByTestId('api-answer')).toContainText('read:messages')
  expect(problems).toEqual([])
})

test('the starters are started, configured and styled alike', async () => {
  const read = (starter: string, file: string) =>
    readFile(new URL(`../../examples/${starter}/${file}`, import.meta.url), 'utf8')

  for (const file of ['.env', 'tenant.json', 'src/style.css']) {
    const [first, ...others] = await Promise.all(STARTERS.map(starter => read(starter, file)))
    for (const other of others) expect(other, file).toBe(first)
  }
})
