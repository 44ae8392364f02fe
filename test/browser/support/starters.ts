import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, preview } from 'vite'
import { createApi } from '../../../examples/api/create-api.js'
import { listen } from '../../../examples/tenant/http/listen.js'
import { AUDIENCE, CLIENT_ID, type Tenant } from './fixtures.ts'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

export interface Running {
  url: string
  close: () => Promise<void>
}

/** The API that accepts the tenant's tokens, for pages at these origins. */
export const startApi = async (tenant: Tenant, origins: readonly string[]): Promise<Running> => {
  const onRequest = createApi({ issuer: tenant.issuer, audience: AUDIENCE, origins })
  const { port, close } = await listen({ hostname: 'localhost', port: 0, onRequest })
  return { url: `http://localhost:${port}`, close }
}

/**
 * Builds one of the starters as somebody would who has written an `.env` of their own, and serves
 * it. `latchkey` is this repository's build, which stands in for the installed package. It is built
 * for development, in which React's StrictMode does everything twice.
 */
export const startStarter = async (
  name: string,
  { tenantUrl, apiUrl }: { tenantUrl: string; apiUrl: string },
): Promise<Running> => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-starter-'))
  const env = {
    VITE_DOMAIN: tenantUrl,
    VITE_CLIENT_ID: CLIENT_ID,
    VITE_AUDIENCE: AUDIENCE,
    VITE_API: apiUrl,
  }
  const lines = Object.entries(env).map(([key, value]) => `${key}=${value}\n`)
  await writeFile(join(folder, '.env'), lines.join(''))
  const config = {
    root: path(`../../../examples/${name}`),
    envDir: folder,
    mode: 'development',
    define: { 'process.env.NODE_ENV': '"development"' },
    cacheDir: join(folder, 'cache'),
    build: { outDir: join(folder, 'dist'), emptyOutDir: true },
    resolve: { alias: { latchkey: path('../../../dist/esm/index.js') } },
    logLevel: 'warn' as const,
  }
  await build(config)
  const server = await preview({ ...config, preview: { port: 0, host: 'localhost' } })
  const address = server.httpServer.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    url: `http://localhost:${port}`,
    close: async () => {
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
