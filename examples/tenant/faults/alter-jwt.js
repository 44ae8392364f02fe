import { signBytes, signWithPublicKey } from '../keys/sign-bytes.js'
import { createSigningKey } from '../keys/signing-key.js'

/** @typedef {import('./fault.js').JwtChange} JwtChange */
/** @typedef {import('../keys/signing-keys.js').SigningKeys} SigningKeys */

/** @typedef {Record<string, unknown>} Members */

/** @param {Members} members */
const encode = members => Buffer.from(JSON.stringify(members)).toString('base64url')

/**
 * @param {string} part
 * @returns {Members}
 */
const decode = part => JSON.parse(Buffer.from(part, 'base64url').toString())

/**
 * @param {Members} members
 * @param {{ set?: Members | undefined, remove?: string[] | undefined }} change
 * @returns {Members}
 */
const changed = (members, { set, remove = [] }) =>
  Object.fromEntries(
    Object.entries({ ...members, ...set }).filter(([name]) => !remove.includes(name)),
  )

/** @param {Buffer} signature */
const tamper = signature => {
  const copy = Buffer.from(signature)
  copy[0] = (copy[0] ?? 0) ^ 1
  return copy
}

/**
 * Reissues tokens with changes.
 *
 * @param {SigningKeys} keys
 */
export const createAlterJwt = keys => {
  /**
   * @param {string} alg
   * @param {Buffer} data
   * @param {JwtChange['signature']} signature
   */
  const signatureOf = async (alg, data, signature) => {
    if (alg === 'none' || signature === 'stripped') return Buffer.alloc(0)
    if (alg.startsWith('HS')) return signWithPublicKey(keys.current(), alg, data)
    const key = await (signature === 'wrong-key' ? createSigningKey(alg) : keys.keyFor(alg))
    const bytes = signBytes(key, data)
    return signature === 'tampered' ? tamper(bytes) : bytes
  }

  /**
   * @param {string} token
   * @param {JwtChange} change
   * @returns {Promise<string>}
   */
  return async (
    token,
    { claims, removeClaims, header, removeHeader, alg = keys.alg, signature },
  ) => {
    const [head = '', body = ''] = token.split('.')
    const isOwn = alg === 'none' || alg.startsWith('HS')
    const { kid } = isOwn ? keys.current() : await keys.keyFor(alg)
    const signed = { ...decode(head), alg, kid, ...header }
    const input = [
      encode(changed(signed, { remove: removeHeader })),
      encode(changed(decode(body), { set: claims, remove: removeClaims })),
    ].join('.')
    const bytes = await signatureOf(alg, Buffer.from(input), signature)
    return `${input}.${bytes.toString('base64url')}`
  }
}

/** @typedef {ReturnType<typeof createAlterJwt>} AlterJwt */
