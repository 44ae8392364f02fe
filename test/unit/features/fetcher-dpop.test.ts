import { HttpResponse, http } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { UseDpopNonceError } from '../../../src/index.ts'
import { base64Url } from '../../../src/protocol/base64.ts'
import { createClient } from '../../support/clients.ts'
import { network } from '../../support/network.ts'
import { createTestbed } from '../../support/testbed.ts'
import { API, createApi, readClaims, refuse, refuseNonce, stubIndexedDb } from './fetcher-api.ts'

beforeEach(() => {
  createTestbed()
  stubIndexedDb()
})
afterEach(() => {
  vi.unstubAllGlobals()
})

const CONFIG = { baseUrl: API, dpopNonceId: 'api', getAccessToken: async () => 'given-token' }

/** A client and a fetcher with DPoP. */
const createDpopFetcher = (config: object = {}) => {
  const options: object = { useDpop: true }
  const client = createClient(options)
  return { client, ...client.createFetcher({ ...CONFIG, ...config }) }
}

const typed = (token_type: string) => async () => ({
  access_token: 'typed',
  token_type,
  id_token: '',
  expires_in: 60,
})

describe('a request with a proof', () => {
  it('security 60: has a proof for its URL, method and token', async () => {
    const requests = createApi()
    const { fetchWithAuth } = createDpopFetcher()
    await fetchWithAuth('/a?b=c#d', { method: 'PATCH' })
    expect(requests[0]?.authorization).toBe('DPoP given-token')
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode('given-token'))
    const claims = await readClaims(requests[0]?.dpop)
    expect(claims).toMatchObject({
      htm: 'PATCH',
      htu: `${API}/a`,
      ath: base64Url(new Uint8Array(hash)),
    })
    expect(claims).not.toHaveProperty('nonce')
  })

  it('sends the type of the token as it is, and knows DPoP in any letter case', async () => {
    const requests = createApi()
    for (const type of ['DPoP', 'dpop', 'DPOP']) {
      await createDpopFetcher({ getAccessToken: typed(type) }).fetchWithAuth('/a')
    }
    expect(requests.map(({ authorization }) => authorization)).toEqual([
      'DPoP typed',
      'dpop typed',
      'DPOP typed',
    ])
    expect(requests.every(({ dpop }) => dpop)).toBe(true)
  })

  it('security 62: has no proof for a Bearer token, nor without a dpopNonceId', async () => {
    const requests = createApi()
    await createDpopFetcher({ getAccessToken: typed('Bearer') }).fetchWithAuth('/a')
    const noId = { dpopNonceId: undefined }
    await createDpopFetcher({ ...noId, getAccessToken: typed('DPoP') }).fetchWithAuth('/a')
    await createDpopFetcher(noId).fetchWithAuth('/a')
    expect(requests).toMatchObject([
      { authorization: 'Bearer typed', dpop: null },
      { authorization: 'DPoP typed', dpop: null },
      { authorization: 'Bearer given-token', dpop: null },
    ])
  })

  it('is not sent if the key cannot be stored', async () => {
    const requests = createApi()
    vi.stubGlobal('indexedDB', {
      open: () => {
        throw new Error('No storage.')
      },
    })
    await expect(createDpopFetcher().fetchWithAuth('/a')).rejects.toMatchObject({
      error: 'dpop_unavailable',
    })
    expect(requests).toEqual([])
  })

  it('security 63: follows no redirect, which would take the proof along', async () => {
    const requests = createApi(undefined, 'https://api.elsewhere.test')
    const location = 'https://api.elsewhere.test/new'
    network.use(
      http.get(`${API}/old`, () => new HttpResponse(null, { status: 302, headers: { location } })),
    )
    const { fetchWithAuth } = createDpopFetcher()
    await expect(fetchWithAuth('/old')).rejects.toMatchObject({ error: 'redirect_not_followed' })
    expect(requests).toEqual([])
  })
})

describe('the nonce of an API', () => {
  it('security 61: is kept from a success, and used by the next request', async () => {
    const requests = createApi(() => new HttpResponse(null, { headers: { 'DPoP-Nonce': 'n1' } }))
    const { client, fetchWithAuth } = createDpopFetcher()
    await fetchWithAuth('/a')
    await fetchWithAuth('/a')
    expect(await readClaims(requests[1]?.dpop)).toMatchObject({ nonce: 'n1' })
    expect(await client.getDpopNonce('api')).toBe('n1')
    expect(await client.getDpopNonce()).toBe(undefined)
  })

  it('is not kept without a dpopNonceId: the one of the tenant stays', async () => {
    createApi(() => new HttpResponse(null, { headers: { 'DPoP-Nonce': 'n1' } }))
    const { client, fetchWithAuth } = createDpopFetcher({ dpopNonceId: undefined })
    await client.setDpopNonce('of the tenant')
    await fetchWithAuth('/a')
    expect(await client.getDpopNonce()).toBe('of the tenant')
  })

  it.each(['use_dpop_nonce', 'invalid_dpop_nonce'])(
    'security M28: after %s the request is repeated once, with the nonce and a new proof',
    async error => {
      const requests = createApi((_, count) =>
        count === 1 ? refuse(`DPoP error="${error}"`, { 'DPoP-Nonce': 'n1' }) : undefined,
      )
      const { fetchWithAuth } = createDpopFetcher()
      const request = new Request(`${API}/a`, { method: 'POST', body: 'a body' })
      expect((await fetchWithAuth(request)).status).toBe(200)
      expect(requests.map(({ body }) => body)).toEqual(['a body', 'a body'])
      const [first, second] = await Promise.all(requests.map(({ dpop }) => readClaims(dpop)))
      expect(first).not.toHaveProperty('nonce')
      expect(second).toMatchObject({ nonce: 'n1' })
      expect(second?.jti).not.toBe(first?.jti)
    },
  )

  it('security M28: is an error if it is rejected again', async () => {
    const requests = createApi((_, count) => refuseNonce(`n${count}`))
    const error = await createDpopFetcher()
      .fetchWithAuth('/a')
      .catch(reason => reason)
    expect(error).toBeInstanceOf(UseDpopNonceError)
    expect(error).toMatchObject({ error: 'use_dpop_nonce', newDpopNonce: 'n2' })
    expect(requests).toHaveLength(2)
  })

  it('is an error at once if the API sends no other one', async () => {
    const requests = createApi(() => refuseNonce())
    const error = await createDpopFetcher()
      .fetchWithAuth('/a')
      .catch(reason => reason)
    expect(error).toBeInstanceOf(UseDpopNonceError)
    expect(error.newDpopNonce).toBe(undefined)
    expect(requests).toHaveLength(1)
  })

  it('is not what another response with this text is about', async () => {
    createApi(
      () =>
        new HttpResponse(null, {
          status: 400,
          headers: { 'WWW-Authenticate': 'DPoP error="use_dpop_nonce"' },
        }),
    )
    expect((await createDpopFetcher().fetchWithAuth('/a')).status).toBe(400)
  })

  it('security 61: can change in the middle of 20 parallel calls, which all succeed', async () => {
    const requests = createApi(async ({ dpop }, count) => {
      const wanted = count > 12 ? 'n2' : 'n1'
      const { nonce } = await readClaims(dpop)
      return nonce === wanted ? undefined : refuseNonce(wanted)
    })
    const { client, fetchWithAuth } = createDpopFetcher()
    await fetchWithAuth('/first')
    expect(requests).toHaveLength(2)
    const calls = Array.from({ length: 20 }, (_, index) => fetchWithAuth(`/${index}`))
    const responses = await Promise.all(calls)
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]))
    expect(requests).toHaveLength(2 + 20 + 10)
    const ids = await Promise.all(requests.map(async ({ dpop }) => (await readClaims(dpop)).jti))
    expect(new Set(ids).size).toBe(requests.length)
    expect(await client.getDpopNonce('api')).toBe('n2')
  })

  it('goes along with a renewed token', async () => {
    const tokens = ['old', 'new']
    const getAccessToken = async () => tokens.shift()
    const requests = createApi(({ authorization }, count) => {
      if (count === 1) return refuseNonce('n1')
      return authorization === 'DPoP old' ? refuse('DPoP error="invalid_token"') : undefined
    })
    const { fetchWithAuth } = createDpopFetcher({ getAccessToken })
    expect((await fetchWithAuth('/a')).status).toBe(200)
    expect(requests.map(({ authorization }) => authorization)).toEqual([
      'DPoP old',
      'DPoP old',
      'DPoP new',
    ])
    expect(await readClaims(requests[2]?.dpop)).toMatchObject({ nonce: 'n1' })
  })
})
