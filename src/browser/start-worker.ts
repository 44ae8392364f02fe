import { trustScriptUrl } from './trust-script-url.ts'

/** Starts a worker from a file. A file of another origin is loaded by a script of this origin. */
const fromUrl = (url: string): Worker => {
  const { href, origin } = new URL(url, document.baseURI)
  return origin === location.origin
    ? start(href)
    : fromSource(`importScripts(${JSON.stringify(href)})`)
}

const fromSource = (source: string): Worker => {
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
  // The browser has read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
  return start(url)
}

const start = (url: string): Worker => {
  const worker: Worker & { unref?: () => void } = new Worker(trustScriptUrl(url))
  // Bun and Node can end while it runs.
  worker.unref?.()
  return worker
}

/** Nothing is read from a polluted `Object.prototype`. */
const isFile = (from: { url: string } | { source: string }): from is { url: string } =>
  Object.hasOwn(from, 'url')

/**
 * Starts a worker from a file, or from source text.
 *
 * @throws Error if the content security policy of the page forbids it
 */
export const startWorker = (from: { url: string } | { source: string }): Worker =>
  isFile(from) ? fromUrl(from.url) : fromSource(from.source)
