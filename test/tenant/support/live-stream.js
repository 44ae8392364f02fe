/** @typedef {import('../../../examples/tenant/tokens/snapshots.js').FamilySnapshot} FamilySnapshot */

/**
 * @typedef {object} Overview
 * @property {string} url
 * @property {string} key
 * @property {FamilySnapshot[]} families
 * @property {object[]} clients
 * @property {{ endpoint: string }[]} requests
 * @property {{ type: string }[]} events
 */

/** @param {string} block */
const parse = block => ({
  kind: /^event: (.*)$/m.exec(block)?.[1],
  data: JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? 'null'),
})

/**
 * Listens to the dashboard's stream as its page does, once the overview is there.
 *
 * @param {import('./browser.js').Tenant} tenant
 */
export const openLiveStream = async tenant => {
  const aborter = new AbortController()
  const response = await fetch(`${tenant.url}/dashboard/live`, { signal: aborter.signal })
  if (!response.body) throw new Error(`The tenant answered ${response.status}.`)
  let text = ''
  /** @type {Set<() => void>} */
  const waiting = new Set()

  const read = async () => {
    for await (const chunk of /** @type {any} */ (response.body)) {
      text += new TextDecoder().decode(chunk)
      for (const wake of waiting) wake()
    }
  }
  const ended = read().catch(() => undefined)

  const more = () =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`Nothing more came after:\n${text}`)), 3000)
      const wake = () => {
        clearTimeout(timer)
        waiting.delete(wake)
        resolve(undefined)
      }
      waiting.add(wake)
    })

  /** @param {string} kind */
  const messages = kind =>
    text
      .split('\n\n')
      .slice(0, -1)
      .filter(block => block.includes('event: '))
      .map(parse)
      .filter(message => message.kind === kind)
      .map(({ data }) => data)

  /** @param {(text: string) => boolean} isDone */
  const until = async isDone => {
    while (!isDone(text)) await more()
  }
  await until(() => messages('overview').length > 0)

  /** @type {Record<string, number>} */
  const taken = {}

  return {
    text: () => text,
    until,
    ended,
    close: () => aborter.abort(),
    /** @returns {Overview} */
    overview: () => messages('overview')[0],

    /**
     * The next message of a kind, whether it has come already or is still to come.
     *
     * @param {string} kind
     * @returns {Promise<any>}
     */
    next: async kind => {
      const at = taken[kind] ?? 0
      taken[kind] = at + 1
      await until(() => messages(kind).length > at)
      return messages(kind)[at]
    },
  }
}
