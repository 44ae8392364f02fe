import { slotKey } from '../storage/cache-key.ts'
import type { StoredTokens, TokenStore } from '../storage/token-store.ts'
import type { Clock } from '../types/platform.ts'
import type { Peek } from '../types/storage.ts'
import type { GetTokenSilentlyOptions, TokenSlot } from '../types/tokens.ts'
import type { Session } from './session.ts'

/** A token that lives no longer than this is not worth handing out. */
export const MARGIN_SECONDS = 60

interface Find {
  entry: StoredTokens
  /** The key of exactly what was asked for; the entry may have more scopes. */
  exactKey: string
  /** When the entry was last found to be fresh; 0 if it never was. */
  freshAtMs: number
}

/** Cached tokens that were found before, by what the call asked for. */
export interface EarlierFinds {
  /** The access token of an earlier find, if it is there still and fresh enough. */
  get(call: GetTokenSilentlyOptions | undefined): string | undefined
  /** Notes what a call asks for, which its caller may change later; then takes what was found. */
  prepare(call: GetTokenSilentlyOptions, slot: TokenSlot): (entry: StoredTokens) => void
  forget(): void
}

interface EarlierFindsParts {
  options: { clientId: string; clock: Clock }
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
 * has changed, and nothing need be waited for. What has changed is found out by the long way, and
 * so is everything where the application has a clock of its own.
 */
export const createEarlierFinds = (parts: EarlierFindsParts): EarlierFinds => {
  const { options, peek, session, tokenStore } = parts
  const finds = new Map<string | undefined, Map<string | undefined, Find>>()

  /** An entry of exactly what was asked for comes before one with more scopes. */
  const isThere = ({ entry, exactKey }: Find): boolean =>
    peek<StoredTokens>(entry.key)?.body === entry.body &&
    (entry.key === exactKey || !peek(exactKey))

  /**
   * Within one millisecond of the system's clock the answer stays the same. The other clock, which
   * nobody can set, costs more to ask than all the rest.
   */
  const isFresh = (find: Find): boolean => {
    const nowMs = Date.now()
    if (nowMs === find.freshAtMs) return true
    const isGood = tokenStore.isFreshAt(nowMs, find.entry, MARGIN_SECONDS)
    find.freshAtMs = isGood ? nowMs : 0
    return isGood
  }

  return {
    get: call => {
      if (options.clock !== Date.now) return
      const params = plainParams(call)
      const find = params && finds.get(params.audience)?.get(params.scope)
      const isGood = find && isThere(find) && session.peek() && isFresh(find)
      return isGood ? find.entry.body.access_token : undefined
    },
    prepare: (call, slot) => {
      const params = plainParams(call)
      const { audience, scope } = params ?? {}
      return entry => {
        if (!params) return
        const find = { entry, exactKey: slotKey(options.clientId, slot), freshAtMs: 0 }
        finds.set(audience, (finds.get(audience) ?? new Map()).set(scope, find))
      }
    },
    forget: () => finds.clear(),
  }
}
