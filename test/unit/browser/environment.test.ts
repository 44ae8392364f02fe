import { afterEach, describe, expect, it, vi } from 'vitest'
import { isOffline, requireCrypto } from '../../../src/browser/environment.ts'
import { iframeBlockedReason } from '../../../src/browser/iframe-blocked-reason.ts'

afterEach(() => vi.unstubAllGlobals())

describe('crypto', () => {
  it('is available in a secure page', () => {
    expect(requireCrypto).not.toThrow()
  })

  it.each([
    [undefined, 'For security reasons, `window.crypto` is required to run `auth0-spa-js`.'],
    [{}, 'auth0-spa-js must run on a secure origin'],
  ])('security 72: with the value %j is an error with the reason', (crypto, message) => {
    vi.stubGlobal('window', { crypto })
    expect(requireCrypto).toThrow(message)
    expect(requireCrypto).toThrow(Error)
  })

  it('is not required on a server', () => {
    vi.stubGlobal('window', undefined)
    expect(requireCrypto).not.toThrow()
  })
})

describe('why a hidden iframe cannot be used', () => {
  it('is undefined in an ordinary page', () => {
    expect(iframeBlockedReason()).toBeUndefined()
  })

  it('is that there is no page, on a server', () => {
    vi.stubGlobal('window', undefined)
    expect(iframeBlockedReason()).toBe(
      'getTokenSilently() is not available on the server. Call it in the browser.',
    )
  })

  it('is that the page is cross-origin isolated', () => {
    vi.stubGlobal('crossOriginIsolated', true)
    expect(iframeBlockedReason()).toBe(
      'The application is running in a Cross-Origin Isolated context, silently retrieving a token without refresh token is not possible.',
    )
  })

  it.each(['file:///index.html', 'capacitor://localhost/', 'chrome-extension://abc/index.html'])(
    'is that the page was loaded from %s',
    url => {
      vi.stubGlobal('location', new URL(url))
      expect(iframeBlockedReason()).toContain(new URL(url).protocol)
    },
  )
})

describe('isOffline', () => {
  it.each([
    [true, 'https://tenant.example.com', false],
    [false, 'https://tenant.example.com', true],
    [false, 'http://localhost:3000', false],
    [false, 'http://127.0.0.1:3000', false],
    [false, 'http://[::1]:3000', false],
  ])('with onLine %j, %s is offline: %j', (onLine, url, offline) => {
    vi.stubGlobal('navigator', { onLine })
    expect(isOffline(url)).toBe(offline)
  })

  it.each([
    ['null', null],
    ['empty', {}],
  ])('is false if the navigator is %s', (_, navigator) => {
    vi.stubGlobal('navigator', navigator)
    expect(isOffline('https://tenant.example.com')).toBe(false)
  })
})
