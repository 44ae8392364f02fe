import { vi } from 'vitest'
import type { Fields, HttpResponse } from '../../src/http.ts'
import type { FromWorker, ToWorker } from '../../src/worker/messages.ts'
import source from '../../src/worker/token-worker.ts?source'
import { DOMAIN } from './testbed.ts'

type Listener = (event: { data: unknown; ports: { postMessage(message: unknown): void }[] }) => void

const isError = (value: unknown): boolean =>
  value instanceof Error ||
  (typeof value === 'object' && value !== null && Object.values(value).some(isError))

/**
 * The class of browsers, which runs the SDK's worker in this thread: its requests reach the network of
 * the tests. A test decides what the browser can clone, and whether the worker answers.
 */
export class FakeWorker extends EventTarget {
  static readonly started: FakeWorker[] = []

  /** What it has posted to the page. */
  readonly posted: FromWorker[] = []
  isStandingStill = false
  isTerminated = false
  /** As in Safari, and in Firefox before 2023. */
  canCloneErrors = true
  /** How many of the next answers cannot be posted, for whatever reason. */
  refusals = 0
  #listener: Listener = () => {}

  constructor() {
    super()
    new Function('addEventListener', source)((_: string, listener: Listener) => {
      this.#listener = listener
    })
    FakeWorker.started.push(this)
  }

  postMessage(message: unknown, [port]: [MessagePort]): void {
    const data = structuredClone(message)
    const postMessage = (answer: FromWorker): void => {
      if (this.refusals-- > 0 || (!this.canCloneErrors && isError(answer))) {
        throw new DOMException('The object can not be cloned.', 'DataCloneError')
      }
      this.posted.push(answer)
      port.postMessage(answer)
    }
    if (this.isStandingStill || this.isTerminated) return
    this.#listener({ data, ports: [{ postMessage: postMessage as never }] })
  }

  terminate(): void {
    this.isTerminated = true
  }

  /** The references that it has given out, the last one last. */
  references(): string[] {
    return this.posted.flatMap(answer => {
      const { refresh_token } = ('response' in answer && (answer.response.json as Fields)) || {}
      return typeof refresh_token === 'string' ? [refresh_token] : []
    })
  }

  /** Sends a refresh token request, as a script in the page could with a reference that it has kept. */
  async renewWith(refresh_token: string | undefined): Promise<HttpResponse> {
    const { port1, port2 } = new MessageChannel()
    const form = { grant_type: 'refresh_token', client_id: 'client-1', refresh_token }
    const answer = new Promise<FromWorker>(resolve => {
      port1.onmessage = ({ data }) => resolve(data)
    })
    const url = `https://${DOMAIN}/oauth/token`
    const request = { url, method: 'POST', body: { form }, timeoutMs: 1000, attempts: 1 } as const
    this.postMessage({ type: 'send', request } satisfies ToWorker, [port2])
    const received = await answer
    port1.close()
    if (!('response' in received)) throw new Error(JSON.stringify(received))
    return received.response
  }
}

/** Gives the page the class; `vi.unstubAllGlobals` takes it away. */
export const stubWorker = (): void => {
  FakeWorker.started.length = 0
  vi.stubGlobal('Worker', FakeWorker)
  vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:https://app.example.com/1')
}

/** The worker that was started last. */
export const lastWorker = (): FakeWorker => {
  const worker = FakeWorker.started.at(-1)
  if (!worker) throw new Error('No worker was started.')
  return worker
}
