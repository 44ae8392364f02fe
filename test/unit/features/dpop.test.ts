import { IDBDatabase as FDBDatabase, IDBObjectStore as FDBObjectStore } from 'fake-indexeddb'
import { HttpResponse } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Auth0ClientOptions, UseDpopNonceError } from '../../../src/index.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import {
  answerSilently,
  createClient,
  recordFrames,
  redirectUrl,
  refuseSilently,
  storedEntries,
} from '../../support/clients.ts'
import {
  answerWithType,
  createKeyPair,
  openReferenceDatabase,
  readProof,
  readStore,
  storedPair,
  stubIndexedDb,
  TOKEN_URL,
  thumbprintOf,
  tokenProofs,
  writeStore,
} from '../../support/dpop.ts'
import { stubWorker } from '../../support/fake-worker.ts'
import { begin, post } from '../../support/popups.ts'
import { authorize, CLIENT_ID, createTestbed } from '../../support/testbed.ts'

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
  stubIndexedDb()
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => {
  vi.unstubAllGlobals()
})

const off = { cacheMode: 'off' } as const
const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const

const createDpopClient = (options: Partial<Auth0ClientOptions> = {}) =>
  createClient({ useDpop: true, ...stored, ...options })

const signedIn = async (options: Partial<Auth0ClientOptions> = {}) => {
  const client = createDpopClient(options)
  await signIn(client, tenant)
  return client
}

const thumbprintIn = async (client: ReturnType<typeof createClient>) =>
  new URL(await redirectUrl(client)).searchParams.get('dpop_jkt')

/** Answers token requests until they are sent with one of these nonces, each of which works once. */
const demandNonces = (...nonces: string[]): void => {
  let wanted = nonces.shift()
  tenant.intercept('token', async ({ headers }, respond) => {
    const { claims } = await readProof(headers.dpop ?? '')
    if (claims.nonce !== wanted) {
      return HttpResponse.json(
        { error: 'use_dpop_nonce', error_description: 'Use the nonce.' },
        { status: 400, headers: wanted ? { 'DPoP-Nonce': wanted } : {} },
      )
    }
    wanted = nonces.shift()
    const answer = await respond()
    return { ...answer, headers: { ...answer.headers, ...(wanted && { 'DPoP-Nonce': wanted }) } }
  })
}

describe('security 60: a proof of a token request', () => {
  it('comes with the code and with every refresh, signed with the key of the authorization request', async () => {
    const client = createDpopClient()
    const url = await redirectUrl(client)
    const { code, state } = await authorize(tenant, url)
    await client.handleRedirectCallback(`https://app.example.com/?code=${code}&state=${state}`)
    await client.getTokenSilently(off)
    await client.getTokenSilently(off)
    const proofs = await tokenProofs(tenant)
    const thumbprint = new URL(url).searchParams.get('dpop_jkt')

    expect(proofs).toHaveLength(3)
    for (const proof of proofs) {
      expect(proof.thumbprint).toBe(thumbprint)
      expect(proof.claims).toEqual({
        iat: expect.any(Number),
        jti: expect.stringMatching(/^[\da-f-]{36}$/),
        htm: 'POST',
        htu: TOKEN_URL,
      })
      expect(proof.header).toEqual({
        alg: 'ES256',
        typ: 'dpop+jwt',
        jwk: { kty: 'EC', crv: 'P-256', x: expect.any(String), y: expect.any(String) },
      })
    }
    expect(new Set(proofs.map(({ claims }) => claims.jti)).size).toBe(3)
  })

  it('is new for each of three attempts without a response', async () => {
    const client = createDpopClient()
    const { code, state } = await authorize(tenant, await redirectUrl(client))
    let attempts = 0
    tenant.intercept('token', () => {
      attempts += 1
      return attempts < 3 ? HttpResponse.error() : undefined
    })
    await client.handleRedirectCallback(`https://app.example.com/?code=${code}&state=${state}`)
    const proofs = await tokenProofs(tenant)

    expect(proofs).toHaveLength(3)
    expect(new Set(proofs.map(({ claims }) => claims.jti)).size).toBe(3)
  })

  it('is not sent when a refresh token is revoked', async () => {
    const client = await signedIn()
    await client.revokeRefreshToken()
    expect(tenant.requestsTo('revoke').map(({ headers }) => headers.dpop)).toEqual([undefined])
  })

  it('has the time of the system, not of `nowProvider`', async () => {
    const nowProvider = () => Date.now() + 30_000
    await signedIn({ nowProvider })
    const [proof] = await tokenProofs(tenant)
    expect(Math.abs((proof?.claims.iat ?? 0) - Date.now() / 1000)).toBeLessThan(10)
  })

  it('goes through the token worker, which keeps its refresh token when a nonce is demanded', async () => {
    stubWorker()
    const client = await signedIn({ cacheLocation: 'memory' })
    demandNonces('n1', 'n2', 'n3')
    await client.getTokenSilently(off)
    await client.getTokenSilently(off)
    const proofs = await tokenProofs(tenant)
    expect(proofs.map(({ claims }) => claims.nonce)).toEqual([undefined, undefined, 'n1', 'n2'])
  })
})

describe('without `useDpop`', () => {
  it('no request has a proof or a thumbprint, and IndexedDB has no key', async () => {
    const client = createClient(stored)
    expect(await thumbprintIn(client)).toBe(null)
    await signIn(client, tenant)
    expect(tenant.requestsTo('token').map(({ headers }) => headers.dpop)).toEqual([undefined])
    expect(await readStore('keypair')).toEqual({})
  })

  it('the methods for proofs throw at once', () => {
    const client = createClient()
    const proof = { url: 'https://api.example.com', method: 'GET', accessToken: 't' }
    for (const call of [
      () => client.getDpopNonce(),
      () => client.setDpopNonce('n'),
      () => client.generateDpopProof(proof),
    ]) {
      expect(call).toThrow('The option `useDpop` must be enabled.')
    }
  })
})

describe('`dpop_jkt`', () => {
  it('is the same in redirects and hidden iframes, and no parameter replaces it', async () => {
    const client = await signedIn({ cacheLocation: 'memory', useRefreshTokens: false })
    const frames = answerSilently(tenant)
    await client.getTokenSilently(off)
    frames.stop()
    const url = await redirectUrl(client, { authorizationParams: { dpop_jkt: 'mine' } })
    const thumbprint = await thumbprintOf(await storedPair())

    expect(frames.urls.map(({ searchParams }) => searchParams.get('dpop_jkt'))).toEqual([
      thumbprint,
    ])
    expect(new URL(url).searchParams.getAll('dpop_jkt')).toEqual([thumbprint])
  })
})

describe('security 59: the key pair', () => {
  it('is not created by the constructor', async () => {
    createDpopClient()
    expect(await indexedDB.databases()).toEqual([])
  })

  it('is stored where auth0-spa-js keeps it, and its private key cannot be exported', async () => {
    await thumbprintIn(createDpopClient())
    const { [`${CLIENT_ID}::auth0`]: pair, ...others } = await readStore('keypair')

    expect(others).toEqual({})
    expect(pair).toMatchObject({
      privateKey: { extractable: false, algorithm: { name: 'ECDSA', namedCurve: 'P-256' } },
      publicKey: { extractable: true },
    })
  })

  it('that auth0-spa-js has stored is used', async () => {
    const pair = await createKeyPair()
    await writeStore('keypair', { [`${CLIENT_ID}::auth0`]: pair })
    expect(await thumbprintIn(createDpopClient())).toBe(await thumbprintOf(pair))
  })

  it('is replaced if what is stored is not a key pair', async () => {
    await writeStore('keypair', { [`${CLIENT_ID}::auth0`]: { privateKey: {} } })
    const thumbprint = await thumbprintIn(createDpopClient())
    expect(thumbprint).toBe(await thumbprintOf(await storedPair()))
  })

  it('is one for first uses at the same time, of one client and of several', async () => {
    const clients = [createDpopClient(), createDpopClient(), createDpopClient()]
    const both = clients.flatMap(client => [thumbprintIn(client), thumbprintIn(client)])
    expect(new Set(await Promise.all(both)).size).toBe(1)
  })

  it.each([
    ['this client', {}],
    ['all clients', { clientId: null }],
    ['another client', { clientId: 'other' }],
  ])(
    'is removed with the nonces at a logout of %s; those of other clients stay',
    async (_, call) => {
      const client = await signedIn()
      await client.setDpopNonce('n')
      await client.setDpopNonce('n', 'api')
      await writeStore('nonce', { 'other::auth0': 'x' })
      const before = await thumbprintOf(await storedPair())
      await client.logout({ ...call, openUrl: false })

      expect(await readStore('keypair')).toEqual({})
      expect(await readStore('nonce')).toEqual({ 'other::auth0': 'x' })
      expect(await thumbprintIn(client)).not.toBe(before)
    },
  )

  it('is removed when the tenant has no session any more', async () => {
    const client = await signedIn({ cacheLocation: 'memory', useRefreshTokens: false })
    const frames = recordFrames(tenant, url => ({
      state: url.searchParams.get('state') ?? '',
      error: 'login_required',
    }))
    await expect(client.getTokenSilently(off)).rejects.toMatchObject({ error: 'login_required' })
    frames.stop()
    expect(await readStore('keypair')).toEqual({})
  })

  it('stays when another user signs in', async () => {
    const client = await signedIn()
    const before = await thumbprintOf(await storedPair())
    tenant.signIn({ sub: 'auth0|other' })
    await signIn(client, tenant)
    expect(await thumbprintOf(await storedPair())).toBe(before)
  })

  it('that is lost in storage is put back by the page whose session is bound to it', async () => {
    const client = await signedIn()
    const before = await thumbprintOf(await storedPair())
    await new Promise(resolve => {
      indexedDB.deleteDatabase('auth0-spa-js').onsuccess = resolve
    })
    await client.getTokenSilently(off)
    const proofs = await tokenProofs(tenant)

    expect(proofs.map(({ thumbprint }) => thumbprint)).toEqual([before, before])
    expect(await thumbprintOf(await storedPair())).toBe(before)
  })
})

describe('a key pair that another tab has replaced', () => {
  const replacePair = async () => {
    const pair = await createKeyPair()
    await writeStore('keypair', { [`${CLIENT_ID}::auth0`]: pair })
    return thumbprintOf(pair)
  }

  it('is used for a session in localStorage, which the tabs share', async () => {
    const client = await signedIn()
    const replaced = await replacePair()
    await client.getTokenSilently(off)
    expect((await tokenProofs(tenant)).at(-1)?.thumbprint).toBe(replaced)
  })

  it('was still used for proofs after another user had signed in there', async () => {
    const client = await signedIn()
    const replaced = await replacePair()
    tenant.signIn({ sub: 'auth0|other' })
    await signedIn()
    await vi.waitFor(async () => {
      const proof = await client.generateDpopProof({
        url: 'https://api.example.com/',
        method: 'GET',
        accessToken: 't',
      })
      expect((await readProof(proof)).thumbprint).toBe(replaced)
    })
  })

  it('is not used for a session in memory, which is bound to the key of its page', async () => {
    const client = await signedIn({ cacheLocation: 'memory' })
    const before = await thumbprintOf(await storedPair())
    await replacePair()
    await client.getTokenSilently(off)
    expect((await tokenProofs(tenant)).at(-1)?.thumbprint).toBe(before)
  })
})

describe('the key of a login', () => {
  it('in a popup was removed when a hidden iframe found no session at the same time', async () => {
    const client = createDpopClient({ cacheLocation: 'memory', useRefreshTokens: false })
    const { popup, login, url } = await begin(client)
    const frames = refuseSilently(tenant)
    await expect(client.getTokenSilently()).rejects.toMatchObject({ error: 'login_required' })
    frames.stop()
    post(await tenant.authorize(url), { source: popup })
    await login
    const [proof] = await tokenProofs(tenant)
    expect(proof?.thumbprint).toBe(new URL(url).searchParams.get('dpop_jkt'))
  })

  it('by redirect was removed when a hidden iframe found no session at the same time', async () => {
    const client = createDpopClient({ cacheLocation: 'memory', useRefreshTokens: false })
    const url = await redirectUrl(client)
    const frames = refuseSilently(tenant)
    await expect(client.getTokenSilently()).rejects.toMatchObject({ error: 'login_required' })
    frames.stop()
    expect(await thumbprintOf(await storedPair())).toBe(new URL(url).searchParams.get('dpop_jkt'))
    await client.logout({ openUrl: false })
    expect(await readStore('keypair')).toEqual({})
  })

  it('by redirect was that of the page, which the next page did not find', async () => {
    const options = { cacheLocation: 'memory', useRefreshTokens: false } as const
    const client = await signedIn(options)
    // Another tab has lost its session, and then signed in.
    const pair = await createKeyPair()
    await writeStore('keypair', { [`${CLIENT_ID}::auth0`]: pair })
    const before = (await tokenProofs(tenant))[0]?.thumbprint
    const frames = answerSilently(tenant)
    const thumbprint = await thumbprintIn(client)
    await client.getTokenSilently(off)
    frames.stop()

    expect(thumbprint).toBe(await thumbprintOf(pair))
    expect((await tokenProofs(tenant)).at(-1)?.thumbprint).toBe(before)
  })
})

describe('security 61: a nonce of the token endpoint', () => {
  it('is taken from a refusal, and the request is sent once more with a new proof', async () => {
    const client = createDpopClient()
    demandNonces('n1')
    await signIn(client, tenant)
    const [first, second, ...more] = await tokenProofs(tenant)

    expect(more).toEqual([])
    expect([first?.claims.nonce, second?.claims.nonce]).toEqual([undefined, 'n1'])
    expect(first?.claims.jti).not.toBe(second?.claims.jti)
    expect(await readStore('nonce')).toEqual({ [`${CLIENT_ID}::auth0`]: 'n1' })
  })

  it('is taken from a success too, and used for the next request', async () => {
    const client = createDpopClient()
    demandNonces('n1', 'n2', 'n3')
    await signIn(client, tenant)
    await client.getTokenSilently(off)
    const proofs = await tokenProofs(tenant)
    expect(proofs.map(({ claims }) => claims.nonce)).toEqual([undefined, 'n1', 'n2'])
  })

  it('was forgotten when an older one was being read from IndexedDB as it came', async () => {
    const client = createDpopClient()
    await client.setDpopNonce('old', 'api')
    const older = client.getDpopNonce('api')
    await client.setDpopNonce('new', 'api')
    await older
    let nonces: unknown[] = []
    const { fetchWithAuth } = client.createFetcher({
      dpopNonceId: 'api',
      getAccessToken: async () => 't',
      fetch: async request => {
        const { claims } = await readProof(request.headers.get('dpop') ?? '')
        nonces = [...nonces, claims.nonce]
        return new Response()
      },
    })
    await fetchWithAuth('https://api.example.com/')
    expect(nonces).toEqual(['new'])
  })

  it('that auth0-spa-js has stored is used', async () => {
    await writeStore('nonce', { [`${CLIENT_ID}::auth0`]: 'n1' })
    await signedIn()
    const [proof] = await tokenProofs(tenant)
    expect(proof?.claims.nonce).toBe('n1')
  })

  it('that is refused a second time is an error, and the refresh token stays', async () => {
    const client = await signedIn()
    const before = storedEntries()
    let count = 0
    tenant.intercept('token', () =>
      HttpResponse.json(
        { error: 'use_dpop_nonce' },
        { status: 400, headers: { 'DPoP-Nonce': `n${++count}` } },
      ),
    )
    const error = await client.getTokenSilently(off).catch(reason => reason)

    expect(error).toBeInstanceOf(UseDpopNonceError)
    expect(error).toMatchObject({ error: 'use_dpop_nonce', newDpopNonce: 'n2' })
    expect(count).toBe(2)
    expect(storedEntries()).toEqual(before)
  })

  it('is not waited for if the refusal has none', async () => {
    const client = await signedIn()
    tenant.intercept('token', () => HttpResponse.json({ error: 'use_dpop_nonce' }, { status: 400 }))
    tenant.clearRequests()
    await expect(client.getTokenSilently(off)).rejects.toMatchObject({
      error: 'use_dpop_nonce',
      newDpopNonce: undefined,
    })
    expect(tenant.requestsTo('token')).toHaveLength(1)
  })
})

describe('security 62: a Bearer token in answer to a proof', () => {
  it('is accepted where the session was not bound before', async () => {
    const client = await signedIn()
    expect(await client.getTokenSilently({ ...off, detailedResponse: true })).toMatchObject({
      token_type: 'Bearer',
    })
  })

  it('is refused where the session was bound before; the new refresh token is kept', async () => {
    answerWithType(tenant, 'DPoP')
    const client = await signedIn()
    answerWithType(tenant, 'bearer')
    const refusal = { error: 'invalid_token_type' }
    await expect(client.getTokenSilently(off)).rejects.toMatchObject(refusal)
    await expect(client.getTokenSilently(off)).rejects.toMatchObject(refusal)
    answerWithType(tenant, 'dpop')

    expect(await client.getTokenSilently({ ...off, detailedResponse: true })).toMatchObject({
      token_type: 'dpop',
    })
    expect(
      new Set(tenant.requestsTo('token').map(({ parameters }) => parameters.refresh_token)).size,
    ).toBe(4)
  })

  it('is refused also after the expired token was dropped', async () => {
    tenant.accessTokenLifetimeSeconds = 1
    answerWithType(tenant, 'DPoP')
    const client = await signedIn()
    answerWithType(tenant, 'Bearer')
    await expect(client.getTokenSilently()).rejects.toMatchObject({ error: 'invalid_token_type' })
    await expect(client.getTokenSilently()).rejects.toMatchObject({ error: 'invalid_token_type' })
  })

  it('of another audience is accepted: its API may not ask for a key', async () => {
    answerWithType(tenant, 'DPoP')
    const client = await signedIn({ useMrrt: true })
    answerWithType(tenant, 'Bearer')
    const authorizationParams = { audience: 'https://other.example.com/' }
    await expect(client.getTokenSilently({ authorizationParams })).resolves.toEqual(
      expect.any(String),
    )
  })
})

describe('the methods for proofs', () => {
  it('keep one nonce for the tenant, and one for each resource', async () => {
    const client = createDpopClient()
    await client.setDpopNonce('of the tenant')
    await client.setDpopNonce('of the api', 'api')

    expect(await client.getDpopNonce()).toBe('of the tenant')
    expect(await client.getDpopNonce('')).toBe('of the tenant')
    expect(await client.getDpopNonce('api')).toBe('of the api')
    expect(await client.getDpopNonce('other')).toBe(undefined)
    expect(await readStore('nonce')).toEqual({
      [`${CLIENT_ID}::auth0`]: 'of the tenant',
      [`${CLIENT_ID}::_api`]: 'of the api',
    })
  })

  it('see the nonce that another client has stored', async () => {
    const [client, other] = [createDpopClient(), createDpopClient()]
    await client.setDpopNonce('first')
    await other.setDpopNonce('second')
    expect(await client.getDpopNonce()).toBe('second')
  })

  it('sign a proof with the hash of the token, for the URL without query and fragment', async () => {
    const client = createDpopClient()
    const proof = await client.generateDpopProof({
      url: 'HTTPS://api.example.com:443/a/../b?c=1#d',
      method: 'get',
      nonce: 'nö€1',
      accessToken: 'tök',
    })
    expect((await readProof(proof)).claims).toMatchObject({
      htm: 'get',
      htu: 'https://api.example.com/b',
      nonce: 'nö€1',
      // base64url of the SHA-256 of the text in UTF-8.
      ath: Buffer.from(
        await crypto.subtle.digest('SHA-256', new TextEncoder().encode('tök')),
      ).toString('base64url'),
    })
  })

  it('add no hash for an empty access token, and look up no nonce', async () => {
    const client = createDpopClient()
    await client.setDpopNonce('n1')
    const proof = await client.generateDpopProof({
      url: 'https://api.example.com/',
      method: 'GET',
      accessToken: '',
    })
    const { claims } = await readProof(proof)
    expect('ath' in claims || 'nonce' in claims).toBe(false)
  })

  it.each([
    ['url', { url: 'https://', method: 'GET', accessToken: 't' }],
    ['url', { url: undefined as never, method: 'GET', accessToken: 't' }],
    ['method', { url: 'https://api.example.com/', method: undefined as never, accessToken: 't' }],
  ])('name the %s that is missing or wrong', async (name, request) => {
    await expect(createDpopClient().generateDpopProof(request)).rejects.toMatchObject({
      error: 'invalid_configuration',
      message: expect.stringContaining(name),
    })
  })

  it('refuse a nonce that is not text', async () => {
    const client = createDpopClient()
    await expect(client.setDpopNonce(undefined as never)).rejects.toMatchObject({
      error: 'invalid_configuration',
    })
    expect(await readStore('nonce')).toEqual({})
  })
})

describe('a database of DPoP', () => {
  it('is opened again if the browser has closed the connection', async () => {
    const connections: IDBDatabase[] = []
    const { open } = indexedDB
    vi.spyOn(indexedDB, 'open').mockImplementation((name, version) => {
      const request = open.call(indexedDB, name, version)
      request.addEventListener('success', () => connections.push(request.result))
      return request
    })
    const client = await signedIn()
    for (const connection of connections) connection.close()
    await client.getTokenSilently(off)
    expect(await client.getDpopNonce()).toBe(undefined)
  })

  it('does not keep another page from deleting it', async () => {
    await thumbprintIn(createDpopClient())
    const request = indexedDB.deleteDatabase('auth0-spa-js')
    const onBlocked = vi.fn()
    request.onblocked = onBlocked
    await new Promise(resolve => {
      request.onsuccess = resolve
    })
    expect(onBlocked).not.toHaveBeenCalled()
  })

  it('of a newer release is used as it is', async () => {
    ;(await openReferenceDatabase()).close()
    const upgrade = indexedDB.open('auth0-spa-js', 2)
    await new Promise(resolve => {
      upgrade.onsuccess = resolve
    })
    upgrade.result.close()
    expect(await thumbprintIn(createDpopClient())).toMatch(/^[\w-]{43}$/)
  })

  it.each([
    ['is missing', () => vi.stubGlobal('indexedDB', undefined)],
    [
      'is denied',
      () =>
        vi.spyOn(indexedDB, 'open').mockImplementation(() => {
          throw new DOMException('The operation is insecure.', 'SecurityError')
        }),
    ],
  ])('that %s is an error that says so, and a login stays pending', async (_, refuse) => {
    const client = createDpopClient()
    const { code, state } = await authorize(tenant, await redirectUrl(client))
    refuse()
    const late = createDpopClient()
    const unavailable = { error: 'dpop_unavailable', message: expect.stringContaining('IndexedDB') }
    const callback = `https://app.example.com/?code=${code}&state=${state}`
    await expect(late.handleRedirectCallback(callback)).rejects.toMatchObject(unavailable)
    await expect(late.loginWithRedirect()).rejects.toMatchObject(unavailable)
    await expect(late.setDpopNonce('n')).rejects.toMatchObject(unavailable)
    expect(tenant.requestsTo('token')).toEqual([])
    await late.logout({ openUrl: false })
    vi.restoreAllMocks()
  })

  it('that fails keeps the refresh token, which is not marked as sent', async () => {
    const client = await signedIn()
    const before = storedEntries()
    const denied = vi.spyOn(FDBDatabase.prototype, 'transaction').mockImplementation(() => {
      throw new DOMException('A mutation is not allowed.', 'InvalidStateError')
    })
    await expect(client.getTokenSilently(off)).rejects.toMatchObject({ error: 'dpop_unavailable' })
    expect(storedEntries()).toEqual(before)
    denied.mockRestore()
    await expect(client.getTokenSilently(off)).resolves.toEqual(expect.any(String))
  })

  it('that failed just before a refresh token was sent left the mark that it was sent', async () => {
    const client = await signedIn()
    const { transaction } = FDBDatabase.prototype
    const isMarked = () => JSON.stringify(storedEntries()).includes('refresh_token_unanswered')
    const failing = vi.spyOn(FDBDatabase.prototype, 'transaction').mockImplementation(function (
      this: IDBDatabase,
      ...call
    ) {
      if (this.name === 'auth0-spa-js' && isMarked())
        throw new DOMException('A mutation is not allowed.', 'InvalidStateError')
      return transaction.apply(this as never, call)
    })
    await expect(client.getTokenSilently(off)).resolves.toEqual(expect.any(String))
    failing.mockRestore()
    expect(tenant.requestsTo('token')).toHaveLength(2)
    expect(isMarked()).toBe(false)
  })

  it('that is full refuses a login, and does not lose a session for the sake of a nonce', async () => {
    const client = await signedIn()
    const full = vi.spyOn(FDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
    })
    demandNonces('n1', 'n2')
    await expect(client.getTokenSilently(off)).resolves.toEqual(expect.any(String))
    await client.logout({ openUrl: false })
    await expect(client.loginWithRedirect()).rejects.toMatchObject({ error: 'dpop_unavailable' })
    full.mockRestore()
  })

  it('that never answers ends the wait', async () => {
    vi.spyOn(indexedDB, 'open').mockImplementation(() => ({}) as IDBOpenDBRequest)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const login = createDpopClient()
      .loginWithRedirect()
      .catch(error => error)
    await vi.waitFor(async () => {
      await vi.advanceTimersByTimeAsync(3_000)
      expect(await Promise.race([login, Promise.resolve()])).toMatchObject({
        error: 'dpop_unavailable',
      })
    })
    vi.useRealTimers()
  })

  it('is closed with the client', async () => {
    const client = await signedIn()
    const close = vi.spyOn(FDBDatabase.prototype, 'close')
    client.close()
    await vi.waitFor(() => expect(close).toHaveBeenCalled())
  })
})
