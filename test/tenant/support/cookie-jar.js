/** @typedef {{ name: string, value: string, path: string }} Cookie */

/**
 * @param {string} header
 * @returns {Cookie & { isGone: boolean }}
 */
const parseSetCookie = header => {
  const [pair = '', ...attributes] = header.split(';').map(part => part.trim())
  const at = pair.indexOf('=')
  /** @param {string} wanted */
  const attribute = wanted =>
    attributes.find(text => text.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1)
  return {
    name: pair.slice(0, at),
    value: pair.slice(at + 1),
    path: attribute('path') ?? '/',
    isGone: Date.parse(attribute('expires') ?? '9999-12-31') < Date.now(),
  }
}

/**
 * @param {string} path
 * @param {string} prefix
 */
const isUnder = (path, prefix) => prefix === '/' || path === prefix || path.startsWith(`${prefix}/`)

/** As much of a browser's cookie store as one host needs: names, paths and removal. */
export const createCookieJar = () => {
  /** @type {Map<string, Cookie>} */
  const cookies = new Map()
  return {
    /** @param {Response} response */
    keep: response => {
      for (const header of response.headers.getSetCookie()) {
        const { isGone, ...cookie } = parseSetCookie(header)
        const key = `${cookie.name} ${cookie.path}`
        if (isGone) cookies.delete(key)
        else cookies.set(key, cookie)
      }
    },
    /** @param {string} path */
    headerFor: path =>
      [...cookies.values()]
        .filter(cookie => isUnder(path, cookie.path))
        .map(({ name, value }) => `${name}=${value}`)
        .join('; '),
  }
}
