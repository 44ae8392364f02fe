import { describeRequests } from './describe.js'
import { element } from './element.js'
import { find } from './find.js'
import { WAYS } from './ways.js'

/** The outcome of the last call in a line, beside the buttons: the log may be out of sight. */
export const createLastCallView = () => {
  const line = find('last-call', HTMLElement)
  return {
    /** @param {import('./measure-call.js').MeasuredCall} call */
    show: ({ way, requests, ms }) =>
      line.replaceChildren(
        element('span', { class: 'way', 'data-way': way }, WAYS[way]),
        element('span', { class: 'quiet' }, describeRequests(requests.length, ms)),
      ),
  }
}
