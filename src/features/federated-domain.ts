import { untilAborted } from '../browser/until-aborted.ts'
import { ownMembers } from '../own-members.ts'
import { SELF, telemetry } from '../protocol/telemetry.ts'

/** Options of `isFederatedDomain`. */
export interface IsFederatedDomainOptions {
  /** Used in place of the browser's `fetch`. */
  customFetch?: typeof fetch
  /** How the SDK identifies itself to the tenant; with `enabled: false`, not at all. */
  telemetry?: {
    /** Default `true`. */
    enabled?: boolean
    /** Default: the name of the SDK. */
    name?: string
    /** Default: the version of the SDK. */
    version?: string
  }
}

interface CachedResult {
  isFederated: boolean
  untilMs: number
}

const LIFETIME_MS = { federated: 60_000, other: 15_000 }
const MAX_RESULTS = 1000
const TIMEOUT_MS = 10_000
const ISSUER = 'http://openid.net/specs/connect/1.0/issuer'

/** Results of the tenants, the least recently used first. */
const results = new Map<string, CachedResult>()

const cache = (key: string, isFederated: boolean): boolean => {
  results.delete(key)
  const [oldest] = results.size >= MAX_RESULTS ? results.keys() : []
  if (oldest !== undefined) results.delete(oldest)
  const lifetimeMs = isFederated ? LIFETIME_MS.federated : LIFETIME_MS.other
  results.set(key, { isFederated, untilMs: Date.now() + lifetimeMs })
  return isFederated
}

/**
 * Whether the users of an email domain sign in at the identity provider of their company. Only a hint
 * for routing: any failure, and no response within ten seconds, counts as `false`. Never rejects.
 *
 * @example
 * ```ts
 * const isCompany = await isFederatedDomain('example.auth0.com', 'acme.com')
 * ```
 */
export const isFederatedDomain = async (
  auth0Domain: string,
  emailDomain: string,
  options?: IsFederatedDomainOptions,
): Promise<boolean> => {
  const { customFetch = fetch, telemetry: given } = ownMembers(options)
  const tenant = auth0Domain.replace(/^https?:\/\//i, '').toLowerCase()
  const domain = emailDomain.toLowerCase()
  const key = `${tenant}|${domain}`
  const known = results.get(key)
  if (known && Date.now() < known.untilMs) {
    // Move to the end (LRU order).
    results.delete(key)
    results.set(key, known)
    return known.isFederated
  }
  const controller = new AbortController()
  const { signal } = controller
  const timer = setTimeout(() => controller.abort(), TIMEOUT_MS)
  try {
    const { enabled = true, name, version } = ownMembers(given)
    const { header } = telemetry({ ...SELF, ...(name && { name }), ...(version && { version }) })
    const query = new URLSearchParams({
      resource: `urn:auth0:discovery:domain:${domain}`,
      rel: ISSUER,
    })
    const response = customFetch(`https://${tenant}/.well-known/webfinger?${query}`, {
      ...(enabled && header && { headers: { 'Auth0-Client': header } }),
      signal,
    })
    const { ok, status } = await untilAborted(response, signal)
    if (ok || status === 404) return cache(key, ok)
    if (status === 429)
      console.warn("[latchkey] Rate limited (429) by the tenant's WebFinger endpoint")
  } catch {
    // The tenant cannot be reached.
  } finally {
    clearTimeout(timer)
  }
  return false
}
