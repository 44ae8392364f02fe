import { afterEach, describe, expect, it, vi } from 'vitest'
import { isOutOfReach, requireCrypto, whyNoIframe } from '../../../src/browser/environment.ts'

afterEach(() => vi.unstubAllGlobals())

describe('crypto', () => {
  it('is there in a secure page', () => {
    expect(requireCrypto).not.toThrow()
  })

  it.each([
    [undefined, 'For security reasons, `window.crypto` is required to run `auth0-spa-js`.'],
    [{}, 'auth0-spa-js must run on a secure origin'],
  ])('security 72: being %j is an error that says so', (crypto, message) => {
    vi.stubGlobal('window', { crypto })
    expect(requireCrypto).toThrow(message)
    expect(requireCrypto).toThrow(Error)
  })

  it('is not asked for on a server', () => {
    vi.stubGlobal('window', undefined)
    expect(requireCrypto).not.toThrow()
  })
})

describe('where no iframe can work', () => {
  it('is not an ordinary page', () => {
    expect(whyNoIframe()).toBeUndefined()
  })

  it('is a page that is cross-origin isolated', () => {
    vi.stubGlobal('crossOriginIsolated', true)
    expect(whyNoIframe()).toBe(
      'The application is running in a Cross-Origin Isolated context, silently retrieving a token without refresh token is not possible.',
    )
  })

  it.each(['file:///index.html', 'capacitor://localhost/', 'chrome-extension://abc/index.html'])(
    'is a page loaded from %s',
    url => {
      vi.stubGlobal('location', new URL(url))
      expect(whyNoIframe()).toContain(new URL(url).protocol)
    },
  )
})

describe('what can be known to be out of reach', () => {
  it.each([
    [true, 'https://tenant.example.com', false],
    [false, 'https://tenant.example.com', true],
    [false, 'http://localhost:3000', false],
    [false, 'http://127.0.0.1:3000', false],
    [false, 'http://[::1]:3000', false],
  ])('with onLine %j, %s is out of reach: %j', (onLine, url, outOfReach) => {
    vi.stubGlobal('navigator', { onLine })
    expect(isOutOfReach(url)).toBe(outOfReach)
  })
})
