import { createServer } from 'node:http'
import { parseArgs } from 'node:util'
import { createApi } from './create-api.js'

/** The names of the variables in the starters' `.env`. */
const {
  VITE_DOMAIN = 'http://localhost:4001',
  VITE_AUDIENCE = 'https://api.example.com/',
  VITE_API = 'http://localhost:4002',
} = process.env

const { values } = parseArgs({
  options: {
    domain: { type: 'string', default: VITE_DOMAIN },
    audience: { type: 'string', default: VITE_AUDIENCE },
    origin: { type: 'string', multiple: true, default: ['http://localhost:5173'] },
    host: { type: 'string', multiple: true, default: [] },
    port: { type: 'string', default: new URL(VITE_API).port },
    'public-url': { type: 'string' },
    'require-nonce': { type: 'boolean', default: false },
  },
})
const { domain, audience, origin: origins, host: hosts } = values
const port = Number(values.port)

/** The domain may include a scheme, as in the SDK. An issuer always has one and ends with a slash. */
const issuer = new URL(/^https?:/.test(domain) ? domain : `https://${domain}`).href

const { 'public-url': publicUrl, 'require-nonce': requireDpopNonce } = values
const server = createServer(
  createApi({
    issuer,
    audience,
    origins,
    hosts,
    requireDpopNonce,
    ...(publicUrl !== undefined && { publicUrl: new URL(publicUrl).origin }),
  }),
)
server.once('error', error => {
  const isBusy = 'code' in error && error.code === 'EADDRINUSE'
  console.error(
    isBusy
      ? `Port ${port} is in use: stop the program that uses it, or choose another with --port.`
      : error,
  )
  process.exitCode = 1
})
server.listen(port, 'localhost', () => {
  console.log(`API               http://localhost:${port} (for tokens of ${issuer})`)
})
