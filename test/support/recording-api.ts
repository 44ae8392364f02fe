import { text } from 'node:stream/consumers'
import { listen } from '../../examples/tenant/http/listen.js'

/** A request that the API has received; preflights are not recorded. */
export interface RecordedRequest {
  method: string
  path: string
  authorization: string | undefined
  dpop: string | undefined
  body: string
}

/**
 * An API for pages of every origin. It redirects from the paths that a test names, and rejects the
 * access token `expired`.
 */
export const startRecordingApi = async () => {
  const requests: RecordedRequest[] = []
  const redirects = new Map<string, string>()
  const server = await listen({
    hostname: 'localhost',
    port: 0,
    onRequest: async (request, response) => {
      const { method = '', url: path = '', headers } = request
      const { authorization, dpop } = headers
      const body = await text(request)
      if (method !== 'OPTIONS') {
        requests.push({ method, path, authorization, dpop: dpop as string | undefined, body })
      }
      const location = redirects.get(path)
      const isExpired = authorization?.endsWith(' expired')
      const answer = (): [number, Record<string, string>] => {
        if (method === 'OPTIONS') return [204, {}]
        if (location) return [307, { Location: location }]
        return isExpired ? [401, { 'WWW-Authenticate': 'Bearer error="invalid_token"' }] : [200, {}]
      }
      const [status, more] = answer()
      response.writeHead(status, {
        'Access-Control-Allow-Origin': '*',
        'Access-Control-Allow-Headers': 'authorization, content-type, dpop',
        'Access-Control-Allow-Methods': '*',
        'Access-Control-Expose-Headers': 'WWW-Authenticate',
        ...more,
      })
      response.end()
    },
  })
  return { url: `http://localhost:${server.port}`, requests, redirects, close: server.close }
}
