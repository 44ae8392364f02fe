import { expect, it } from 'vitest'
import { auth0Endpoints } from '../../../src/protocol/server-metadata.ts'

it.each(['https://tenant.example.com', 'http://localhost:3000/a/b'])(
  'the endpoints of a tenant lie below its base URL %s',
  base => {
    expect(auth0Endpoints(base)).toEqual({
      authorize: `${base}/authorize`,
      token: `${base}/oauth/token`,
      revoke: `${base}/oauth/revoke`,
      logout: `${base}/v2/logout`,
      jwks: `${base}/.well-known/jwks.json`,
    })
  },
)
