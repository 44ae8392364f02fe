/** The URL of a call, before the page resolves it. */
const urlOf = (info: RequestInfo | URL): string => {
  if (typeof info === 'string') return info
  return 'href' in info ? info.href : info.url
}

/**
 * A URL with a scheme or a host stays as it is; others are put behind the base.
 *
 * @throws TypeError if the URL is empty
 */
const joinUrl = (baseUrl: string, url: string): string => {
  if (!url) throw new TypeError('The URL is empty.')
  if (/^(https?:)?\/\//i.test(url)) return url
  return `${baseUrl.replace(/\/?\/$/, '')}/${url.replace(/^\/+/, '')}`
}

/** Whether a body can be read only as it is sent. */
const isStream = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && ('getReader' in body || Symbol.asyncIterator in body)

/** Browsers send a stream only with `duplex`. */
const withDuplex = (init: RequestInit | undefined): RequestInit | undefined =>
  init && isStream(init.body) && !('duplex' in init)
    ? ({ ...init, duplex: 'half' } as RequestInit)
    : init

/**
 * The request of a call without its token, as `fetch` would make it. A `Request` is used up, and
 * members of `init` replace its own.
 *
 * @throws TypeError as `new Request` does
 */
export const buildRequest = (
  baseUrl: string | undefined,
  info: RequestInfo | URL,
  init: RequestInit | undefined,
): Request => {
  const options = withDuplex(init ?? undefined)
  // The URL of a `Request` is absolute.
  const isRequest = typeof info === 'object' && !('href' in info)
  return new Request(baseUrl && !isRequest ? joinUrl(baseUrl, urlOf(info)) : info, options)
}
