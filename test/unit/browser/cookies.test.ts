import { afterEach, describe, expect, it, vi } from 'vitest'
import { createCookies } from '../../../src/browser/cookies.ts'
import { ownCookie } from '../../../src/browser/own-cookie.ts'

afterEach(() => vi.unstubAllGlobals())

const plain = () => createCookies({ domain: undefined, withLegacyCopy: false })
const withCopies = () => createCookies({ domain: undefined, withLegacyCopy: true })

/** The cookies that are written, as lists of attributes. */
const written = (action: () => void): string[][] => {
  const set = vi.spyOn(document, 'cookie', 'set')
  action()
  const texts = set.mock.calls.map(([text]) => text.split('; '))
  set.mockRestore()
  return texts
}

const put = (pair: string): void => {
  // biome-ignore lint/suspicious/noDocumentCookie: a cookie as the browser has it
  document.cookie = `${pair}; path=/`
}

const NOW = 1_700_000_000_000
const TOMORROW = 'expires=Wed, 15 Nov 2023 22:13:20 GMT'
const GONE = 'expires=Thu, 01 Jan 1970 00:00:00 GMT'

describe('attributes', () => {
  it.each([
    ['https:', undefined, ['secure', 'samesite=none'], ['secure']],
    [
      'https:',
      'example.com',
      ['domain=example.com', 'secure', 'samesite=none'],
      ['domain=example.com', 'secure'],
    ],
    ['http:', undefined, [], []],
    ['http:', 'example.com', ['domain=example.com'], ['domain=example.com']],
  ])('on %s with the domain %j', (protocol, domain, ofMain, ofCopy) => {
    vi.useFakeTimers({ now: NOW })
    vi.stubGlobal('location', new URL(`${protocol}//app.example.com/`))
    const cookies = createCookies({ domain, withLegacyCopy: true })
    expect(written(() => cookies.set('a', 'x', 86_400_000))).toEqual([
      ['a=%22x%22', 'path=/', TOMORROW, ...ofMain],
      ['_legacy_a=%22x%22', 'path=/', TOMORROW, ...ofCopy],
    ])
    expect(written(() => cookies.remove('a'))).toEqual([
      ['a=', 'path=/', GONE, ...ofMain],
      ['_legacy_a=', 'path=/', GONE, ...ofCopy],
    ])
  })

  it('without legacy copies one cookie is written', () => {
    expect(written(() => plain().set('a', 1, 1000))).toHaveLength(1)
  })
})

describe('names and values', () => {
  it.each([true, 7, null, 'a b;c=d,"é', { a: [1, { b: ';' }] }])('may be %j', value => {
    for (const cookies of [plain(), withCopies()]) {
      cookies.set('name', value, 1000)
      expect(cookies.get('name')).toEqual(value)
    }
  })

  it.each(['a0.spajs.txs.c.QWxh==', 'a b', 'a;b=c', 'é%20'])('may be a name like %j', name => {
    plain().set(name, 1, 1000)
    expect(plain().get(name)).toBe(1)
    expect(plain().names()).toEqual([name])
    plain().remove(name)
    expect(document.cookie).toBe('')
  })

  it('are not found by a part of the name', () => {
    plain().set('abc', 1, 1000)
    expect(plain().get('ab')).toBeUndefined()
    expect(plain().get('bc')).toBeUndefined()
    expect(plain().get('__proto__')).toBeUndefined()
  })

  it.each(['a=', 'a=%', 'a=%7B', 'a=b', 'a=%E0%A4%A', '%=1'])(
    'are undefined for the cookie %j, which is not JSON',
    pair => {
      put(pair)
      put('good=1')
      expect(plain().get('a')).toBeUndefined()
      expect(plain().get('good')).toBe(1)
      expect(plain().names()).toContain('good')
    },
  )
})

describe('two cookies with the same name', () => {
  it('are both not believed, because another host can have set one of them', () => {
    vi.spyOn(document, 'cookie', 'get').mockReturnValue('a=1; a=2')
    expect(plain().get('a')).toBeUndefined()
    expect(plain().all('a')).toEqual([1, 2])
    expect(plain().names()).toEqual(['a'])
  })

  it.each([
    ['another value', 'theirs'],
    ['the same value', 'ours'],
  ])('are told apart by removing that of this host, if the other has %s', (_, value) => {
    const ofParent = createCookies({ domain: 'example.com', withLegacyCopy: false })
    ofParent.set('a', value, 1000)
    expect(ownCookie(plain(), 'a', 1000)).toBeUndefined()
    plain().set('a', 'ours', 1000)
    expect(ownCookie(plain(), 'a', 1000)).toBe('ours')
    expect([...plain().all('a')].sort()).toEqual(['ours', value].sort())
  })
})

describe('legacy copies', () => {
  it('are read if the main cookie is missing, and only if they are enabled', () => {
    put('_legacy_a=1')
    expect(withCopies().get('a')).toBe(1)
    expect(plain().get('a')).toBeUndefined()
    put('a=2')
    expect(withCopies().get('a')).toBe(2)
  })

  it('are listed by the name of the main cookie', () => {
    withCopies().set('a', 1, 1000)
    put('_legacy_b=1')
    expect(withCopies().names().sort()).toEqual(['a', 'b'])
  })

  it('are removed with it', () => {
    withCopies().set('a', 1, 1000)
    withCopies().remove('a')
    expect(document.cookie).toBe('')
  })
})

describe('without a document', () => {
  it('no cookies are found or written', () => {
    vi.stubGlobal('document', undefined)
    const cookies = withCopies()
    cookies.set('a', 1, 1000)
    cookies.remove('a')
    expect(cookies.get('a')).toBeUndefined()
    expect(cookies.names()).toEqual([])
  })
})
