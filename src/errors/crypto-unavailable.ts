import { GenericError } from './core.ts'

/**
 * For errors of Web Crypto: a browser can have it and refuse to use it.
 *
 * @throws GenericError `crypto_unavailable`
 */
export const throwCryptoUnavailable = (cause: unknown): never => {
  throw new GenericError('crypto_unavailable', `Web Crypto failed: ${cause}`, { cause })
}
