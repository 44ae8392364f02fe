import { get, promisifyRequest, set, type UseStore } from 'idb-keyval'
import { absoluteUrl } from '../../browser/location.ts'
import { parseUrl } from '../../browser/parse-url.ts'
import { invalidOption } from '../../option-types.ts'
import { ownMembers } from '../../own-members.ts'
import type { Events, SessionEvents } from '../../session/events.ts'
import { decorateHttp } from './decorate-http.ts'
import type { Dpop } from './dpop.ts'
import { createKeyDatabase } from './key-database.ts'
import { createKeyPair, createProofs, createSigner, isKeyPair, type Signer } from './proof.ts'

interface DpopParts {
  clientId: string
  /**
   * Whether the tabs share one session. A session in memory belongs to one page, and stays bound to
   * the key that this page has, even if another tab has replaced what is stored.
   */
  isShared: boolean
  events: Pick<Events<SessionEvents>, 'on'>
  /** Whether a login has begun in this tab, whose code is bound to the key. */
  isLoginPending: () => Promise<boolean>
  /** Aborted when the client is closed. */
  closed: AbortSignal
}

/** DPoP of one client, loaded on first use. Nothing is read or created before it is needed. */
export const createDpop = (parts: DpopParts): Dpop => {
  const { clientId, isShared, events, isLoginPending, closed } = parts
  const database = createKeyDatabase(closed)
  const sign = createProofs()
  const keyOf = (id?: string): string => `${clientId}::${id ? `_${id}` : 'auth0'}`

  let known: Signer | undefined
  let reading: Promise<Signer> | undefined
  /** A login that begins while the key is being removed must get the next one. */
  let clearing: Promise<void> | undefined
  /** What this page knows of the nonces. */
  const nonces = new Map<string, string | undefined>()
  /** Nonces that are not stored yet, or cannot be stored. */
  const unstored = new Map<string, string>()

  /** Stores the pair unless another tab has been faster. Returns the pair that is stored. */
  const putIfAbsent = (candidate: CryptoKeyPair): Promise<CryptoKeyPair> =>
    database.keypair('readwrite', async store => {
      let pair = candidate
      const request = store.get(keyOf())
      request.onsuccess = () => {
        if (isKeyPair(request.result)) pair = request.result
        else {
          try {
            store.put(candidate, keyOf())
          } catch {
            // The browser cannot store keys.
            store.transaction.abort()
          }
        }
      }
      await promisifyRequest(store.transaction)
      return pair
    })

  /** The pair that is stored; if there is none, that of this page, or a new one, is stored. */
  const readSigner = async (): Promise<Signer> => {
    await clearing
    const stored = await get<unknown>(keyOf(), database.keypair)
    const pair = isKeyPair(stored)
      ? stored
      : await putIfAbsent(known?.pair ?? (await createKeyPair()))
    return createSigner(pair)
  }

  /** All calls that come while the pair is being read share the result. */
  const currentSigner = (): Promise<Signer> => {
    if (reading) return reading
    const mine = readSigner().then(signer => {
      // A session in memory stays bound to the key that it began with.
      if (reading === mine && (isShared || !known)) known = signer
      return signer
    })
    const end = (): void => {
      if (reading === mine) reading = undefined
    }
    mine.then(end, end)
    reading = mine
    return mine
  }

  /** For what binds a session to the key: another tab may have signed out and in again. */
  const boundSigner = async (): Promise<Signer> => {
    await clearing
    return known && !isShared ? known : currentSigner()
  }

  const getNonce = async (id?: string): Promise<string | undefined> => {
    const key = keyOf(id)
    const before = nonces.get(key)
    const nonce = unstored.get(key) ?? (await get<string>(key, database.nonce))
    // A response may have brought a newer one while this one was read.
    if (nonces.get(key) === before) nonces.set(key, nonce)
    return nonce
  }

  const setNonce = async (nonce: string, id?: string): Promise<void> => {
    const key = keyOf(id)
    nonces.set(key, nonce)
    unstored.set(key, nonce)
    await set(key, nonce, database.nonce)
    if (unstored.get(key) === nonce) unstored.delete(key)
  }

  const recentNonce = async (id?: string): Promise<string | undefined> =>
    nonces.has(keyOf(id)) ? nonces.get(keyOf(id)) : getNonce(id).catch(() => undefined)

  const keepNonce = async (nonce: string, id?: string): Promise<void> => {
    if (nonces.get(keyOf(id)) !== nonce) await setNonce(nonce, id).catch(() => {})
  }

  /** Removes what this client has in a store; the other entries are those of other clients. */
  const clearStore = (useStore: UseStore): Promise<void> =>
    useStore('readwrite', async store => {
      for (const key of await promisifyRequest(store.getAllKeys())) {
        if (String(key).startsWith(`${clientId}::`)) store.delete(key)
      }
      await promisifyRequest(store.transaction)
    })

  const forget = (): void => {
    known = undefined
    reading = undefined
    nonces.clear()
    unstored.clear()
  }

  const clear = async (isLogout: boolean): Promise<void> => {
    if (!isLogout && (await isLoginPending().catch(() => false))) return
    forget()
    await Promise.allSettled([clearStore(database.keypair), clearStore(database.nonce)])
  }

  // A session in memory goes on when another tab signs in, and ends when one signs out.
  events.on('signed-in', ({ origin }) => {
    if (origin === 'other-tab' && isShared) forget()
  })
  events.on('ended', ({ origin }) => {
    if (origin === 'other-tab') forget()
  })
  return {
    thumbprint: async login =>
      (await (login?.isForNextPage ? currentSigner() : boundSigner())).thumbprint,
    generateProof: async request => {
      const { url, method } = ownMembers(request)
      const target = url && parseUrl(absoluteUrl(`${url}`))
      if (!target) throw invalidOption('url', url, 'a URL')
      if (!method) throw invalidOption('method', method, 'an HTTP method')
      return sign(known ?? (await currentSigner()), { ...request, url: target.href })
    },
    getNonce,
    setNonce: async (nonce, id) => {
      if (typeof nonce !== 'string' || !nonce) throw invalidOption('nonce', nonce, 'text')
      await setNonce(nonce, id)
    },
    recentNonce,
    keepNonce,
    decorate: http =>
      decorateHttp(
        {
          getNonce,
          recentNonce,
          keepNonce,
          prove: async request => {
            const signer = await boundSigner().catch(error => {
              // The refresh token is marked as sent by now: it should be sent if that is possible.
              if (known) return known
              throw error
            })
            return { proof: await sign(signer, request), thumbprint: signer.thumbprint }
          },
        },
        http,
      ),
    clear: isLogout => {
      clearing = clear(isLogout)
      return clearing
    },
  }
}
