import createAuth0Client from './index.ts'

/**
 * The globals of the script-tag build: `auth0` with the properties of the default export, and the
 * two names of 1.x. An existing global of the page is not replaced; an element with such an id is no
 * global of the page, although `window` has it by that name (HTML section 7.2.2.3).
 */
const globals = globalThis as unknown as Record<string, unknown>

const define = (name: string, value: unknown): void => {
  if (!Object.hasOwn(globals, name) || globals[name] == null) globals[name] = value
}

define('auth0', { ...createAuth0Client })
define('createAuth0Client', createAuth0Client)
define('Auth0Client', createAuth0Client.Auth0Client)
