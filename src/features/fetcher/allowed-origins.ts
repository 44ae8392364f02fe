import { absoluteUrl, currentOrigin } from '../../browser/location.ts'
import { HTTP_SCHEME, parseUrl } from '../../browser/parse-url.ts'
import { GenericError } from '../../errors/core.ts'
import { invalidOption } from '../../option-types.ts'
import { type HttpRules, requireHttps } from '../../protocol/require-https.ts'

const WANTED = 'a list of origins such as https://api.example.com'

const isEncrypted = (url: string, rules: HttpRules): boolean => {
  try {
    requireHttps(url, rules)
    return true
  } catch {
    return false
  }
}

/** @throws InvalidConfigurationError if the list contains anything but origins */
const readOrigins = (list: unknown, rules: HttpRules): string[] => {
  if (!Array.isArray(list)) throw invalidOption('allowedOrigins', list, WANTED)
  return list.map((item: unknown) => {
    const url = typeof item === 'string' ? parseUrl(item.trim()) : undefined
    const isOrigin =
      url && HTTP_SCHEME.test(url.href) && url.href === `${url.origin}/` && !url.host.includes('*')
    if (!isOrigin || !isEncrypted(url.href, rules)) {
      throw invalidOption('allowedOrigins', item, WANTED)
    }
    return url.origin
  })
}

const originOfBase = (baseUrl: string, rules: HttpRules): string => {
  const url = parseUrl(absoluteUrl(baseUrl))
  if (!url || !HTTP_SCHEME.test(url.href)) {
    throw invalidOption('baseUrl', baseUrl, 'a URL such as https://api.example.com')
  }
  requireHttps(url.href, rules)
  return url.origin
}

/** The last two labels of a host name, or three below registries such as `co.uk`. */
const SITE = /[^.]+\.(?:(?:ac|co|com|edu|go|gov|ne|net|or|org)\.[a-z]{2}|[^.]+)$/

/** Approximately the registrable domain; it only decides about a warning. */
const siteOf = (origin: string): string => {
  const hostname = parseUrl(origin)?.hostname ?? ''
  return /^[\d.]+$|^\[/.test(hostname) ? hostname : (SITE.exec(hostname)?.[0] ?? hostname)
}

/** Rejects a URL that must not get an access token. */
export type RequireAllowed = (url: string) => void

/**
 * Decides which URLs may get an access token (RFC 6750 section 5.3). Without a list and without a
 * `baseUrl`, every https origin may.
 *
 * @param warned the sites that the user of the client has been warned of
 * @throws InvalidConfigurationError if an option cannot be used
 */
export const createRequireAllowed = (
  { allowedOrigins, baseUrl }: { allowedOrigins?: unknown; baseUrl?: string | undefined },
  rules: HttpRules,
  warned: Set<string>,
): RequireAllowed => {
  const base = baseUrl && originOfBase(baseUrl, rules)
  const list = allowedOrigins ?? (base && [base])
  const origins = list && readOrigins(list, rules)

  /** Applications that pass URLs of others to `fetchWithAuth` give tokens away. */
  const warn = (origin: string): void => {
    const page = currentOrigin()
    const site = siteOf(origin)
    if (!page || siteOf(page) === site || warned.has(site)) return
    warned.add(site)
    console.warn(
      `[latchkey] An access token goes to ${origin}. Set \`allowedOrigins\` in createFetcher.`,
    )
  }

  return text => {
    const url = parseUrl(text)
    // The origin of a `blob:` URL is that of its page.
    const isHttp = url && HTTP_SCHEME.test(text)
    const isAllowed = isHttp && (origins ? origins.includes(url.origin) : isEncrypted(text, rules))
    if (!isAllowed) {
      throw new GenericError(
        'origin_not_allowed',
        `${isHttp ? url.origin : url?.protocol} must not get an access token. Add an https origin to \`allowedOrigins\` of createFetcher.`,
      )
    }
    if (!origins) warn(url.origin)
  }
}
