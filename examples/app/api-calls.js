import { createApiCallView } from './api-call-view.js'
import { callApi } from './call-api.js'
import { find } from './find.js'

/** @typedef {import('./sdk.js').StepUpParams} StepUpParams */

/** It requires a scope, which the token of this page has. */
const SCOPED_PATH = '/api/private-scoped'

/** It requires a recent login of a certain kind. */
const STEP_UP_PATH = '/api/step-up'

/** In `appState`: the call to repeat after the redirect. */
const REPEAT = 'step-up'

/**
 * The calls to the API, and the login that it may demand (RFC 9470).
 *
 * @param {{
 *   auth0: import('./sdk.js').Auth0Client,
 *   apiUrl: string,
 *   run: (name: string, call: () => Promise<unknown>) => Promise<import('./measure-call.js').MeasuredCall>,
 * }} parts `apiUrl`: empty if there is no API; `run`: makes a call and reports it
 */
export const createApiCalls = ({ auth0, apiUrl, run }) => {
  const view = createApiCallView()
  const fetcher = auth0.createFetcher({ baseUrl: apiUrl, dpopNonceId: 'example-api' })
  /** @type {StepUpParams | undefined} */
  let demanded

  for (const id of ['call-api', 'step-up']) find(id, HTMLButtonElement).hidden = apiUrl === ''

  /** @param {string} path */
  const call = async path => {
    view.clear()
    /** @type {import('./call-api.js').ApiAnswer | undefined} */
    let answer
    const { requests } = await run(`fetchWithAuth('${path}')`, async () => {
      answer = await callApi(fetcher, path)
    })
    demanded = answer?.stepUp
    if (answer) view.show(answer, requests)
  }

  const signInByPopup = async () => {
    const { error } = await run('loginWithPopup()', () =>
      auth0.loginWithPopup({ authorizationParams: demanded }),
    )
    if (error === undefined) await call(STEP_UP_PATH)
  }

  return {
    actions: {
      'call-api': () => call(SCOPED_PATH),
      'step-up': () => call(STEP_UP_PATH),
      'step-up-popup': signInByPopup,
      'step-up-redirect': () =>
        auth0.loginWithRedirect({ authorizationParams: demanded, appState: { repeat: REPEAT } }),
    },

    /**
     * Repeats the call that the redirect was for.
     *
     * @param {unknown} result what `handleRedirectCallback` returned, if it was called
     */
    resume: async result => {
      const { appState } = /** @type {Partial<import('./sdk.js').RedirectLoginResult>} */ (
        result ?? {}
      )
      if (appState?.repeat === REPEAT) await call(STEP_UP_PATH)
    },
  }
}
