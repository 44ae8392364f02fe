import { InvalidConfigurationError } from '../../errors/core.ts'
import { ownMembers } from '../../own-members.ts'
import type { Parameters } from '../../protocol/parameters.ts'
import type { Grant } from '../../protocol/token-endpoint.ts'
import type { TokenSlot } from '../../protocol/token-slot.ts'
import type { CustomTokenExchangeOptions } from '../../types/token-exchange.ts'

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:token-exchange'

/** What the SDK sets itself, and what a page must not send. */
const RESERVED = { client_id: undefined, client_secret: undefined, refresh_token: undefined }

const requireText = (name: string, value: unknown): string => {
  if (typeof value === 'string' && value.trim()) return value
  throw new InvalidConfigurationError(
    `The option "${name}" of the token exchange is missing.`,
    `Pass \`${name}\` as text.`,
  )
}

/** @throws InvalidConfigurationError for a value that cannot be sent, such as a function */
const checkSendable = (name: string, value: unknown): void => {
  let cause: unknown
  try {
    if (value === undefined || JSON.stringify(value) !== undefined) return
  } catch (error) {
    cause = error
  }
  throw new InvalidConfigurationError(
    `The option "${name}" of the token exchange is not JSON.`,
    'Pass plain data.',
    { cause },
  )
}

/**
 * The request of RFC 8693 section 2.1. Other members of the options are sent as they are, for an
 * Action of the tenant.
 *
 * @param slot the scopes of the client and of the call, merged
 * @param params `audience` and `organization` of the call, or else those of the client
 * @throws InvalidConfigurationError that names the option that is missing or cannot be sent
 */
export const exchangeGrant = (
  options: CustomTokenExchangeOptions,
  { slot, params }: { slot: TokenSlot; params: Parameters },
): Grant => {
  const { subject_token, subject_token_type, actor_token, actor_token_type, ...others } =
    ownMembers(options)
  for (const [name, value] of Object.entries(others)) checkSendable(name, value)
  return {
    ...others,
    ...RESERVED,
    grant_type: GRANT_TYPE,
    subject_token: requireText('subject_token', subject_token),
    subject_token_type: requireText('subject_token_type', subject_token_type),
    actor_token: actor_token || undefined,
    actor_token_type: actor_token_type || undefined,
    audience: params.audience,
    scope: slot.scope,
    organization: params.organization,
  }
}
