import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GRANT_TYPES } from '../../examples/tenant/grants/grant-types.js'
import { readConfigFile } from '../../examples/tenant/settings/config-file.js'
import { resolveOptions } from '../../examples/tenant/settings/resolve-options.js'
import { startTenant } from '../support/start-tenant.js'
import { openBrowser } from './support/browser.js'
import { post } from './support/token-client.js'

const TENANT = join(import.meta.dirname, '../../examples/tenant')
const EXAMPLE = join(TENANT, 'tenant.example.json')
const schema = JSON.parse(await readFile(join(TENANT, 'settings/tenant.schema.json'), 'utf8'))

/** @type {string} */
let folder
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenant-config-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** @param {unknown} content */
const read = async content => {
  const file = join(folder, 'tenant.json')
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  return readConfigFile(file)
}

/** @param {unknown} content */
const problemsOf = async content => {
  const error = await read(content).catch(reason => reason)
  expect(error).toBeInstanceOf(TypeError)
  expect(error.message).toContain(join(folder, 'tenant.json'))
  return error.message
}

const CLIENT = { client_id: 'app', origins: ['http://localhost:4000'] }
const USER = { sub: 'auth0|eve', email: 'eve@example.com', password: 'secret' }

describe('the example', () => {
  it('starts a tenant as it describes', async () => {
    const tenant = await startTenant({ ...(await readConfigFile(EXAMPLE)), port: 0 })
    try {
      expect(tenant.clients.map(({ client_id }) => client_id)).toEqual(['example-app', 'my-app'])
      expect(tenant.settings.accessTokenLifetimeSeconds).toBe(3600)
      const answer = await post(tenant, '/oauth/token', {
        client_id: 'my-app',
        grant_type: 'password',
        username: 'grace@example.com',
        password: 'hopper',
        scope: 'openid',
      })
      const { id_token } = await answer.json()
      const claims = JSON.parse(Buffer.from(id_token.split('.')[1], 'base64url').toString())
      expect(claims).toMatchObject({
        sub: 'auth0|grace',
        'https://example.com/roles': ['admin'],
      })
    } finally {
      await tenant.close()
    }
  })

  it('lets only members sign in to its organization', async () => {
    const tenant = await startTenant({ ...(await readConfigFile(EXAMPLE)), port: 0 })
    try {
      const { answer } = await openBrowser(tenant).authorize({
        client_id: 'example-app',
        organization: 'org_acme',
      })
      expect(answer.error).toBe('access_denied')
    } finally {
      await tenant.close()
    }
  })

  it('names the schema in its folder', async () => {
    const { $schema } = JSON.parse(await readFile(EXAMPLE, 'utf8'))
    expect(JSON.parse(await readFile(join(TENANT, $schema), 'utf8'))).toEqual(schema)
  })
})

describe('the schema', () => {
  it('describes exactly the options of startTenant that are JSON', () => {
    const { settings, signingKey: _key, ...place } = resolveOptions({})
    const taken = [...Object.keys(place), ...Object.keys(settings)]
    const { $schema: _, ...described } = schema.properties

    expect(Object.keys(described).sort()).toEqual(taken.sort())
  })

  it('accepts every default', async () => {
    const { settings, ...place } = resolveOptions({})
    const options = JSON.parse(JSON.stringify({ ...place, ...settings }))
    expect(await read(options)).toEqual(options)
  })

  it('contains every grant type', () => {
    const { items } = schema.definitions.client.properties.grant_types
    expect([...items.enum].sort()).toEqual([...GRANT_TYPES].sort())
  })

  it('uses only keywords that are checked', () => {
    const CHECKED = [
      ...['$ref', 'type', 'enum', 'properties', 'required', 'additionalProperties', 'items'],
      ...['minItems', 'minimum', 'maximum', 'minLength', 'pattern', 'patternErrorMessage'],
    ]
    const ABOUT = ['$schema', 'title', 'description', 'definitions']
    /**
     * @param {Record<string, any>} part
     * @returns {string[]}
     */
    const keywordsOf = part => [
      ...Object.keys(part),
      ...Object.values(part.properties ?? {}).flatMap(keywordsOf),
      ...Object.values(part.definitions ?? {}).flatMap(keywordsOf),
      ...(part.items ? keywordsOf(part.items) : []),
    ]
    for (const keyword of keywordsOf(schema)) expect([...CHECKED, ...ABOUT]).toContain(keyword)
  })
})

describe('an invalid file', () => {
  it.each([
    [{ clents: [] }, 'clents is not known: did you mean "clients"?'],
    [{ accessTokenLifetime: 1, nonsense: 2 }, 'nonsense is not known: remove it'],
    [{ port: '4001' }, 'port is "4001", and must be a whole number'],
    [{ port: 65_536 }, 'port is 65536, and must be at most 65535'],
    [{ rotation: 'yes' }, 'rotation is "yes", and must be true or false'],
    [{ clients: {} }, 'clients is {}, and must be a list'],
    [{ clients: [{ client_id: 'app' }] }, 'clients[0].origins is missing: add it'],
    [{ clients: [{ ...CLIENT, origins: [] }] }, 'clients[0].origins is [], and needs at least one'],
    [
      { clients: [CLIENT, { ...CLIENT, origins: ['http://a', 'http://localhost:4000/'] }] },
      'clients[1].origins[1] is "http://localhost:4000/", and must be an origin, such as',
    ],
    [
      { clients: [{ ...CLIENT, refresh_token: { rotation_type: 'sometimes' } }] },
      'clients[0].refresh_token.rotation_type is "sometimes", and must be one of "rotating", ',
    ],
    [
      { clients: [{ ...CLIENT, refresh_token: { 'token-lifetime': 5 } }] },
      'clients[0].refresh_token["token-lifetime"] is not known: did you mean "token_lifetime"?',
    ],
    [
      { clients: [{ ...CLIENT, refresh_token: { token_lifetime: 7_776_001 } }] },
      'clients[0].refresh_token.token_lifetime is 7776001, and must be at most 7776000',
    ],
    [{ users: [] }, 'users is [], and needs at least one entry'],
    [{ users: [{ ...USER, password: '' }] }, 'users[0].password is "", and must not be empty'],
    [{ organizations: [{ id: 'acme', name: 'acme' }] }, 'organizations[0].id is "acme", and must'],
    [[], 'It is [], and must be an object'],
    [null, 'It is null, and must be an object'],
  ])('is told where and what to do: %j', async (content, message) => {
    expect(await problemsOf(content)).toContain(`\n  ${message}`)
  })

  it('is reported with all problems at once', async () => {
    const message = await problemsOf({ port: -1, users: [{ sub: 'x' }], clients: [{}] })
    expect(message.split('\n')).toHaveLength(6)
  })

  it.each([
    [{ clients: [CLIENT, CLIENT] }, 'clients[1].client_id is "app", which clients[0] has already'],
    [
      { users: [USER, { ...USER, sub: 'other' }] },
      'users[1].email is "eve@example.com", which users[0] has already',
    ],
    [
      { clients: [{ ...CLIENT, origins: ['http://localhost:80'] }] },
      'It cannot be started: "http://localhost:80" of client "app" is not an origin',
    ],
  ])('is told of what no schema can say: %j', async (content, message) => {
    expect(await problemsOf(content)).toContain(message)
  })

  it('is reported as not being JSON', async () => {
    expect(await problemsOf('{ "port": 4001, }')).toContain('is not JSON')
  })

  it('is reported as missing', async () => {
    const missing = join(folder, 'nothing.json')
    await expect(readConfigFile(missing)).rejects.toThrow(`The file ${missing} cannot be read`)
  })
})

it('the path of a state file is relative to the config file', async () => {
  expect(await read({ persist: 'state.json' })).toEqual({ persist: join(folder, 'state.json') })
})
