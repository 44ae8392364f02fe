import createAuth0Client from './index.ts'

/**
 * The globals of the script-tag build: `auth0` with what the default export holds, which is all but
 * the errors of abilities to come and `isFederatedDomain`, and the two names that pages of 1.x use.
 * A global that is there already belongs to somebody else and stays.
 */
const globals = globalThis as unknown as Record<string, unknown>

globals.auth0 ??= { ...createAuth0Client }
globals.createAuth0Client ??= createAuth0Client
globals.Auth0Client ??= createAuth0Client.Auth0Client
