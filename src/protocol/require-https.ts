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
  if (!allowInsecureRequests) {
    throw new InvalidConfigurationError(
      `${url} is not encrypted.`,
      'Use https, or localhost; for development there is allowInsecureRequests.',
    )
  }
  if (isWarned) return
  isWarned = true
  console.warn(`[latchkey] ${url} is not encrypted: others can read tokens and change responses.`)
}
