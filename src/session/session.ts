import { GenericError } from '../errors.ts'
import type { IdTokenChecks } from '../protocol/id-token.ts'
import type { Grant } from '../protocol/token-endpoint.ts'
import type { Identity, IdentityStore } from '../storage/identity-store.ts'
import type { LoginHints } from '../storage/login-hints.ts'
import type { TokenStore } from '../storage/token-store.ts'
import type { Clock } from '../types/platform.ts'
import type { Coherence } from '../types/storage.ts'
import type { TokenSet, TokenSlot } from '../types/tokens.ts'

/** A session ends this long before its ceiling, so that no call starts that cannot finish. */
const CEILING_MARGIN_SECONDS = 30

/** What a token answer is held against before it is taken in. */
export interface Expected {
  slot: TokenSlot
  /** The nonce of the login; a refresh has none. */
  nonce?: string | undefined
  /** The organization the user was to sign in to. */
  organization?: string | undefined
}

/** Who is signed in, from the first token to the last. */
export interface Session {
  /**
   * Takes in an answer of the token endpoint: all of it, or nothing when a check fails.
   *
   * @throws GenericError `invalid_token`
   */
  accept(tokens: TokenSet, grant: Grant, expected: Expected): Promise<void>
  /** Who is signed in, unless the session is over. */
  identity(): Promise<Identity | undefined>
  /** Whether the session has passed its ceiling (claim `session_expiry`); it has ended then. */
  isOver(): Promise<boolean>
  /** Forgets a client's tokens and hints: this client's, another's, or with `null` everybody's. */
  end(clientId?: string | null): Promise<void>
}

interface SessionParts {
  options: {
    clientId: string
    issuer: string
    leewaySeconds: number
    maxAgeSeconds: number | undefined
    clock: Clock
  }
  loadChecks: () => Promise<IdTokenChecks>
  tokenStore: TokenStore
  identities: IdentityStore
  hints: LoginHints
  loadCoherence: () => Promise<Pick<Coherence, 'clear'>>
}

const refused = (why: string): GenericError => new GenericError('invalid_token', why)

export const createSession = (parts: SessionParts): Session => {
  const { options, loadChecks, tokenStore, identities, hints, loadCoherence } = parts
  const nowSeconds = async (): Promise<number> => Math.floor((await options.clock()) / 1000)

  const end: Session['end'] = async (clientId = options.clientId) => {
    hints.clear()
    await tokenStore.clear(clientId)
    await loadCoherence()
      .then(coherence => coherence.clear())
      .catch(() => {})
  }

  /** Ends a session that has reached its ceiling. */
  const current = async (): Promise<Identity | undefined> => {
    const identity = await identities.current()
    const ceiling = identity?.claims.session_expiry
    if (ceiling === undefined) return identity
    if ((await nowSeconds()) < ceiling - CEILING_MARGIN_SECONDS) return identity
    await end()
    return undefined
  }

  return {
    end,
    identity: current,
    isOver: async () => {
      const before = await identities.current()
      return before !== undefined && (await current()) === undefined
    },
    accept: async (tokens, grant, { slot, nonce, organization }) => {
      const { judgeIdToken, judgeSessionExpiry } = await loadChecks()
      const verdict = judgeIdToken(tokens.id_token, {
        ...options,
        nowSeconds: await nowSeconds(),
        nonce,
        organization,
      })
      if ('refusal' in verdict) throw refused(verdict.refusal)
      const { decoded } = verdict
      const before = await identities.current()
      const isLogin = grant.grant_type === 'authorization_code'
      const ceiling = before?.claims.session_expiry
      if (!isLogin && ceiling !== undefined) {
        decoded.claims.session_expiry = ceiling
        decoded.user.session_expiry = ceiling
      }
      const wrongCeiling = judgeSessionExpiry(decoded.claims)
      if (wrongCeiling) throw refused(wrongCeiling)
      if (isLogin && before && before.claims.sub !== decoded.claims.sub) {
        await tokenStore.clear(options.clientId)
      }
      await identities.save(decoded.claims.__raw, decoded)
      await tokenStore.save(slot, tokens)
      hints.save(organization || decoded.claims.org_id)
    },
  }
}
