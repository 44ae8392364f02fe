import { encode } from 'jose/base64url'
import type { IdTokenExpectations } from '../../../src/protocol/id-token.ts'

export const NOW = 1_700_000_000

/** What a client `client-1` of a tenant expects, one second after the token was issued. */
export const EXPECTED: IdTokenExpectations = {
  issuer: 'https://tenant.example.com/',
  clientId: 'client-1',
  idTokenSigningAlgs: ['RS256'],
  leewaySeconds: 60,
  nowSeconds: NOW,
  nonce: 'n-1',
}

/** Claims that agree with `EXPECTED`. */
export const CLAIMS = {
  iss: 'https://tenant.example.com/',
  sub: 'auth0|ada',
  aud: 'client-1',
  iat: NOW - 1,
  exp: NOW + 3600,
  nonce: 'n-1',
}

const part = (value: unknown): string => encode(JSON.stringify(value))

/** A token in compact form; its signature is not verified. */
export const mint = (claims: object = {}, header: object = { alg: 'RS256' }): string =>
  [part(header), part({ ...CLAIMS, ...claims }), 'c2ln'].join('.')
