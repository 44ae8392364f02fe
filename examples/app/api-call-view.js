import { element } from './element.js'
import { find } from './find.js'
import { paintJson } from './json-view.js'

/**
 * The nonces of DPoP proofs in the requests of a call.
 *
 * @param {import('./watch-wire.js').WireRequest[]} requests
 */
const describeNonce = requests => {
  const sent = requests.filter(({ kind }) => kind === 'api')
  if (sent.some(({ error }) => error === 'use_dpop_nonce')) {
    return 'Refused with use_dpop_nonce, repeated with the nonce.'
  }
  const hasNonce = sent.some(({ proof }) => proof?.payload.nonce !== undefined)
  return hasNonce ? 'Sent with the nonce of an earlier response.' : undefined
}

/** @param {import('./call-api.js').ApiAnswer} answer */
const describeStepUp = ({ stepUp }) =>
  stepUp && 'This route demands another login. Its challenge asks for:'

/** The response of the API to the token. */
export const createApiCallView = () => {
  const area = find('api-call', HTMLElement)
  const stepUpButtons = find('step-up-buttons', HTMLElement)
  return {
    clear: () => {
      area.replaceChildren()
      stepUpButtons.hidden = true
    },

    /**
     * @param {import('./call-api.js').ApiAnswer} answer
     * @param {import('./watch-wire.js').WireRequest[]} requests
     */
    show: (answer, requests) => {
      const { path, status, body, stepUp } = answer
      const source = status === 200 ? 'cache' : 'error'
      const notes = [describeNonce(requests), describeStepUp(answer)].filter(Boolean)
      area.replaceChildren(
        element(
          'p',
          {},
          element(
            'span',
            { class: 'source', 'data-source': source, 'data-testid': 'api-status' },
            `${status}`,
          ),
          ' ',
          element('code', {}, `GET ${path}`),
        ),
        ...notes.map(note =>
          element('p', { class: 'quiet', 'data-testid': 'api-note' }, `${note}`),
        ),
        element('pre', { 'data-testid': 'api-answer' }, ...paintJson(body)),
      )
      stepUpButtons.hidden = !stepUp
    },
  }
}
