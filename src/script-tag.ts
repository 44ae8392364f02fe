import createAuth0Client from './index.ts'

/**
 * The globals of the script-tag build: `auth0` with everything, and the two names that pages
 * written for 1.x use. A global that is there already belongs to somebody else and stays.
 */
const globals = globalThis as unknown as Record<string, unknown>

globals.auth0 ??= { ...createAuth0Client }
globals.createAuth0Client ??= createAuth0Client
globals.Auth0Client ??= createAuth0Client.Auth0Client
