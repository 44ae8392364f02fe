/**
 * The messages between the open tabs of this page. They never contain a token.
 *
 * @typedef {{
 *   hello: { tab: string },
 *   here: { tab: string },
 *   bye: { tab: string },
 *   prepare: { round: string },
 *   go: { round: string },
 *   result: import('./renewal-rounds.js').RoundResult,
 * }} TabMessages
 */

/** @returns a channel to all other tabs of this origin */
export const openTabChannel = () => {
  const channel = new BroadcastChannel('example-app.tabs')
  return {
    /**
     * The id of this tab.
     * @type {string}
     */
    tab: crypto.randomUUID(),
    /**
     * @template {keyof TabMessages} Type
     * @param {Type} type
     * @param {TabMessages[Type]} content
     */
    post: (type, content) => channel.postMessage({ type, content }),
    /**
     * @template {keyof TabMessages} Type
     * @param {Type} type
     * @param {(content: TabMessages[Type]) => void} react
     */
    on: (type, react) =>
      channel.addEventListener('message', ({ data }) => {
        if (data?.type === type) react(data.content)
      }),
  }
}

/** @typedef {ReturnType<typeof openTabChannel>} TabChannel */
