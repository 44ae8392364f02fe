import { expect, test } from './support/fixtures.ts'

const SERVICE_WORKER = `
  import { Auth0Client, GenericError } from './dist/auth0-spa-js.production.esm.js'
  const auth0 = new Auth0Client({ domain: 'tenant.example.com', clientId: 'c' })
  addEventListener('message', async ({ ports: [port] }) => {
    const error = await auth0.getTokenSilently().catch(reason => reason)
    const isTyped = error instanceof GenericError
    port.postMessage([await auth0.isAuthenticated(), isTyped, error.error])
  })`

test('the single file runs in a service worker, where import() is not allowed', async ({
  page,
  site,
}) => {
  site.scripts['/service-worker.js'] = SERVICE_WORKER
  await page.goto(site.url)
  const answer = await page.evaluate(async () => {
    const { serviceWorker } = navigator
    await serviceWorker.register('/service-worker.js', { type: 'module' })
    const { active } = await serviceWorker.ready
    const { port1, port2 } = new MessageChannel()
    const answered = new Promise(resolve => {
      port1.onmessage = ({ data }) => resolve(data)
    })
    active?.postMessage('start', [port2])
    return answered
  })
  expect(answer).toEqual([false, true, 'login_required'])
})
