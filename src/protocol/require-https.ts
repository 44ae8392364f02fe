import { InvalidConfigurationError } from '../errors/core.ts'

const HTTP = /^\s*http:(?!\/\/(([\w-]+\.)*localhost|127(\.\d{1,3}){3}|\[::1\])(:\d*)?([/?#]|$))/i

/**
 * Rejects `http:` URLs except on loopback.
 *
 * @throws InvalidConfigurationError
 */
export const requireHttps = (url: string): void => {
  if (HTTP.test(url)) {
    throw new InvalidConfigurationError(`${url} is not encrypted.`, 'Use https, or localhost.')
  }
}
