import type { Clock } from '../options.ts'
import { ownMembers } from '../own-members.ts'
import type { TokenSlot } from '../protocol/token-slot.ts'
import { slotKey } from '../storage/cache-key.ts'
import type { Peek } from '../storage/identity-store.ts'
import type { StoredTokens } from '../storage/token-entries.ts'
import type { TokenStore } from '../storage/token-store.ts'
import type { AuthorizationParams } from '../types/authorization.ts'
import type { GetTokenSilentlyOptions } from '../types/tokens.ts'
import { MARGIN_SECONDS } from './cached-token.ts'
import type { Events, SessionEvents } from './events.ts'
import type { Session } from './session.ts'

interface RecentToken {
  entry: StoredTokens
  /** The key of exactly the requested slot; the entry may have more scopes. */
  exactKey: string
  /** When the entry was last checked and fresh, or 0. */
  freshAtMs: number
}

/** A memo of the tokens that were returned from the cache, by audience and scope of the call. */
export interface RecentTokens {
  /** The access token that an equal call returned before, if it is still cached and fresh. */
  get(call: GetTokenSilentlyOptions | undefined): string | undefined
  /**
   * Copies what a call asks for, which its caller may change later.
   *
   * @returns a function that remembers the entry the call has found
   */
  remember(call: GetTokenSilentlyOptions, slot: TokenSlot): (entry: StoredTokens) => void
}

interface RecentTokensParts {
  options: { clientId: string; nowProvider: Clock }
  peek: Peek
  session: Pick<Session, 'peek'>
  tokenStore: Pick<TokenStore, 'isFreshAt'>
  events: Pick<Events<SessionEvents>, 'on'>
}

const NO_PARAMS: AuthorizationParams = ownMembers()

const hasOnly = (given: object, ...names: string[]): boolean => {
  for (const name in given) if (!names.includes(name) || !Object.hasOwn(given, name)) return false
  return true
}

/** The parameters of a call that has no others than an audience and scopes. */
const plainParams = (call?: GetTokenSilentlyOptions) => {
  if (!call) return NO_PARAMS
  const params = call.authorizationParams ?? NO_PARAMS
  const isPlain = hasOnly(call, 'authorizationParams') && hasOnly(params, 'audience', 'scope')
  // The caller can change a list later.
  const isText = typeof params.audience !== 'object' && typeof params.scope !== 'object'
  return isPlain && isText ? params : undefined
}

/**
 * Synchronous fast path for repeated calls with the same audience and scope. Falls through to the
 * cache lookup if anything changed, and always with a custom `nowProvider`.
 */
export const createRecentTokens = (parts: RecentTokensParts): RecentTokens => {
  const { options, peek, session, tokenStore, events } = parts
  const recent = new Map<string | undefined, Map<string | undefined, RecentToken>>()
  events.on('ended', () => recent.clear())

  /** An entry of exactly the requested scopes has precedence over one with more scopes. */
  const isCached = ({ entry, exactKey }: RecentToken): boolean =>
    peek<StoredTokens>(entry.key)?.body === entry.body &&
    (entry.key === exactKey || !peek(exactKey))

  /**
   * `performance.now()` is slower than the rest of this function, so one result per millisecond is
   * reused.
   */
  const isFresh = (token: RecentToken): boolean => {
    const nowMs = Date.now()
    if (nowMs === token.freshAtMs) return true
    const isGood = tokenStore.isFreshAt(nowMs, token.entry, MARGIN_SECONDS)
    token.freshAtMs = isGood ? nowMs : 0
    return isGood
  }

  return {
    get: call => {
      if (options.nowProvider !== Date.now) return
      const params = plainParams(call)
      const token = params && recent.get(params.audience)?.get(params.scope)
      const isGood = token && isCached(token) && session.peek() && isFresh(token)
      return isGood ? token.entry.body.access_token : undefined
    },
    remember: (call, slot) => {
      const params = plainParams(call)
      const { audience, scope } = params ?? NO_PARAMS
      return entry => {
        if (!params) return
        const token = { entry, exactKey: slotKey(options.clientId, slot), freshAtMs: 0 }
        recent.set(audience, (recent.get(audience) ?? new Map()).set(scope, token))
      }
    },
  }
}
