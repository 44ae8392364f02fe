import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  belongsTo,
  CacheKey,
  idTokenKey,
  isSlotKey,
  slotKey,
  slotOf,
} from '../../../src/storage/cache-key.ts'

const PREFIX = '@@auth0spajs@@'

describe('cache keys', () => {
  it.each([
    [{ clientId: 'c', audience: 'a', scope: 'openid b' }, `${PREFIX}::c::a::openid b`],
    [{ clientId: 'c', audience: 'a' }, `${PREFIX}::c::a`],
    [{ clientId: 'c', audience: 'a', scope: '' }, `${PREFIX}::c::a`],
    [{ clientId: 'c', scope: 's' }, `${PREFIX}::c::s`],
    [{ clientId: 'c' }, `${PREFIX}::c`],
  ])('contain no empty parts: %j', (data, key) => {
    expect(new CacheKey(data).toKey()).toBe(key)
  })

  it('may have another prefix, and a suffix', () => {
    const data = { clientId: 'c', audience: 'a', scope: 's' }
    expect(new CacheKey(data, 'mine').toKey()).toBe('mine::c::a::s')
    expect(new CacheKey(data, 'mine', 'end').toKey()).toBe('mine::c::a::s::end')
  })

  it('are one per client for the ID token', () => {
    expect(idTokenKey('c')).toBe(`${PREFIX}::c::@@user@@`)
  })

  it('are made from the members of an entry', () => {
    const entry = { client_id: 'c', audience: 'a', scope: 's', access_token: 'x', expires_in: 1 }
    expect(CacheKey.fromCacheEntry(entry).toKey()).toBe(`${PREFIX}::c::a::s`)
  })

  it.each([
    [`${PREFIX}::c`, { prefix: PREFIX, clientId: 'c' }],
    [`${PREFIX}::c::@@user@@`, { prefix: PREFIX, clientId: 'c', audience: '@@user@@' }],
    [`${PREFIX}::c::a::s t`, { prefix: PREFIX, clientId: 'c', audience: 'a', scope: 's t' }],
    [
      `${PREFIX}::c::urn::x::s t`,
      { prefix: PREFIX, clientId: 'c', audience: 'urn::x', scope: 's t' },
    ],
    ['other', { prefix: 'other', clientId: '' }],
  ])('are parsed: %j', (key, parts) => {
    const { prefix, clientId, audience, scope } = CacheKey.fromKey(key)
    expect({ prefix, clientId, audience, scope }).toEqual(parts)
  })

  it('keep every part, also of audiences that contain colons', () => {
    const word = fc.stringMatching(/^[a-z0-9:/.-]*[a-z0-9/.-]$/)
    const text = word.filter(value => !value.startsWith(':') && value !== '')
    const audience = fc.array(text, { minLength: 1, maxLength: 3 }).map(all => all.join('::'))
    const clientId = text.filter(value => !value.includes('::'))
    const scope = fc
      .array(
        text.filter(value => !value.includes('::')),
        { minLength: 1 },
      )
      .map(all => all.join(' '))
    fc.assert(
      fc.property(clientId, audience, scope, (client, aud, scopes) => {
        const key = new CacheKey({ clientId: client, audience: aud, scope: scopes }).toKey()
        const read = CacheKey.fromKey(key)
        expect(read).toMatchObject({ clientId: client, audience: aud, scope: scopes })
        expect(read.toKey()).toBe(key)
        const slot = { audience: aud, scope: scopes }
        expect(slotKey(client, slot)).toBe(key)
        expect(slotOf(key)).toEqual(slot)
      }),
    )
  })
})

describe('belongsTo', () => {
  it.each([
    [`${PREFIX}::abc`, 'abc', true],
    [`${PREFIX}::abc::a::s`, 'abc', true],
    [`${PREFIX}::abc::@@user@@`, 'abc', true],
    [`${PREFIX}::abc::anonymous::a::s`, 'abc', true],
    [`${PREFIX}::abcd::a::s`, 'abc', false],
    [`${PREFIX}::x::abc::s`, 'abc', false],
    [`${PREFIX}x::abc::a`, 'abc', false],
    ['other::abc::a', 'abc', false],
    [`${PREFIX}::abcd::a::s`, null, true],
    ['other::abc::a', null, false],
    ['theme', null, false],
    [`${PREFIX}::urn::app::a::s`, 'urn::app', true],
    [`${PREFIX}::urn::app`, 'urn::app', true],
    [`${PREFIX}::urn::ap`, 'urn::app', false],
  ])('%j belongs to %j: %j', (key, clientId, belongs) => {
    expect(belongsTo(key, clientId)).toBe(belongs)
  })
})

describe('keys of a client whose id contains `::`', () => {
  it.each([
    ['a::s', true],
    ['@@user@@', false],
    ['@@generation@@::x', false],
    ['anonymous::a::s', false],
  ])('are told by what follows the id: %j', (rest, isToken) => {
    const key = `${PREFIX}::urn::app::${rest}`
    expect(isSlotKey(key, 'urn::app')).toBe(isToken)
  })

  it('are parsed with the id', () => {
    expect(slotOf(`${PREFIX}::urn::app::a::s`, 'urn::app')).toEqual({ audience: 'a', scope: 's' })
  })
})
