import { describeRequests } from './describe.js'
import { element } from './element.js'
import { find } from './find.js'
import { TOKEN_SOURCES } from './token-sources.js'

/** The outcome of the last call in a line, beside the buttons: the log may be out of sight. */
export const createLastCallView = () => {
  const line = find('last-call', HTMLElement)
  return {
    /** @param {import('./measure-call.js').MeasuredCall} call */
    show: ({ source, requests, ms }) =>
      line.replaceChildren(
        element('span', { class: 'source', 'data-source': source }, TOKEN_SOURCES[source]),
        element('span', { class: 'quiet' }, describeRequests(requests.length, ms)),
      ),
  }
}
