import { afterEach, describe, expect, it, vi } from 'vitest'
import { createCookies } from '../../../src/browser/cookies.ts'

afterEach(() => vi.unstubAllGlobals())

const plain = () => createCookies({ domain: undefined, withLegacyTwin: false })
const twins = () => createCookies({ domain: undefined, withLegacyTwin: true })

/** What is handed to the browser, attribute by attribute. */
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
  ])('on %s with the domain %j', (protocol, domain, ofMain, ofTwin) => {
    vi.useFakeTimers({ now: NOW })
    vi.stubGlobal('location', new URL(`${protocol}//app.example.com/`))
    const cookies = createCookies({ domain, withLegacyTwin: true })
    expect(written(() => cookies.set('a', 'x', 86_400_000))).toEqual([
      ['a=%22x%22', 'path=/', TOMORROW, ...ofMain],
      ['_legacy_a=%22x%22', 'path=/', TOMORROW, ...ofTwin],
    ])
    expect(written(() => cookies.remove('a'))).toEqual([
      ['a=', 'path=/', GONE, ...ofMain],
      ['_legacy_a=', 'path=/', GONE, ...ofTwin],
    ])
  })

  it('without twins writes one cookie', () => {
    expect(written(() => plain().set('a', 1, 1000))).toHaveLength(1)
  })
})

describe('names and values', () => {
  it.each([true, 7, null, 'a b;c=d,"é', { a: [1, { b: ';' }] }])('reads back %j', value => {
    for (const cookies of [plain(), twins()]) {
      cookies.set('name', value, 1000)
      expect(cookies.get('name')).toEqual(value)
    }
  })

  it.each(['a0.spajs.txs.c.QWxh==', 'a b', 'a;b=c', 'é%20'])('keeps the name %j', name => {
    plain().set(name, 1, 1000)
    expect(plain().get(name)).toBe(1)
    expect(plain().names()).toEqual([name])
    plain().remove(name)
    expect(document.cookie).toBe('')
  })

  it('finds nothing of a name that is the beginning or the end of another', () => {
    plain().set('abc', 1, 1000)
    expect(plain().get('ab')).toBeUndefined()
    expect(plain().get('bc')).toBeUndefined()
    expect(plain().get('__proto__')).toBeUndefined()
  })

  it.each(['a=', 'a=%', 'a=%7B', 'a=b', 'a=%E0%A4%A', '%=1'])(
    'survives the cookie %j, which is no JSON',
    pair => {
      put(pair)
      put('good=1')
      expect(plain().get('a')).toBeUndefined()
      expect(plain().get('good')).toBe(1)
      expect(plain().names()).toContain('good')
    },
  )
})

describe('two cookies of one name', () => {
  it('are read as browsers rank them: the first counts', () => {
    vi.spyOn(document, 'cookie', 'get').mockReturnValue('a=1; a=2')
    expect(plain().get('a')).toBe(1)
    expect(plain().names()).toEqual(['a'])
  })
})

describe('twins', () => {
  it('are read where the main cookie is missing, and only where twins are in use', () => {
    put('_legacy_a=1')
    expect(twins().get('a')).toBe(1)
    expect(plain().get('a')).toBeUndefined()
    put('a=2')
    expect(twins().get('a')).toBe(2)
  })

  it('count under the name of the cookie that they double', () => {
    twins().set('a', 1, 1000)
    put('_legacy_b=1')
    expect(twins().names().sort()).toEqual(['a', 'b'])
  })

  it('go with it', () => {
    twins().set('a', 1, 1000)
    twins().remove('a')
    expect(document.cookie).toBe('')
  })
})

describe('without a document', () => {
  it('nothing is found, and nothing happens', () => {
    vi.stubGlobal('document', undefined)
    const cookies = twins()
    cookies.set('a', 1, 1000)
    cookies.remove('a')
    expect(cookies.get('a')).toBeUndefined()
    expect(cookies.names()).toEqual([])
  })
})
