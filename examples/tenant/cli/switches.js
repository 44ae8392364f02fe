import { parseArgs } from 'node:util'

/** @typedef {import('../settings/resolve-options.js').TenantOptions} TenantOptions */

export const USAGE = `Starts a local tenant for an application that signs in with an Auth0 SDK.

  latchkey-tenant [switches]

  --config FILE                     applications, users and settings from a JSON file
  --port PORT                       preferred port (4001); if busy, the next free one; 0 is any
  --strict-port                     a busy port is an error instead
  --origin ORIGIN                   where the application lives (http://localhost:4000); may be repeated
  --allow-host NAME                 a further host name that requests may name; may be repeated
  --client-id ID                    the application's id (example-app)
  --access-token-lifetime SECONDS   (86400)
  --refresh-token-lifetime SECONDS  counted from the login (2592000)
  --leeway SECONDS                  how long the previous refresh token still works (0)
  --no-rotation                     refresh tokens stay the same
  --require-dpop-nonce              DPoP proofs must contain a nonce of the tenant
  --persist FILE                    keep sessions, tokens and keys there, over restarts
  --help                            print this

--origin and --client-id describe one application; with --config, the file describes all of them.
`

const DEFAULT_PORT = 4001
const DEFAULT_CLIENT_ID = 'example-app'
const DEFAULT_ORIGIN = 'http://localhost:4000'

/** A mistake on the command line. Only its message is printed. */
export class UsageError extends Error {
  /** @override */
  name = 'UsageError'
}

/** @param {string[]} args */
const parse = args => {
  try {
    return parseArgs({
      args,
      options: {
        config: { type: 'string' },
        port: { type: 'string' },
        'strict-port': { type: 'boolean' },
        origin: { type: 'string', multiple: true },
        'allow-host': { type: 'string', multiple: true },
        'client-id': { type: 'string' },
        'access-token-lifetime': { type: 'string' },
        'refresh-token-lifetime': { type: 'string' },
        leeway: { type: 'string' },
        'no-rotation': { type: 'boolean' },
        'require-dpop-nonce': { type: 'boolean' },
        persist: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (cause) {
    const [reason = ''] = (cause instanceof Error ? cause.message : String(cause)).split('. To ')
    throw new UsageError(`${reason}. --help lists the switches.`, { cause })
  }
}

/**
 * @param {string} name
 * @param {string | undefined} text
 * @param {number} [least]
 */
const wholeNumber = (name, text, least = 0) => {
  if (text === undefined) return undefined
  if (/^\d{1,10}$/.test(text) && Number(text) >= least) return Number(text)
  throw new UsageError(`--${name} must be a whole number of at least ${least}, and is "${text}".`)
}

/** @param {ReturnType<typeof parse>} values */
const readClient = ({ config, origin, 'client-id': clientId }) => {
  if (config === undefined) {
    const client = { client_id: clientId ?? DEFAULT_CLIENT_ID, origins: origin ?? [DEFAULT_ORIGIN] }
    return { clients: [client] }
  }
  if (origin || clientId) {
    throw new UsageError(
      'With --config, the file names the applications: leave out --origin and --client-id.',
    )
  }
  return {}
}

/**
 * @template {object} Fields
 * @param {Fields} fields
 */
const onlyGiven = fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

/**
 * Parses the command line.
 *
 * @param {string[]} args
 * @returns {{
 *   help: boolean,
 *   config: string | undefined,
 *   defaults: TenantOptions,
 *   overrides: TenantOptions,
 * }} the file takes precedence over `defaults`, `overrides` take precedence over the file
 */
export const readSwitches = args => {
  const values = parse(args)
  return {
    help: values.help ?? false,
    config: values.config,
    defaults: { port: DEFAULT_PORT },
    overrides: {
      ...readClient(values),
      ...(values['no-rotation'] && { rotation: false }),
      ...(values['require-dpop-nonce'] && { requireDpopNonce: true }),
      ...(values['strict-port'] && { strictPort: true }),
      ...onlyGiven({
        port: wholeNumber('port', values.port),
        accessTokenLifetimeSeconds: wholeNumber(
          'access-token-lifetime',
          values['access-token-lifetime'],
          1,
        ),
        refreshTokenLifetimeSeconds: wholeNumber(
          'refresh-token-lifetime',
          values['refresh-token-lifetime'],
          1,
        ),
        leewaySeconds: wholeNumber('leeway', values.leeway),
        allowedHosts: values['allow-host'],
        persist: values.persist,
      }),
    },
  }
}
