import type { HttpReply } from '../types/platform.ts'

/** What stands for a refresh token outside of its vault; never for one of another vault. */
export const makeReference = (): string => `ref:${crypto.randomUUID()}`

/** Whether the body of a request, a form or JSON, holds a reference. */
export const holdsReference = (body: string): boolean => /ref(:|%3A)[\da-f]{8}-/.test(body)

/** An answer to a request that goes no further. */
export const refusal = (error: string, error_description: string): HttpReply => ({
  ok: false,
  status: 400,
  json: { error, error_description },
})

/** The answer to a reference that stands for nothing. */
export const notHeld = (): HttpReply =>
  refusal('missing_refresh_token', 'The refresh token is not held.')
