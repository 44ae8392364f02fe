import { InvalidConfigurationError } from '../errors/core.ts'

const HTTP = /^\s*http:(?!\/\/(([\w-]+\.)*localhost|127(\.\d{1,3}){3}|\[::1\])(:\d*)?([/?#]|$))/i

/** Where plain http is allowed except on loopback. */
export interface HttpRules {
  /** Everywhere, after a warning. */
  allowInsecureRequests?: boolean
  /** The origin of this page, if the browser treats it as secure. */
  secureOrigin?: string | undefined
}

let isWarned = false

/**
 * Rejects `http:` URLs except on loopback and where the rules allow them.
 *
 * @throws InvalidConfigurationError
 */
export const requireHttps = (
  url: string,
  { allowInsecureRequests, secureOrigin }: HttpRules,
): void => {
  if (!HTTP.test(url) || `${url}/`.startsWith(`${secureOrigin}/`)) return
  const problem = `${url} is not encrypted.`
  if (!allowInsecureRequests) {
    throw new InvalidConfigurationError(
      problem,
      'Use https, localhost or, for development, allowInsecureRequests.',
    )
  }
  if (!isWarned) console.warn(`[latchkey] ${problem}`)
  isWarned = true
}
