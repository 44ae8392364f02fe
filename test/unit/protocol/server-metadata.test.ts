import { expect, it } from 'vitest'
import { auth0Metadata } from '../../../src/protocol/server-metadata.ts'

it.each(['https://tenant.example.com', 'http://localhost:3000/a/b'])(
  'the endpoints of an Auth0 tenant are below its base URL %s',
  baseUrl => {
    expect(auth0Metadata({ baseUrl, issuer: 'https://id.example.com/' })).toEqual({
      issuer: 'https://id.example.com/',
      authorization_endpoint: `${baseUrl}/authorize`,
      token_endpoint: `${baseUrl}/oauth/token`,
      revocation_endpoint: `${baseUrl}/oauth/revoke`,
      end_session_endpoint: `${baseUrl}/v2/logout`,
      jwks_uri: `${baseUrl}/.well-known/jwks.json`,
    })
  },
)
