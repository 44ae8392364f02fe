import { fileURLToPath } from 'node:url'
import { createStaticFiles } from '../../../examples/serve/static-files.js'
import { listen } from '../../../examples/tenant/listen.js'

const dist = fileURLToPath(new URL('../../../dist/', import.meta.url))
const PAGE = { type: 'text/html', body: '<!doctype html><title>Blank</title><p>Blank' }

/** A site of one empty page, and the built SDK below `/dist/` for tests that use it directly. */
export const startBlankSite = async (): Promise<{ url: string; close(): Promise<void> }> => {
  const files = createStaticFiles([{ prefix: '/dist/', folder: dist }])
  const server = await listen({
    hostname: 'localhost',
    port: 0,
    onRequest: async (request, response) => {
      const [path = '/'] = (request.url ?? '/').split('?')
      const file = path === '/' ? PAGE : await files.read(path)
      response.writeHead(file ? 200 : 404, { 'Content-Type': file?.type ?? 'text/plain' })
      response.end(file?.body)
    },
  })
  return { url: `http://localhost:${server.port}/`, close: server.close }
}
