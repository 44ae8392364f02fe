import { describe, expect, it } from 'vitest'
import {
  AnonymousSessionError,
  ConnectError,
  GenericError,
  MfaChallengeError,
  MfaEnrollmentError,
  MfaEnrollmentFactorsError,
  MfaError,
  MfaListAuthenticatorsError,
  MfaVerifyError,
  MyAccountApiError,
  PasskeyChallengeError,
  PasskeyError,
  PasskeyGetTokenError,
  PasskeyRegisterError,
  UseDpopNonceError,
} from '../../src/index.ts'

const cause = { error: 'invalid_request', error_description: 'No.' }
const problem = { type: 'about:blank', status: 400, title: 'Bad', detail: 'No name.' }

describe('error classes of features', () => {
  it.each([
    MfaListAuthenticatorsError,
    MfaEnrollmentError,
    MfaChallengeError,
    MfaVerifyError,
    MfaEnrollmentFactorsError,
  ])('%o is an MfaError with the code and description of the server', Class => {
    const error = new Class('invalid_otp', 'Wrong.')
    expect(error).toBeInstanceOf(MfaError)
    expect(error).toBeInstanceOf(GenericError)
    expect(error).toMatchObject({ name: Class.name, error: 'invalid_otp', message: 'Wrong.' })
  })

  it('MfaError can be created from a response', () => {
    expect(MfaError.fromPayload(cause)).toBeInstanceOf(MfaError)
    expect(MfaError.fromPayload(cause)).toMatchObject(cause)
  })

  it.each([
    [new PasskeyRegisterError('No.', cause), 'passkey_register_error'],
    [new PasskeyChallengeError('No.', cause), 'passkey_challenge_error'],
    [new PasskeyGetTokenError('No.', cause), 'passkey_get_token_error'],
    [new PasskeyError('passkey_cancelled', 'No.', cause), 'passkey_cancelled'],
  ])('%o is a PasskeyError with a code and the error of the server', (error, code) => {
    expect(error).toBeInstanceOf(PasskeyError)
    expect(error).not.toBeInstanceOf(GenericError)
    expect(error).toMatchObject({ code, message: 'No.', cause })
  })

  it('PasskeyError has no cause unless one is given', () => {
    expect('cause' in new PasskeyError('passkey_cancelled', 'No.')).toBe(false)
  })

  it('ConnectError has the connection, the state and the appState', () => {
    const error = new ConnectError('access_denied', 'No.', 'github', 's', { to: '/' })
    expect(error).toBeInstanceOf(GenericError)
    expect(error).toMatchObject({ connection: 'github', state: 's', appState: { to: '/' } })
    expect(new ConnectError('access_denied', 'No.', 'github', 's').appState).toBeNull()
  })

  it('UseDpopNonceError has the nonce for the next proof', () => {
    const error = new UseDpopNonceError('n-1')
    expect(error).toMatchObject({ error: 'use_dpop_nonce', newDpopNonce: 'n-1' })
  })

  it('MyAccountApiError has the problem details and validation errors', () => {
    const details = [{ detail: 'Missing.', field: 'name' }]
    const error = new MyAccountApiError({ ...problem, validation_errors: details })
    expect(error).toMatchObject({ ...problem, message: 'No name.', validation_errors: details })
    expect('validation_errors' in new MyAccountApiError(problem)).toBe(false)
  })

  it('AnonymousSessionError has a code', () => {
    const error = new AnonymousSessionError('session_expired', 'Too late.', cause)
    expect(error).toMatchObject({ code: 'session_expired', message: 'Too late.', cause })
  })
})
