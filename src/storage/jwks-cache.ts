import { parseJson } from '../browser/parse-json.ts'
import { readItem, writeItem } from '../browser/web-storage.ts'
import { GenericError } from '../errors/core.ts'
import type { Http } from '../http.ts'
import { ADVICE_ON_KEYS, type Jwks, parseJwks } from '../protocol/jwks.ts'

/** A key set, fetched or from the cache. */
export interface KnownKeys extends Jwks {
  /** It is from an earlier request, so the tenant may have replaced it. */
  isStored: boolean
}

/** The public keys of a tenant, cached in this browser. */
export interface JwksCache {
  /**
   * The cached keys, or fetched ones if the cached keys are missing or old. Old keys are used while
   * there are no newer ones.
   *
   * @throws GenericError `jwks_unavailable`
   */
  current(): Promise<KnownKeys>
  /**
   * Fetches the keys for a token that the cached ones do not verify. `undefined` during the cool-down.
   *
   * @param isKeyMissing whether no cached key fits; wrong signatures have a separate cool-down
   *
   * @throws GenericError `jwks_unavailable`
   */
  refetch(isKeyMissing: boolean): Promise<Jwks | undefined>
  /** Starts the cool-down after an unsuccessful refetch. */
  startCooldown(isKeyMissing: boolean): void
}

interface JwksCacheParts {
  jwks_uri: string
  httpTimeoutMs: number
  http: Http
}

interface Cached {
  keys: Jwks
  fetchedAtMs: number
  /** When a refetch last did not contain the key. */
  missedAtMs: number
  /** When refetched keys last did not verify a signature. */
  mismatchedAtMs: number
}

const MAX_AGE_MS = 24 * 60 * 60 * 1000
const COOLDOWN_MS = 60 * 1000
const ATTEMPTS = 3

/** Of the text; a set of a hundred keys is smaller. */
const MAX_LENGTH = 65_536

/** A timestamp in the future means that the clock was set back; treat it as expired. */
const isWithin = (ms: number, sinceMs: number): boolean => {
  const age = Date.now() - sinceMs
  return age >= 0 && age < ms
}

/**
 * The keys are public and belong to no session: they stay in localStorage after reloads and
 * sign-outs, by the URL that they came from, for all clients of the tenant. So only the first login
 * in a browser waits for them. If storage is denied or full, each page has its own copy.
 */
export const createJwksCache = ({ jwks_uri, httpTimeoutMs, http }: JwksCacheParts): JwksCache => {
  const item = `auth0.keys.${jwks_uri}`
  let own: Cached | undefined
  let fetching: Promise<Cached> | undefined
  /** When this page last could not fetch the keys. */
  let failedAtMs = 0

  const stored = (): Cached | undefined => {
    try {
      const json = parseJson(readItem('localStorage', item))
      const keys = parseJwks(json)
      if (!keys) return
      const { fetched_at, in_vain_at, mismatched_at } = json as Record<string, unknown>
      return {
        keys,
        fetchedAtMs: Number(fetched_at) || 0,
        missedAtMs: Number(in_vain_at) || 0,
        mismatchedAtMs: Number(mismatched_at) || 0,
      }
    } catch {
      return undefined
    }
  }

  /** Another page may have fetched the keys later than this one. */
  const newest = (): Cached | undefined => {
    const other = stored()
    return other && other.fetchedAtMs >= (own?.fetchedAtMs ?? 0) ? other : own
  }

  const store = (next: Cached): Cached => {
    own = next
    const times = {
      fetched_at: next.fetchedAtMs,
      in_vain_at: next.missedAtMs,
      mismatched_at: next.mismatchedAtMs,
    }
    writeItem('localStorage', item, JSON.stringify({ ...next.keys, ...times }))
    return next
  }

  const fetchKeys = async (): Promise<Cached> => {
    const unavailable = (reason: string, cause?: unknown): GenericError =>
      new GenericError(
        'jwks_unavailable',
        `Could not load the JWKS: ${reason}. ${ADVICE_ON_KEYS}`,
        { cause },
      )
    const response = await http({
      url: jwks_uri,
      method: 'GET',
      timeoutMs: httpTimeoutMs,
      attempts: ATTEMPTS,
    }).catch(cause => {
      throw unavailable(cause.message, cause)
    })
    const keys = response.ok ? parseJwks(response.json) : undefined
    if (!keys) throw unavailable(`${jwks_uri} responded with ${response.status} and no key set`)
    if (JSON.stringify(response.json).length > MAX_LENGTH) throw unavailable('more than 64 kB')
    const { missedAtMs = 0, mismatchedAtMs = 0 } = newest() ?? {}
    return store({ keys, fetchedAtMs: Date.now(), missedAtMs, mismatchedAtMs })
  }

  /** One request for all callers that wait for it. */
  const fetchOnce = async (): Promise<Jwks> => {
    fetching ??= fetchKeys().finally(() => {
      fetching = undefined
    })
    return (await fetching).keys
  }

  return {
    current: async () => {
      const cached = newest()
      const isRecent = cached && isWithin(MAX_AGE_MS, cached.fetchedAtMs)
      if (cached && (isRecent || isWithin(COOLDOWN_MS, failedAtMs))) {
        return { ...cached.keys, isStored: true }
      }
      try {
        return { ...(await fetchOnce()), isStored: false }
      } catch (error) {
        if (!cached) throw error
        failedAtMs = Date.now()
        return { ...cached.keys, isStored: true }
      }
    },
    refetch: async isKeyMissing => {
      const { missedAtMs = 0, mismatchedAtMs = 0 } = newest() ?? {}
      return isWithin(COOLDOWN_MS, isKeyMissing ? missedAtMs : mismatchedAtMs)
        ? undefined
        : fetchOnce()
    },
    startCooldown: isKeyMissing => {
      const cached = newest()
      const started = { [isKeyMissing ? 'missedAtMs' : 'mismatchedAtMs']: Date.now() }
      if (cached) store({ ...cached, ...started })
    },
  }
}
