import { parseJson } from '../browser/parse-json.ts'
import { webStorage, writeItem } from '../browser/web-storage.ts'
import { GenericError } from '../errors/core.ts'
import { type PublicKeys, readPublicKeys } from '../protocol/id-token-signature.ts'
import type { HttpQuery, HttpReply } from '../types/platform.ts'

/** The keys that a tenant signs with, as far as this browser knows them. */
export interface KeySet {
  /**
   * Those held, or fetched when none are held that are fresh.
   *
   * @throws GenericError `jwks_unavailable`
   */
  current(): Promise<PublicKeys>
  /**
   * Fetched anew, for a token whose key is not among those held; `undefined` soon after that was
   * in vain.
   *
   * @throws GenericError `jwks_unavailable`
   */
  renewed(): Promise<PublicKeys | undefined>
  /** Fetching anew did not help: nobody does it again for a while. */
  renewedInVain(): void
}

export interface KeySetParts {
  options: { endpoints: { jwks: string }; httpTimeoutMs: number }
  http: (request: HttpQuery) => Promise<HttpReply>
}

interface Held {
  keys: PublicKeys
  fetchedAtMs: number
  /** When they were last fetched in vain. */
  inVainAtMs: number
}

const FRESH_MS = 24 * 60 * 60 * 1000
const COOL_DOWN_MS = 60 * 1000
const ATTEMPTS = 3

/** A time in the future was noted before the clock was set back, and counts as long ago. */
const isWithin = (ms: number, sinceMs: number): boolean => {
  const age = Date.now() - sinceMs
  return age >= 0 && age < ms
}

/**
 * The keys are public and no part of any session: they stay in localStorage over reloads and
 * sign-outs, under the address that they came from, for all clients of the tenant. So only the
 * first login in a browser waits for them. Where storage is denied or full each page has its own.
 */
export const createKeySet = ({ options, http }: KeySetParts): KeySet => {
  const url = options.endpoints.jwks
  const item = `auth0.keys.${url}`
  let own: Held | undefined
  let fetching: Promise<Held> | undefined

  const stored = (): Held | undefined => {
    try {
      const json = parseJson(webStorage('localStorage')?.getItem(item))
      const keys = readPublicKeys(json)
      if (!keys) return
      const { fetched_at, in_vain_at } = json as Record<string, unknown>
      return { keys, fetchedAtMs: Number(fetched_at) || 0, inVainAtMs: Number(in_vain_at) || 0 }
    } catch {
      return undefined
    }
  }

  /** Another page may have fetched them since this one did. */
  const held = (): Held | undefined => {
    const other = stored()
    return other && other.fetchedAtMs >= (own?.fetchedAtMs ?? 0) ? other : own
  }

  const keep = (next: Held): Held => {
    own = next
    const { keys, fetchedAtMs: fetched_at, inVainAtMs: in_vain_at } = next
    writeItem('localStorage', item, JSON.stringify({ ...keys, fetched_at, in_vain_at }))
    return next
  }

  const fetchKeys = async (): Promise<Held> => {
    const unavailable = (why: string, cause?: unknown): GenericError =>
      new GenericError('jwks_unavailable', `No keys to verify the ID token with: ${why}`, { cause })
    const { httpTimeoutMs: timeoutMs } = options
    const reply = await http({ url, method: 'GET', timeoutMs, attempts: ATTEMPTS }).catch(cause => {
      throw unavailable(cause.message, cause)
    })
    const keys = reply.ok ? readPublicKeys(reply.json) : undefined
    if (!keys) throw unavailable(`${url} answered ${reply.status} without a key set`)
    return keep({ keys, fetchedAtMs: Date.now(), inVainAtMs: held()?.inVainAtMs ?? 0 })
  }

  /** One request for all who wait for it. */
  const fetchOnce = async (): Promise<PublicKeys> => {
    fetching ??= fetchKeys().finally(() => {
      fetching = undefined
    })
    return (await fetching).keys
  }

  return {
    current: async () => {
      const known = held()
      return known && isWithin(FRESH_MS, known.fetchedAtMs) ? known.keys : fetchOnce()
    },
    renewed: async () =>
      isWithin(COOL_DOWN_MS, held()?.inVainAtMs ?? 0) ? undefined : fetchOnce(),
    renewedInVain: () => {
      const known = held()
      if (known) keep({ ...known, inVainAtMs: Date.now() })
    },
  }
}
