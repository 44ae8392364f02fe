/** @typedef {import('./measure-call.js').MeasuredCall} MeasuredCall */
/** @typedef {import('./token-cache.js').HeldToken} HeldToken */

/**
 * The result of one tab in a round.
 *
 * @typedef {object} RoundResult
 * @property {string} round
 * @property {string} tab
 * @property {import('./measure-call.js').TokenSource} source
 * @property {number} tokenRequests
 * @property {number} ms
 */

/** Time for the other tabs to hear of it. */
const PREPARATION_MS = 150

/**
 * Rounds in which every open tab asks for a token at the same moment, just after it has expired.
 * Each tab sends its result to all others.
 *
 * @param {{
 *   channel: import('./tab-channel.js').TabChannel,
 *   tokens: Pick<import('./token-cache.js').TokenCache, 'read' | 'expire'>,
 *   getToken: (known: HeldToken) => Promise<MeasuredCall>,
 *   areTokensShared: boolean,
 *   onStart: (round: string) => void,
 *   onResult: (result: RoundResult) => void,
 * }} parts `areTokensShared`: tokens are in localStorage, so a token expired by one tab is expired in all tabs
 */
export const createRenewalRounds = parts => {
  const { channel, tokens, getToken, areTokensShared, onStart, onResult } = parts
  /** @type {{ round: string, known: HeldToken | undefined } | undefined} */
  let prepared

  /** @param {string} round */
  const remember = async round => {
    onStart(round)
    prepared = { round, known: await tokens.read() }
  }

  /** @param {string} round */
  const go = async round => {
    // A tab without a token does not take part.
    if (prepared?.round !== round || !prepared.known) return
    const { source, tokenRequests, ms } = await getToken(prepared.known)
    const result = { round, tab: channel.tab, source, tokenRequests, ms }
    channel.post('result', result)
    onResult(result)
  }

  channel.on('prepare', async ({ round }) => {
    await remember(round)
    if (!areTokensShared) await tokens.expire()
  })
  channel.on('go', ({ round }) => go(round))
  channel.on('result', onResult)

  return {
    start: async () => {
      const round = crypto.randomUUID()
      await remember(round)
      await tokens.expire()
      channel.post('prepare', { round })
      await new Promise(resolve => setTimeout(resolve, PREPARATION_MS))
      channel.post('go', { round })
      await go(round)
    },
  }
}
