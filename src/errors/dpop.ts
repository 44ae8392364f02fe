import { GenericError } from './core.ts'

/** The server rejected a DPoP proof because of its nonce (RFC 9449 section 8). */
export class UseDpopNonceError extends GenericError {
  static override errorName = 'UseDpopNonceError'
  /** The nonce to use instead, if the server sent one. */
  declare newDpopNonce: string | undefined

  constructor(newDpopNonce: string | undefined) {
    super('use_dpop_nonce', 'Server rejected DPoP proof: wrong nonce')
    this.newDpopNonce = newDpopNonce
  }
}
