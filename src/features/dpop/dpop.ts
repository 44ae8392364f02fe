import type { Http } from '../../http.ts'

/** What a proof says (RFC 9449 section 4.2). */
export interface ProofRequest {
  /** Query and fragment are left out. */
  url: string
  /** The HTTP method, exactly as it is sent. */
  method: string
  nonce?: string | undefined
  /** The access token that is sent along, if any. */
  accessToken?: string | undefined
}

/**
 * DPoP of one client (RFC 9449): the key pair that its tokens are bound to, and the nonces of servers.
 * A nonce is that of the authorization server, or of the resource that `id` names.
 *
 * @throws GenericError `dpop_unavailable` if IndexedDB cannot be used, except where noted
 */
export interface Dpop {
  /**
   * The thumbprint of the public key (RFC 7638), sent as `dpop_jkt`. `isForNextPage`: of the key that
   * the page which finishes a redirect will have.
   */
  thumbprint(login?: { isForNextPage: boolean }): Promise<string>
  /** A proof for one request. Fast: the key is read from IndexedDB only once. */
  generateProof(request: ProofRequest): Promise<string>
  /** Reads a nonce from IndexedDB, where other tabs may have stored it. */
  getNonce(id?: string): Promise<string | undefined>
  /** Stores a nonce. */
  setNonce(nonce: string, id?: string): Promise<void>
  /** The nonce as this page knows it: read from IndexedDB only once. Never rejects. */
  recentNonce(id?: string): Promise<string | undefined>
  /** Keeps the nonce of a response, for this page if it cannot be stored. Never rejects. */
  keepNonce(nonce: string, id?: string): Promise<void>
  /** Adds proofs to token requests, a new one for every attempt; sends again with a new nonce, once. */
  decorate(http: Http): Http
  /**
   * Removes the key pair and all nonces of this client. Never rejects.
   *
   * @param isLogout otherwise the session was lost, and the key of a login under way stays
   */
  clear(isLogout: boolean): Promise<void>
}
