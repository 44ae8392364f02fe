import { ownMembers } from '../own-members.ts'
import type { Auth0ClientTelemetry } from '../types/client-options.ts'
import { VERSION } from '../version.ts'

/** The SDK's own name and version. */
export const SELF: Auth0ClientTelemetry = { name: 'latchkey', version: VERSION }

/** Standard base64 of the JSON in UTF-8: the text is not limited to Latin-1. */
const encode = (value: unknown): string =>
  btoa(
    encodeURIComponent(JSON.stringify(value)).replace(/%(..)/g, (_, hex) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    ),
  )

/** How the SDK identifies itself to the authorization server. */
export interface Telemetry {
  /** The `auth0Client` query parameter; without `env`, because URLs should stay short. */
  parameter: string
  /**
   * The `Auth0-Client` header, only if the application set the option: a custom header costs a
   * preflight before every token request.
   */
  header: string | undefined
}

/** Reads the known members of the `auth0Client` option. */
export const telemetry = (option: Partial<Auth0ClientTelemetry> | undefined): Telemetry => {
  const { name, version, env } = ownMembers(option ?? SELF)
  const known = {
    ...(typeof name === 'string' && { name }),
    ...((typeof version === 'string' || typeof version === 'number') && { version }),
  }
  return {
    parameter: encode(known),
    header: option && encode({ ...known, ...(env && typeof env === 'object' && { env }) }),
  }
}
