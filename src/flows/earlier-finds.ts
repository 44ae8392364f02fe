import type { Session } from '../session/session.ts'
import type { StoredTokens, TokenStore } from '../storage/token-store.ts'
import type { Clock } from '../types/platform.ts'
import type { Peek } from '../types/storage.ts'
import type { GetTokenSilentlyOptions } from '../types/tokens.ts'

/** A token that lives no longer than this is not worth handing out. */
export const MARGIN_SECONDS = 60

interface Find {
  entry: StoredTokens
  /** When the entry was last found to be fresh. */
  freshAtMs: number
}

/** Cached tokens that were found before, by what the call asked for. */
export interface EarlierFinds {
  /** The access token of an earlier find, if it is there still and fresh enough. */
  get(call: GetTokenSilentlyOptions | undefined): string | undefined
  add(call: GetTokenSilentlyOptions, entry: StoredTokens): void
  forget(): void
}

interface EarlierFindsParts {
  options: { clock: Clock }
  peek: Peek
  session: Pick<Session, 'peek'>
  tokenStore: Pick<TokenStore, 'isFreshAt'>
}

const hasOnly = (given: object, ...names: string[]): boolean => {
  for (const name in given) if (!names.includes(name)) return false
  return true
}

/** What a call asks for that wants no more than an audience and scopes. */
const plainParams = (call?: GetTokenSilentlyOptions) => {
  const params = call?.authorizationParams ?? {}
  if (!call) return params
  const isPlain = hasOnly(call, 'authorizationParams') && hasOnly(params, 'audience', 'scope')
  return isPlain ? params : undefined
}

/**
 * A short cut for most calls of an application: they ask for what was asked for before, nothing
 * has changed, and nothing need be waited for. What has changed is found out by the long way.
 */
export const createEarlierFinds = (parts: EarlierFindsParts): EarlierFinds => {
  const { options, peek, session, tokenStore } = parts
  const finds = new Map<string | undefined, Map<string | undefined, Find>>()

  /**
   * Within one millisecond of the system's clock the answer stays the same. The other clock, which
   * nobody can set, costs more to ask than all the rest.
   */
  const isFresh = (find: Find): boolean => {
    const nowMs = options.clock()
    if (nowMs === find.freshAtMs && options.clock === Date.now) return true
    if (typeof nowMs !== 'number') return false
    find.freshAtMs = nowMs
    return tokenStore.isFreshAt(nowMs, find.entry, MARGIN_SECONDS)
  }

  return {
    get: call => {
      const params = plainParams(call)
      const find = params && finds.get(params.audience)?.get(params.scope)
      if (!find) return
      const { key, body } = find.entry
      const isSame = peek<StoredTokens>(key)?.body === body
      return isSame && session.peek() && isFresh(find) ? body.access_token : undefined
    },
    add: (call, entry) => {
      const params = plainParams(call)
      if (!params) return
      const { audience, scope } = params
      finds.set(audience, (finds.get(audience) ?? new Map()).set(scope, { entry, freshAtMs: 0 }))
    },
    forget: () => finds.clear(),
  }
}
