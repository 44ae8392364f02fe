import { createApi } from '../../examples/api/create-api.js'
import { listen } from '../../examples/tenant/http/listen.js'
import { AUDIENCE, type Tenant } from './browser-clients.ts'

/** A request that the API has answered; preflights are not recorded. */
export interface ApiAnswer {
  path: string
  status: number
  /** The scheme of the challenge and its error, such as `DPoP use_dpop_nonce`. */
  error: string
}

/** The scheme of a challenge, and its error. */
const summary = (challenge = ''): string =>
  `${challenge.split(' ')[0]} ${/error="(\w+)"/.exec(challenge)?.[1] ?? ''}`.trim()

/** The example API, for the tokens of a tenant and the page at an address. */
export const startProtectedApi = async ({ issuer }: Tenant, pageUrl: string) => {
  const origins = [new URL(pageUrl).origin]
  const api = createApi({ issuer, audience: AUDIENCE, origins })
  const answers: ApiAnswer[] = []
  const arrivals: { at: number; run: () => void }[] = []
  let count = 0
  const { port, close } = await listen({
    hostname: 'localhost',
    port: 0,
    onRequest: (request, response) => {
      if (request.method !== 'OPTIONS') {
        count += 1
        for (const { at, run } of arrivals) if (at === count) run()
        const { writeHead } = response
        response.writeHead = ((status: number, headers: Record<string, string>) => {
          const error = summary(headers['WWW-Authenticate'])
          answers.push({ path: request.url ?? '', status, error })
          return writeHead.call(response, status, headers)
        }) as typeof writeHead
      }
      return api(request, response)
    },
  })
  return {
    url: `http://localhost:${port}`,
    settings: api.settings,
    dpopNonces: api.dpopNonces,
    answers,
    /** The answers, in order, as `200` or `401 DPoP use_dpop_nonce`. */
    outcomes: () => answers.map(({ status, error }) => `${status} ${error}`.trim()),
    /** Runs something when a number of requests has arrived, before the last of them is looked at. */
    whenArrived: (requests: number, run: () => void) =>
      void arrivals.push({ at: count + requests, run }),
    close,
  }
}

export type ProtectedApi = Awaited<ReturnType<typeof startProtectedApi>>
