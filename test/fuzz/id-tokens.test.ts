import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createClient, redirectUrl } from '../support/clients.ts'
import { CLIENT_ID, ISSUER } from '../support/testbed.ts'
import { changesTo, json, jsonObject, text, textOfAnyLength } from './support/arbitraries.ts'
import { fuzz, type Surroundings } from './support/fuzz.ts'
import { replaceLogin, sign } from './support/open-tenant.ts'

type Make = (usual: Record<string, unknown>) => Promise<unknown>

/** Signs in with the ID token that is made of the claims which the tenant would have signed. */
const signInWith = async ({ page, tenant }: Surroundings, make: Make) => {
  const client = createClient({ cacheLocation: 'localstorage', useRefreshTokens: true })
  const url = await tenant.answerLogin(await redirectUrl(client))
  let nonce: string | undefined
  replaceLogin(tenant, async ({ response, claims }) => {
    nonce = String(claims.nonce)
    const id_token = await make(claims)
    const body = JSON.stringify({ ...response, id_token, refresh_token: 'rt' })
    return { status: 200, headers: {}, body }
  })
  const { value, error } = await page.outcomeOf(client.handleRedirectCallback(url))
  return { client, isIn: value !== undefined, error, nonce }
}

/** After a token that was refused. */
const expectNothing = async (client: ReturnType<typeof createClient>): Promise<void> => {
  expect(await client.getUser()).toBeUndefined()
  expect(await client.getIdTokenClaims()).toBeUndefined()
  expect(Object.keys(localStorage).filter(key => /default|@@user@@/.test(key))).toEqual([])
  expect(document.cookie).not.toContain('is.authenticated')
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''

/** What every token that is taken must be; written down once more, so that it holds by itself. */
const expectSound = (claims: Record<string, unknown>, nonce: string | undefined): void => {
  const now = Date.now() / 1000
  const { iss, aud, sub, azp, exp, nbf } = claims
  expect(iss).toBe(ISSUER)
  expect(Array.isArray(aud) ? aud.includes(CLIENT_ID) : aud === CLIENT_ID).toBe(true)
  if (azp !== undefined || (Array.isArray(aud) && aud.length > 1)) expect(azp).toBe(CLIENT_ID)
  expect(claims.nonce).toBe(nonce)
  expect(isText(sub) && String(sub).length <= 255).toBe(true)
  expect(Number(exp) > now - 61 && typeof exp === 'number').toBe(true)
  expect(typeof claims.iat).toBe('number')
  if (typeof nbf === 'number') expect(nbf < now + 61).toBe(true)
}

const CLAIMS = ['iss', 'aud', 'sub', 'nonce', 'exp', 'iat', 'nbf', 'azp', 'at_hash', 'auth_time']
const OTHERS = ['name', 'org_id', 'session_expiry', 'acr', 'amr', '__raw', 'picture']

/** Claims as somebody would write who knows what is looked at. */
const nearly = fc
  .array(
    fc.oneof(
      fc.tuple(
        fc.constant('aud'),
        fc.constantFrom<unknown>(
          [CLIENT_ID],
          [CLIENT_ID, 'other'],
          [[CLIENT_ID]],
          ['other'],
          [],
          `${CLIENT_ID} `,
          { 0: CLIENT_ID, length: 1 },
          { includes: CLIENT_ID },
        ),
      ),
      fc.tuple(fc.constant('azp'), fc.constantFrom<unknown>(CLIENT_ID, 'other', '', null)),
      fc.tuple(
        fc.constant('iss'),
        fc.constantFrom<unknown>(ISSUER.slice(0, -1), ISSUER.toUpperCase(), [ISSUER], null),
      ),
      fc.tuple(fc.constantFrom('exp', 'iat', 'nbf'), fc.constantFrom<unknown>(0, -1, 1e308, '9e9')),
      fc.tuple(fc.constant('sub'), fc.constantFrom<unknown>('', 's'.repeat(256), ['a'], 5, true)),
      fc.tuple(fc.constant('session_expiry'), fc.constantFrom<unknown>(0, '9999999999', null, 4e9)),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map(pairs => Object.fromEntries(pairs) as Record<string, unknown>)

const header = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  jsonObject.map(more => ({ ...more, alg: 'RS256' })),
  fc.record({ kid: json }),
  fc.constantFrom({ crit: [] }, { crit: ['b64'], b64: true }, { typ: 'at+jwt' }),
)

const edit = fc.record({
  kind: fc.constantFrom('replace', 'insert', 'remove', 'cut', 'double', 'pad', 'swap', 'unsign'),
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  what: fc.oneof(fc.constantFrom('A', '_', '=', '.', '+', '/', ' ', '\n', '\0', 'é'), text),
})
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const edited = (token: string, { kind, at, what }: Edit): string => {
  const index = Math.floor(token.length * at)
  const [start, rest] = [token.slice(0, index), token.slice(index)]
  const [head = '', body = '', signature = ''] = token.split('.')
  if (kind === 'replace') return start + what + rest.slice(1)
  if (kind === 'insert') return start + what + rest
  if (kind === 'remove') return start + rest.slice(1)
  if (kind === 'cut') return start
  if (kind === 'double') return `${token}.${what}`
  if (kind === 'pad') return `${head}.${body}.${signature}${what}`
  if (kind === 'swap') return `${body}.${head}.${signature}`
  return `${encode({ alg: 'none' })}.${body}.${what}`
}

/** Bits of the last character that no byte takes up may differ: it is the same signature. */
const isSame = (token: string, other: string): boolean => {
  const [signed, signature = ''] = [token.slice(0, token.lastIndexOf('.')), token.split('.')[2]]
  const bytes = (text: string): string => Buffer.from(text, 'base64url').toString('hex')
  return (
    other.startsWith(`${signed}.`) &&
    /^[\w-]+$/.test(other.slice(signed.length + 1)) &&
    bytes(other.slice(signed.length + 1)) === bytes(signature)
  )
}

describe('fuzzing: ID tokens', () => {
  it('security 28, 29: what is no ID token is refused, and nothing is kept', async () => {
    await fuzz(100, fc.oneof(json, textOfAnyLength), async (id_token, surroundings) => {
      const { client, error } = await signInWith(surroundings, async () => id_token)
      expect(error?.error).toBe('invalid_token')
      await expectNothing(client)
    })
  })

  it('security 29, 33, 34: a token that was altered in any place is refused', async () => {
    await fuzz(150, edit, async (change, surroundings) => {
      let isUntouched = false
      const { client, isIn, error } = await signInWith(surroundings, async claims => {
        const token = await sign(claims)
        const other = edited(token, change)
        isUntouched = isSame(token, other)
        return other
      })
      expect(isIn && !isUntouched).toBe(false)
      if (isIn) return
      expect(error?.error).toBe('invalid_token')
      await expectNothing(client)
    })
  })

  it('security 30, 31, 32, 35, 36, 39, 73: claims of any kind, though signed, count only when they are right', async () => {
    const changes = fc.oneof(nearly, nearly, changesTo([...CLAIMS, ...OTHERS]))
    await fuzz(300, fc.tuple(changes, header), async ([changed, head], surroundings) => {
      let whole: Record<string, unknown> = {}
      const { client, isIn, error, nonce } = await signInWith(surroundings, async claims => {
        whole = JSON.parse(JSON.stringify({ ...claims, ...changed }))
        return sign(whole, head)
      })
      if (!isIn) {
        expect(error?.error).toBe('invalid_token')
        await expectNothing(client)
        return
      }
      expectSound(whole, nonce)
      const claims: Record<string, unknown> = { ...(await client.getIdTokenClaims()) }
      const { __raw, ...rest } = claims
      const { __raw: _, ...sent } = whole
      expect(String(__raw).split('.')).toHaveLength(3)
      if (claims.session_expiry === undefined) expect(rest).toEqual(sent)
      const user = (await client.getUser()) ?? {}
      expect(Object.getPrototypeOf(user)).toBe(Object.prototype)
      expect(Object.hasOwn(user, 'iss')).toBe(false)
    })
  })
})
