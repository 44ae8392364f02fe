import type { User } from '../index.ts'
import type { TestTenant } from './test-tenant-types.ts'

/** The parameters of a response to a login. */
export type TestLoginAnswer =
  | {
      /** The code of a successful login. */
      code: string
    }
  | {
      /** Why the login failed, such as `access_denied`. */
      error: string
      /** A human-readable description. */
      error_description?: string
    }

interface PendingLogin {
  redirectUri: string
  state: string
  /** The callback URL with the code of the tenant. */
  success: string
}

/**
 * The redirect logins of a test client that have not been finished yet.
 *
 * @param user the user whom a login signs in
 */
export const createPendingLogins = (tenant: TestTenant, user: User) => {
  const pending: PendingLogin[] = []
  let last: string | undefined

  return {
    begin: async (url: string): Promise<void> => {
      const { searchParams } = new URL(url)
      const before = { user: tenant.user, isSignedIn: tenant.isSignedIn }
      tenant.user = user
      const success = await tenant.answerLogin(url)
      // The session at the tenant starts when the login is finished.
      tenant.user = before.user
      if (!before.isSignedIn) tenant.signOut()
      pending.push({
        redirectUri: searchParams.get('redirect_uri') ?? '',
        state: searchParams.get('state') ?? '',
        success,
      })
    },
    /** The callback URL of the last login: with the tenant's code, or with the given parameters. */
    callbackUrl: (answer?: TestLoginAnswer): string => {
      const login = pending.at(-1)
      if (!login) throw new Error('No login is pending: call loginWithRedirect first.')
      if (!answer) return login.success
      const callback = new URL(login.redirectUri)
      for (const [name, value] of Object.entries({ ...answer, state: login.state })) {
        callback.searchParams.append(name, value)
      }
      return callback.href
    },
    /** The URL that `handleRedirectCallback()` reads if a test passes none. */
    currentUrl: (redirectUri: string): string =>
      pending.at(-1)?.success ?? last ?? `${redirectUri}?code=none&state=none`,
    /** Records that a callback URL was handled, and whether it signed in. */
    finish: (url: string, isSignedIn: boolean): void => {
      if (isSignedIn) tenant.signIn(user)
      last = url
      const state = url.includes('?') ? new URLSearchParams(url.split('?')[1]).get('state') : null
      const index = pending.findIndex(login => login.state === state)
      if (index >= 0) pending.splice(index, 1)
    },
  }
}
