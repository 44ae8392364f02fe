import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createDefaultUser, startTenant } from 'latchkey-tenant'
import { openBrowser } from './serve/open-browser.js'
import { startApi } from './serve/start-api.js'
import { startApp } from './serve/start-app.js'

const CLIENT_ID = 'example-app'
const APP_PORT = 4000
const TENANT_PORT = 4001
const API_PORT = 4002

/** The audience that the app requests and the API requires. */
const AUDIENCE = 'https://api.example.com/'

/** Short enough to watch a token expire. */
const ACCESS_TOKEN_LIFETIME_SECONDS = 300

const { values } = parseArgs({ options: { 'no-open': { type: 'boolean', default: false } } })

const startAll = async () => {
  const user = createDefaultUser()
  const tenant = await startTenant({
    port: TENANT_PORT,
    users: [user],
    clients: [{ client_id: CLIENT_ID, origins: [`http://localhost:${APP_PORT}`] }],
    accessTokenLifetimeSeconds: ACCESS_TOKEN_LIFETIME_SECONDS,
  })
  /** @type {string[]} */
  const origins = []
  const api = await startApi({
    port: API_PORT,
    issuer: tenant.issuer,
    audience: AUDIENCE,
    origins,
  })
  const app = await startApp({
    port: APP_PORT,
    tenantUrl: tenant.url,
    clientId: CLIENT_ID,
    apiUrl: api.url,
    nonceSwitchUrl: api.nonceSwitchUrl,
  })
  // The app may have got another port than the preferred one.
  origins.push(app.url)
  tenant.clients.splice(0, tenant.clients.length, { client_id: CLIENT_ID, origins })

  return {
    user,
    tenant,
    app,
    apiUrl: api.url,
    close: async () => {
      await Promise.all([app.close(), api.close(), tenant.close()])
    },
  }
}

const run = async () => {
  const { user, tenant, app, apiUrl, close } = await startAll()
  const stop = async () => {
    await close()
    process.exit(0)
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)

  console.log(`
  Example app   ${app.url}
  Script tag    ${app.url}/script-tag/
  API           ${apiUrl}
  Tenant        ${tenant.url}
  Dashboard     ${tenant.url}/dashboard

  Sign in as ${user.email} with the password ${user.password}. Press Ctrl-C to stop.
`)
  if (!values['no-open'] && process.stdout.isTTY && !process.env.CI) openBrowser(app.url)
}

if (existsSync(new URL('../dist/auth0-spa-js.production.esm.js', import.meta.url))) {
  await run()
} else {
  console.error('The SDK is not built yet. Run "npm start", which builds it first.')
  process.exitCode = 1
}
