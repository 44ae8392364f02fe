import { element } from './element.js'
import { find } from './find.js'
import { paintJson } from './json-view.js'

/** What the API answered to the token. */
export const createApiCallView = () => {
  const area = find('api-call', HTMLElement)
  return {
    clear: () => area.replaceChildren(),

    /** @param {import('./call-api.js').ApiAnswer} answer */
    show: ({ path, status, body }) => {
      const source = status === 200 ? 'cache' : 'error'
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
        element('pre', { 'data-testid': 'api-answer' }, ...paintJson(body)),
      )
    },
  }
}
