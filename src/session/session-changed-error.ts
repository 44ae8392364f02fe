import { GenericError } from '../errors/core.ts'

/**
 * The session has changed since silent work was begun for it, so the work changes nothing. The call
 * looks again at what is there now; its caller sees this error only if no user is signed in.
 */
export class SessionChangedError extends GenericError {
  constructor() {
    super('login_required', 'The session ended while the call was in progress')
  }
}
