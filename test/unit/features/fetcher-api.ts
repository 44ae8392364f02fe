import { IDBFactory } from 'fake-indexeddb'
import { EmbeddedJWK, jwtVerify } from 'jose'
import { HttpResponse, http } from 'msw'
import { vi } from 'vitest'
import { network } from '../../support/network.ts'

export const API = 'https://api.example.com'

/** A request that the API has received. */
export interface ApiRequest {
  method: string
  url: string
  authorization: string | null
  dpop: string | null
  headers: Headers
  body: string
}

type Answer = (
  request: ApiRequest,
  count: number,
) => Response | undefined | Promise<Response | undefined>

/** An API; it answers 200 where `answer` gives nothing. Returns the requests, in order. */
export const createApi = (answer: Answer = () => undefined, origin = API): ApiRequest[] => {
  const requests: ApiRequest[] = []
  network.use(
    http.all(`${origin}/*`, async ({ request }) => {
      const received: ApiRequest = {
        method: request.method,
        url: request.url,
        authorization: request.headers.get('authorization'),
        dpop: request.headers.get('dpop'),
        headers: request.headers,
        body: await request.text(),
      }
      requests.push(received)
      return (await answer(received, requests.length)) ?? HttpResponse.json({ ok: true })
    }),
  )
  return requests
}

/** A response 401 with this challenge. */
export const refuse = (challenge: string, headers: Record<string, string> = {}): Response =>
  new HttpResponse('Refused', {
    status: 401,
    headers: { 'WWW-Authenticate': challenge, ...headers },
  })

export const INVALID_TOKEN = 'Bearer realm="api", error="invalid_token"'

export const refuseNonce = (nonce?: string): Response =>
  refuse('DPoP error="use_dpop_nonce"', nonce ? { 'DPoP-Nonce': nonce } : {})

/** A new and empty IndexedDB, as in a page that was never open before. */
export const stubIndexedDb = (): void => {
  vi.stubGlobal('indexedDB', new IDBFactory())
}

/** The claims of a proof whose signature fits the key in its header. */
export const readClaims = async (proof: string | null | undefined) =>
  (await jwtVerify(proof ?? '', EmbeddedJWK, { typ: 'dpop+jwt', algorithms: ['ES256'] })).payload
