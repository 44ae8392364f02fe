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
      const way = status === 200 ? 'cache' : 'error'
      area.replaceChildren(
        element(
          'p',
          {},
          element(
            'span',
            { class: 'way', 'data-way': way, 'data-testid': 'api-status' },
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
