import type { Auth0ClientTelemetry } from '../types/client-options.ts'
import { VERSION } from '../version.ts'
import { base64, utf8 } from './base64.ts'

/** The SDK's own name and version. */
export const SELF: Auth0ClientTelemetry = { name: 'latchkey', version: VERSION }

/** Standard base64 of the JSON; any text may stand in it, not only Latin-1. */
const encode = (value: unknown): string => base64(utf8(JSON.stringify(value)))

/** How this client names itself: to the authorization endpoint, and to the token endpoint if asked to. */
export interface Telemetry {
  /** The `auth0Client` query parameter; without `env`, because URLs should stay short. */
  parameter: string
  /**
   * The `Auth0-Client` header, only where the application set the option: a header of ours
   * would cost a preflight before every token request.
   */
  header: string | undefined
}

/** Reads the `auth0Client` option, taking over only what it may hold. */
export const telemetry = (option: Partial<Auth0ClientTelemetry> | undefined): Telemetry => {
  const { name, version, env } = option ?? SELF
  const known = {
    ...(typeof name === 'string' && { name }),
    ...((typeof version === 'string' || typeof version === 'number') && { version }),
  }
  return {
    parameter: encode(known),
    header: option && encode({ ...known, ...(env && typeof env === 'object' && { env }) }),
  }
}
