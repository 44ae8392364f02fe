import { fileURLToPath } from 'node:url'
import { createStaticFiles } from '../../../examples/serve/static-files.js'
import { listen } from '../../../examples/tenant/http/listen.js'

const dist = fileURLToPath(new URL('../../../dist/', import.meta.url))
const PAGE = { type: 'text/html', body: '<!doctype html><title>Blank</title><p>Blank' }

/** A site for tests that use the SDK directly. */
export interface BlankSite {
  /** The address of its one page. */
  readonly url: string
  /** The content security policy that the page comes with from now on. */
  policy: string | undefined
  close(): Promise<void>
}

/** A site of one empty page, and the built SDK below `/dist/`. */
export const startBlankSite = async (): Promise<BlankSite> => {
  const files = createStaticFiles([{ prefix: '/dist/', folder: dist }])
  const server = await listen({
    hostname: 'localhost',
    port: 0,
    onRequest: async (request, response) => {
      const [path = '/'] = (request.url ?? '/').split('?')
      const file = path === '/' ? PAGE : await files.read(path)
      response.writeHead(file ? 200 : 404, {
        'Content-Type': file?.type ?? 'text/plain',
        ...(site.policy && { 'Content-Security-Policy': site.policy }),
      })
      response.end(file?.body)
    },
  })
  const site: BlankSite = {
    url: `http://localhost:${server.port}/`,
    policy: undefined,
    close: server.close,
  }
  return site
}
