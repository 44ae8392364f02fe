/** Parses a URL; `undefined` if it is invalid. `URL.canParse` is too new for some browsers. */
export const parseUrl = (text: string, base?: string): URL | undefined => {
  try {
    return new URL(text, base)
  } catch {
    return undefined
  }
}

/** Whether a text begins with the scheme of a web server. */
export const HTTP_SCHEME = /^https?:/i

/** Host, port and path, as the URL parser writes them. */
const SERVER = /^https?:\/\/(?!undefined\b)[\w.:[\]-]+(\/[^/?#]+)*$/

/**
 * The URL of a server without a slash at the end, from a host or a URL; `undefined` if it has other
 * parts than host, port and path. `https://https://host` has an empty part in its path.
 */
export const serverUrl = (text: string): string | undefined => {
  const url = parseUrl(HTTP_SCHEME.test(text) ? text : `https://${text}`)?.href.replace(/\/+$/, '')
  return url && SERVER.test(url) ? url : undefined
}
