import { parseArgs } from 'node:util'
import { startTenant } from './start-tenant.js'

const USAGE = `Starts a local tenant for an application that signs in with an Auth0 SDK.

  node examples/tenant/main.js [--port 4001] [--origin http://localhost:4000]...
    [--client-id example-app] [--access-token-lifetime SECONDS]
    [--refresh-token-lifetime SECONDS] [--leeway SECONDS] [--no-rotation]
`

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4001' },
    origin: { type: 'string', multiple: true, default: ['http://localhost:4000'] },
    'client-id': { type: 'string', default: 'example-app' },
    'access-token-lifetime': { type: 'string' },
    'refresh-token-lifetime': { type: 'string' },
    leeway: { type: 'string' },
    'no-rotation': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

/**
 * @param {string} name
 * @param {string | undefined} value
 */
const seconds = (name, value) => (value === undefined ? {} : { [name]: Number(value) })

const run = async () => {
  const tenant = await startTenant({
    port: Number(values.port),
    clients: [{ client_id: values['client-id'], origins: values.origin }],
    rotation: !values['no-rotation'],
    ...seconds('accessTokenLifetimeSeconds', values['access-token-lifetime']),
    ...seconds('refreshTokenLifetimeSeconds', values['refresh-token-lifetime']),
    ...seconds('leewaySeconds', values.leeway),
  })
  console.log(`Tenant      ${tenant.url}
Client id   ${values['client-id']}
Origins     ${values.origin.join(', ')}
Sign in as  ada@example.com / lovelace`)

  const stop = () => tenant.close()
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

if (values.help) console.log(USAGE)
else await run()
