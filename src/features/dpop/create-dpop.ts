import { get, promisifyRequest, set } from 'idb-keyval'
import { absoluteUrl } from '../../browser/location.ts'
import { parseUrl } from '../../browser/parse-url.ts'
import { invalidOption } from '../../option-types.ts'
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
  /** Aborted when the client is closed. */
  closed: AbortSignal
}

/** DPoP of one client, loaded on first use. Nothing is read or created before it is needed. */
export const createDpop = ({ clientId, isShared, events, closed }: DpopParts): Dpop => {
  const database = createKeyDatabase(closed)
  const sign = createProofs()
  const keyOf = (id?: string): string => `${clientId}::${id ? `_${id}` : 'auth0'}`

  let known: Signer | undefined
  let reading: Promise<Signer> | undefined
  const nonces = new Map<string, string | undefined>()

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
      if (reading === mine) known = signer
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
  const boundSigner = async (): Promise<Signer> => (known && !isShared ? known : currentSigner())

  const getNonce = async (id?: string): Promise<string | undefined> => {
    const nonce = await get<string>(keyOf(id), database.nonce)
    nonces.set(keyOf(id), nonce)
    return nonce
  }

  const setNonce = (nonce: string, id?: string): Promise<void> => {
    nonces.set(keyOf(id), nonce)
    return set(keyOf(id), nonce, database.nonce)
  }

  const recentNonce = async (id?: string): Promise<string | undefined> =>
    nonces.has(keyOf(id)) ? nonces.get(keyOf(id)) : getNonce(id).catch(() => undefined)

  const keepNonce = async (nonce: string, id?: string): Promise<void> => {
    if (nonces.get(keyOf(id)) !== nonce) await setNonce(nonce, id).catch(() => {})
  }

  const forget = (): void => {
    known = undefined
    reading = undefined
    nonces.clear()
  }

  // A session in memory goes on when another tab signs in, and ends when one signs out.
  events.on('signed-in', ({ origin }) => {
    if (origin === 'other-tab' && isShared) forget()
  })
  events.on('ended', ({ origin, reason }) => {
    if (origin === 'other-tab' && reason !== 'user-changed') forget()
  })
  return {
    thumbprint: async () => (await boundSigner()).thumbprint,
    generateProof: async request => {
      const url = parseUrl(absoluteUrl(`${request.url}`))
      if (!url) throw invalidOption('url', request.url, 'the URL of the request')
      return sign(known ?? (await currentSigner()), { ...request, url: url.href })
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
          prove: async request => sign(await boundSigner(), request),
        },
        http,
      ),
    clear: async () => {
      forget()
      const all = IDBKeyRange.bound(`${clientId}::`, `${clientId}::\uffff`)
      const removals = [database.keypair, database.nonce].map(useStore =>
        useStore('readwrite', store => promisifyRequest(store.delete(all))),
      )
      await Promise.allSettled(removals)
    },
  }
}
