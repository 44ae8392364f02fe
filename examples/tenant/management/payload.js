import { readBody } from '../http/read-body.js'
import { ManagementProblem } from './problem.js'

/** @typedef {{ path: string, message: string }} Problem */

/** @param {string} detail */
const invalidBody = detail =>
  new ManagementProblem(400, `Payload validation error: ${detail}.`, 'invalid_body')

/**
 * The first problem, in the form of Auth0's schema validator.
 *
 * @param {Problem} problem
 */
export const invalidProperty = ({ path, message }) =>
  invalidBody(`'${message}' on property ${path}`)

/** @param {readonly string[]} names */
export const unknownProperties = names =>
  invalidBody(`'Additional properties not allowed: ${names.join(', ')}'`)

/** @param {string} text */
const parse = text => {
  try {
    return JSON.parse(text)
  } catch {
    throw new ManagementProblem(400, 'Invalid request payload JSON format')
  }
}

/**
 * @param {import('koa').Context} ctx
 * @returns {Promise<Record<string, unknown>>}
 */
export const readPayload = async ctx => {
  const text = await readBody(ctx.req)
  if (text === undefined) throw new ManagementProblem(413, 'The request body is too large')
  const payload = parse(text)
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    throw invalidBody("'Expected type object'")
  }
  return payload
}
