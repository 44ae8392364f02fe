import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import { build } from 'esbuild'

/**
 * Serves the SDK as a bundler splits it, below `/bundle/` of every site of the page: the parts that
 * are loaded later are files of their own.
 */
export const serveBundle = async (page: Page): Promise<void> => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../../dist/esm/index.js', import.meta.url))],
    bundle: true,
    splitting: true,
    format: 'esm',
    write: false,
    outdir: '/bundle',
  })
  const files = new Map(outputFiles.map(({ path, text }) => [path, text]))
  await page.route('**/bundle/*', route => {
    const body = files.get(new URL(route.request().url()).pathname)
    return route.fulfill({ contentType: 'text/javascript', body: body ?? '' })
  })
}
