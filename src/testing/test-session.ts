import {
  GenericError,
  type GetTokenSilentlyOptions,
  type GetTokenSilentlyVerboseResponse,
  type User,
} from '../index.ts'
import type { ResolvedOptions } from '../options.ts'
import type { TokenSlot } from '../types/tokens.ts'
import { createTestIdentity, type TestIdentity } from './test-identity.ts'
import { createTestTokens, type TestTokens } from './test-tokens.ts'

/** Who signs in where a test does not care. */
export const SOMEBODY = {
  sub: 'auth0|test-user',
  name: 'Test User',
  email: 'user@example.com',
} satisfies User

interface TestSessionParts {
  options: ResolvedOptions
  loginUser: User
  source: TestTokens | undefined
}

type Answer = GetTokenSilentlyVerboseResponse

/** Who is signed in at a test client, and with what tokens. */
export const createTestSession = ({ options, loginUser, source }: TestSessionParts) => {
  const tokens = createTestTokens(source, options.clock)
  let user: User | undefined
  let identity: TestIdentity | undefined
  /** What was asked for one session is not taken in by the next. */
  let era = 0

  const identify = (): TestIdentity | undefined => {
    identity ??= user && createTestIdentity(user, options, Math.floor(Date.now() / 1000))
    return identity
  }

  const signOut = (): void => {
    era++
    user = undefined
    identity = undefined
    tokens.clear()
  }

  const signIn = (person: User = loginUser): void => {
    const sub = person.sub ?? SOMEBODY.sub
    if (user && user.sub !== sub) signOut()
    user = { ...person, sub }
    identity = undefined
  }

  /** The session has run out, unless a token for another audience is still good for something. */
  const lapse = (error: unknown): void => {
    const isOver = error instanceof GenericError && error.error === 'login_required'
    if (isOver && !(options.useRefreshTokens && tokens.isAnyHeld())) signOut()
  }

  const login = async (slot: TokenSlot): Promise<void> => {
    const answer = await tokens.fetch(slot, true)
    signIn()
    await tokens.hold(slot, answer)
  }

  const renew = async (slot: TokenSlot, isForced: boolean): Promise<Omit<Answer, 'id_token'>> => {
    if (!user) throw new GenericError('login_required', 'Login required')
    const mine = era
    const answer = await tokens.fetch(slot, isForced).catch(error => {
      if (mine === era) lapse(error)
      throw error
    })
    if (mine !== era) throw new GenericError('login_required', 'The session has ended meanwhile')
    identity = undefined
    await tokens.hold(slot, answer)
    return answer
  }

  const getToken = async (
    slot: TokenSlot,
    cacheMode: GetTokenSilentlyOptions['cacheMode'],
  ): Promise<Answer | undefined> => {
    const held = cacheMode === 'off' ? undefined : await tokens.find(slot)
    if (!held && cacheMode === 'cache-only') return undefined
    const answer = held ?? (await renew(slot, cacheMode === 'off'))
    return { ...answer, id_token: identify()?.claims.__raw ?? '' }
  }

  return { identify, isSignedIn: () => user !== undefined, signIn, signOut, lapse, login, getToken }
}
