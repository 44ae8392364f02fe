import createAuth0Client from './index.ts'

/**
 * The globals of the script-tag build: `auth0` with the properties of the default export, and the
 * two names of 1.x. An existing global of the page is not replaced.
 */
const globals = globalThis as unknown as Record<string, unknown>

globals.auth0 ??= { ...createAuth0Client }
globals.createAuth0Client ??= createAuth0Client
globals.Auth0Client ??= createAuth0Client.Auth0Client
