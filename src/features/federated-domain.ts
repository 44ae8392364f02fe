import { SELF, telemetry } from '../protocol/telemetry.ts'

/** How `isFederatedDomain` asks. */
export interface IsFederatedDomainOptions {
  /** What to ask with instead of the browser's `fetch`. */
  customFetch?: typeof fetch
  /** How the SDK names itself to the tenant; not at all with `enabled: false`. */
  telemetry?: {
    /** Default `true`. */
    enabled?: boolean
    /** Default: the SDK's own name. */
    name?: string
    /** Default: the SDK's own version. */
    version?: string
  }
}

interface Remembered {
  isFederated: boolean
  untilMs: number
}

const REMEMBER_MS = { yes: 60_000, no: 15_000 }
const AT_MOST = 1000
const ISSUER = 'http://openid.net/specs/connect/1.0/issuer'

/** The answers of the tenants, the one that was wanted least lately first. */
const answers = new Map<string, Remembered>()

const remember = (key: string, isFederated: boolean): boolean => {
  answers.delete(key)
  const [oldest] = answers.size >= AT_MOST ? answers.keys() : []
  if (oldest !== undefined) answers.delete(oldest)
  const forMs = isFederated ? REMEMBER_MS.yes : REMEMBER_MS.no
  answers.set(key, { isFederated, untilMs: Date.now() + forMs })
  return isFederated
}

/**
 * Whether a tenant sends the users of an email domain to their company's own login. A hint for
 * routing, and no more: what cannot be found out counts as no. Never rejects.
 *
 * @example
 * ```ts
 * const isCompany = await isFederatedDomain('example.auth0.com', 'acme.com')
 * ```
 */
export const isFederatedDomain = async (
  auth0Domain: string,
  emailDomain: string,
  { customFetch = fetch, telemetry: given = {} }: IsFederatedDomainOptions = {},
): Promise<boolean> => {
  const tenant = auth0Domain.replace(/^https?:\/\//i, '').toLowerCase()
  const domain = emailDomain.toLowerCase()
  const key = `${tenant}|${domain}`
  const known = answers.get(key)
  if (known && Date.now() < known.untilMs) {
    // To the end: the one that was wanted least lately is forgotten first.
    answers.delete(key)
    answers.set(key, known)
    return known.isFederated
  }
  try {
    const { enabled = true, name, version } = given
    const { header } = telemetry({ ...SELF, ...(name && { name }), ...(version && { version }) })
    const query = new URLSearchParams({
      resource: `urn:auth0:discovery:domain:${domain}`,
      rel: ISSUER,
    })
    const { ok, status } = await customFetch(`https://${tenant}/.well-known/webfinger?${query}`, {
      ...(enabled && header && { headers: { 'Auth0-Client': header } }),
    })
    if (ok || status === 404) return remember(key, ok)
    if (status === 429) console.warn('The tenant is asked too often about email domains.')
  } catch {
    // Unreachable: nobody knows.
  }
  return false
}
