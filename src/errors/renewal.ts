import { GenericError } from './core.ts'

/** There is no refresh token for this audience and scope, and no other way to renew. */
export class MissingRefreshTokenError extends GenericError {
  static override errorName = 'MissingRefreshTokenError'
  /** The audience asked for, or `default`. */
  declare audience: string
  /** The scopes asked for, separated by spaces. */
  declare scope: string

  constructor(audience: string, scope: string) {
    const shown = audience === 'default' ? '' : audience
    super(
      'missing_refresh_token',
      `Missing Refresh Token (audience: '${shown}', scope: '${scope}')`,
    )
    this.audience = audience
    this.scope = scope
  }
}

/** The renewed token lacks requested scopes; `scope` lists the missing ones. */
export class MissingScopesError extends GenericError {
  static override errorName = 'MissingScopesError'
  /** The audience asked for, or `default`. */
  declare audience: string
  /** The scopes that are missing, separated by commas. */
  declare scope: string

  constructor(audience: string, scope: string) {
    super(
      'missing_scopes',
      `Missing requested scopes after refresh (audience: '${audience}', missing scope: '${scope}')`,
    )
    this.audience = audience
    this.scope = scope
  }
}
