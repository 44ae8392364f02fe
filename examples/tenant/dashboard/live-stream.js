/** Detects connections that were lost without being closed. */
const HEARTBEAT_MS = 15_000
/** A browser that reads too slowly is disconnected; it reconnects and gets a new overview. */
const MOST_WAITING_BYTES = 4 * 1024 * 1024
/** Changes of one family within this time are sent once. */
const GATHER_MS = 40

/**
 * @typedef {object} LiveSource
 * @property {() => unknown} overview the complete current data
 * @property {(send: (change: Change) => void) => () => void} follow calls back for every change;
 *   returns a function that stops it
 */

/**
 * @typedef {object} Change
 * @property {'family' | 'request' | 'event' | 'clients'} kind
 * @property {string} [key] a later change with the same key replaces this one
 * @property {unknown} data
 */

/** @param {{ kind: string, data: unknown }} message */
const toText = ({ kind, data }) => `event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`

/**
 * Server-sent events for one browser: the whole state, then every change.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html
 *
 * @param {LiveSource} source
 * @param {import('node:http').ServerResponse} response
 */
export const sendLiveStream = (source, response) => {
  /** @type {Map<unknown, Change>} */
  const waiting = new Map()
  /** @type {NodeJS.Timeout | undefined} */
  let timer

  /** @param {string} text */
  const send = text => {
    response.write(text)
    if (response.writableLength > MOST_WAITING_BYTES) response.destroy()
  }

  const flush = () => {
    timer = undefined
    const changes = [...waiting.values()]
    waiting.clear()
    send(changes.map(toText).join(''))
  }

  response.writeHead(200, { 'Content-Type': 'text/event-stream' })
  send(`retry: 1000\n${toText({ kind: 'overview', data: source.overview() })}`)
  const unfollow = source.follow(change => {
    waiting.set(change.key ?? change, change)
    timer ??= setTimeout(flush, GATHER_MS)
  })
  const heartbeat = setInterval(() => send(': still here\n\n'), HEARTBEAT_MS)

  response.once('close', () => {
    unfollow()
    clearInterval(heartbeat)
    clearTimeout(timer)
  })
}
