import { InvalidConfigurationError } from '../errors/core.ts'

const CLEARTEXT =
  /^\s*http:(?!\/\/(([\w-]+\.)*localhost|127(\.\d{1,3}){3}|\[::1\])(:\d*)?([/?#]|$))/i

/**
 * Over plain http anybody on the way could read along, except within this machine.
 *
 * @throws InvalidConfigurationError
 */
export const refuseCleartext = (url: string): void => {
  if (CLEARTEXT.test(url))
    throw new InvalidConfigurationError(`${url} is not encrypted.`, 'Use https, or localhost.')
}
