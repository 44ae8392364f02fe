import type { GetTokenSilentlyVerboseResponse, MaybePromise } from '../index.ts'

/** An access token, or more members of its response. */
export type TestToken = string | Partial<Omit<GetTokenSilentlyVerboseResponse, 'id_token'>>

/** What a token is requested for. */
export interface TestTokenRequest {
  /** The API, or `undefined` without one. */
  audience: string | undefined
  /** The scopes of the client and the call, separated by spaces. */
  scope: string
}

/**
 * Where access tokens come from: one per audience, with `default` for requests without one, or a
 * function that is called for each token request. The application gets what it throws.
 */
export type TestTokens =
  | Record<string, TestToken>
  | ((request: TestTokenRequest) => MaybePromise<TestToken>)

/** Provides the next token: that of the test, else `test-token-1`, `test-token-2`, … */
export const createTokenSource = (source: TestTokens = {}) => {
  let count = 0

  return async ({ audience, scope }: TestTokenRequest): Promise<object> => {
    const given =
      typeof source === 'function'
        ? await source({ audience, scope })
        : source[audience ?? 'default']
    const token = typeof given === 'string' ? { access_token: given } : given
    return { access_token: `test-token-${++count}`, ...token }
  }
}
