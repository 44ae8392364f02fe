import { isJwt } from '../keys/is-jwt.js'
import { createAlterJwt } from './alter-jwt.js'
import { changeMembers } from './replace-answer.js'

/**
 * Changes the tokens in an answer of the token endpoint.
 *
 * @param {import('../keys/signing-keys.js').SigningKeys} keys
 */
export const createAlterTokens = keys => {
  const alterJwt = createAlterJwt(keys)

  /**
   * @param {import('koa').Context} ctx
   * @param {string} member
   * @param {import('./fault.js').JwtChange | undefined} change
   */
  const alterMember = async (ctx, member, change) => {
    const token = /** @type {Record<string, unknown> | undefined} */ (ctx.body)?.[member]
    if (!change || typeof token !== 'string' || !isJwt(token)) return
    const altered = await alterJwt(token, change)
    changeMembers(ctx, members => ({ ...members, [member]: altered }))
  }

  /**
   * @param {import('koa').Context} ctx
   * @param {import('./fault.js').Fault} fault
   */
  return async (ctx, { idToken, accessToken }) => {
    await alterMember(ctx, 'id_token', idToken)
    await alterMember(ctx, 'access_token', accessToken)
  }
}

/** @typedef {ReturnType<typeof createAlterTokens>} AlterTokens */
