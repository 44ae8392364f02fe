import type { GetTokenSilentlyVerboseResponse } from '../index.ts'
import { DEFAULT_AUDIENCE, includesScopes } from '../protocol/scopes.ts'
import { createSharedCalls } from '../renewal/single-flight.ts'
import type { Clock } from '../types/platform.ts'
import type { MaybePromise } from '../types/storage.ts'
import type { TokenSlot } from '../types/tokens.ts'

/** An access token, or more of the answer that it comes with. */
export type TestToken = string | Partial<Omit<GetTokenSilentlyVerboseResponse, 'id_token'>>

/** What a token is asked for. */
export interface TestTokenRequest {
  /** The API, or `undefined` when none was named. */
  audience: string | undefined
  /** Scopes separated by spaces: the client's and the call's. */
  scope: string
}

/**
 * Where access tokens come from: one per audience, `default` where none is named, or a function,
 * called as often as the real client would ask the tenant. What it throws is what the application
 * gets.
 */
export type TestTokens =
  | Record<string, TestToken>
  | ((request: TestTokenRequest) => MaybePromise<TestToken>)

type Answer = Omit<GetTokenSilentlyVerboseResponse, 'id_token'>

interface Held {
  slot: TokenSlot
  answer: Answer
  expiresAt: number
}

/** As in the real client: what lives no longer than this is not worth handing out. */
const MARGIN_SECONDS = 60
const LIFETIME_SECONDS = 86_400

/** The access tokens of a test client, cached under the rules of the real one. */
export const createTestTokens = (source: TestTokens = {}, clock: Clock) => {
  const held = new Map<string, Held>()
  const shared = createSharedCalls<Answer>()
  let count = 0

  const keyOf = ({ audience, scope }: TokenSlot): string => `${audience}|${scope}`
  const nowSeconds = async (): Promise<number> => Math.floor((await clock()) / 1000)

  const ask = async ({ audience, scope }: TokenSlot): Promise<TestToken | undefined> => {
    if (typeof source !== 'function') return source[audience]
    return source({ audience: audience === DEFAULT_AUDIENCE ? undefined : audience, scope })
  }

  const fetchAnswer = async (slot: TokenSlot): Promise<Answer> => {
    const token = await ask(slot)
    return {
      access_token: `test-token-${++count}`,
      token_type: 'Bearer',
      expires_in: LIFETIME_SECONDS,
      scope: slot.scope,
      ...(typeof token === 'string' ? { access_token: token } : token),
    }
  }

  return {
    find: async (slot: TokenSlot): Promise<Answer | undefined> => {
      const isWider = ({ slot: { audience, scope } }: Held): boolean =>
        audience === slot.audience && includesScopes(scope, slot.scope)
      const found = held.get(keyOf(slot)) ?? [...held.values()].find(isWider)
      const isFresh = found && found.expiresAt - (await nowSeconds()) >= MARGIN_SECONDS
      return isFresh ? found.answer : undefined
    },
    /** A new token. Calls at the same time share one, unless `isForced`. */
    fetch: (slot: TokenSlot, isForced: boolean): Promise<Answer> =>
      shared[isForced ? 'next' : 'join'](keyOf(slot), () => fetchAnswer(slot)),
    hold: async (slot: TokenSlot, answer: Answer): Promise<void> => {
      const expiresAt = (await nowSeconds()) + answer.expires_in
      held.set(keyOf(slot), { slot, answer, expiresAt })
    },
    isAnyHeld: (): boolean => held.size > 0,
    clear: (): void => held.clear(),
  }
}
