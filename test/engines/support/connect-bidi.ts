import { once } from 'node:events'
import WebSocket from 'ws'

const COMMAND_LIMIT_MS = 30_000

/** A connection by WebDriver BiDi (W3C), with the commands that are needed here. */
export interface Bidi {
  send<Result = unknown>(method: string, params: object): Promise<Result>
  close(): void
}

interface Answer {
  id?: number
  type: 'success' | 'error' | 'event'
  result?: unknown
  error?: string
  message?: string
}

/** @param address of the WebSocket, as the browser prints it */
export const connectBidi = async (address: string): Promise<Bidi> => {
  const socket = new WebSocket(`${address}/session`, { perMessageDeflate: false })
  await once(socket, 'open')
  const waiting = new Map<number, (answer: Answer) => void>()
  let lastId = 0
  socket.on('message', data => {
    const answer: Answer = JSON.parse(String(data))
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer)
  })
  socket.on('close', () => {
    for (const answer of waiting.values()) {
      answer({ type: 'error', error: 'closed', message: 'The browser has ended' })
    }
  })

  const ask = (method: string, params: object): Promise<Answer> =>
    new Promise(resolve => {
      lastId += 1
      const id = lastId
      const finish = (answer: Answer): void => {
        clearTimeout(timer)
        waiting.delete(id)
        resolve(answer)
      }
      const timer = setTimeout(
        () => finish({ type: 'error', error: 'timeout', message: 'No answer in time' }),
        COMMAND_LIMIT_MS,
      )
      waiting.set(id, finish)
      socket.send(JSON.stringify({ id, method, params }))
    })

  return {
    send: async <Result>(method: string, params: object) => {
      const { type, result, error, message } = await ask(method, params)
      if (type === 'error') throw new Error(`${method}: ${error}: ${message}`)
      return result as Result
    },
    close: () => socket.close(),
  }
}
