import { describe, expect, it } from 'vitest'
import {
  policyOf,
  validateRefreshToken,
} from '../../examples/tenant/settings/refresh-token-settings.js'
import { resolveOptions } from '../../examples/tenant/settings/resolve-options.js'

const BOTH = { rotation_type: 'rotating', expiration_type: 'expiring' }
const DAY = 86_400

describe('reading the refresh token settings of a client', () => {
  it('fills in 30 days and no leeway', () => {
    expect(validateRefreshToken(BOTH)).toEqual({
      value: { ...BOTH, token_lifetime: 30 * DAY, leeway: 0 },
    })
  })

  it('takes numbers as text', () => {
    const input = { ...BOTH, token_lifetime: '2592000', idle_token_lifetime: '60', leeway: '3' }

    expect(validateRefreshToken(input)).toEqual({
      value: { ...BOTH, token_lifetime: 2_592_000, idle_token_lifetime: 60, leeway: 3 },
    })
  })

  it('takes reusable for non-rotating', () => {
    const input = { rotation_type: 'reusable', expiration_type: 'non-expiring' }

    expect(validateRefreshToken(input).value).toMatchObject({
      rotation_type: 'non-rotating',
      expiration_type: 'non-expiring',
    })
  })

  it.each([
    ['token_lifetime', 0],
    ['token_lifetime', 90 * DAY + 1],
    ['token_lifetime', 1.5],
    ['token_lifetime', '1e3'],
    ['token_lifetime', ''],
    ['token_lifetime', null],
    ['idle_token_lifetime', 0],
    ['leeway', -1],
    ['leeway', 0.5],
    ['leeway', true],
    ['leeway', [3]],
    ['rotation_type', 'toString'],
    ['rotation_type', 'Rotating'],
    ['rotation_type', undefined],
    ['expiration_type', 'never'],
    ['constructor', 1],
    ['tokenLifetime', 60],
  ])('refuses %s: %s, and says where', (path, given) => {
    const { value, problems } = validateRefreshToken({ ...BOTH, [path]: given })

    expect(value).toBeUndefined()
    expect(problems).toEqual([{ path, message: expect.any(String) }])
  })

  it.each([
    ['token_lifetime', 1],
    ['token_lifetime', 90 * DAY],
    ['idle_token_lifetime', 90 * DAY],
    ['leeway', 0],
  ])('takes %s: %s, which is at the edge', (path, given) => {
    expect(validateRefreshToken({ ...BOTH, [path]: given }).value).toMatchObject({ [path]: given })
  })

  it('names every problem at once', () => {
    const { problems } = validateRefreshToken({ leeway: -1 })

    expect(problems?.map(({ path }) => path)).toEqual([
      'rotation_type',
      'expiration_type',
      'leeway',
    ])
  })

  it.each([null, undefined, 'rotating', 3, []])('refuses %j, which is no object', input => {
    expect(validateRefreshToken(input).problems).toEqual([
      { path: '', message: 'must be an object' },
    ])
  })
})

describe('what counts for a client', () => {
  const { settings } = resolveOptions({ leewaySeconds: 7, refreshTokenIdleLifetimeSeconds: 60 })
  const client = { client_id: 'app', origins: ['http://localhost:4000'] }

  it('is what the tenant says where the client says nothing', () => {
    expect(policyOf(client, settings)).toEqual({
      rotating: true,
      leewaySeconds: 7,
      lifetimeSeconds: 30 * DAY,
      idleLifetimeSeconds: 60,
    })
    expect(policyOf(undefined, settings)).toEqual(policyOf(client, settings))
  })

  it('is what the client says, member by member', () => {
    const refresh_token = /** @type {const} */ ({ rotation_type: 'non-rotating', leeway: 0 })

    expect(policyOf({ ...client, refresh_token }, settings)).toEqual({
      rotating: false,
      leewaySeconds: 0,
      lifetimeSeconds: 30 * DAY,
      idleLifetimeSeconds: 60,
    })
  })

  it('is no lifetime at all for non-expiring tokens', () => {
    const refresh_token = /** @type {const} */ ({
      expiration_type: 'non-expiring',
      token_lifetime: 5,
      idle_token_lifetime: 5,
    })

    expect(policyOf({ ...client, refresh_token }, settings)).toEqual({
      rotating: true,
      leewaySeconds: 7,
    })
  })

  it('is nothing of it for a login that is not OIDC-conformant', () => {
    const legacy = { ...client, oidc_conformant: false }

    expect(policyOf(legacy, settings, {})).toEqual({ rotating: false, leewaySeconds: 0 })
    expect(policyOf(legacy, settings, { audience: 'urn:api' })).toEqual(policyOf(client, settings))
  })
})
