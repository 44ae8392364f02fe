import { isBrowser } from './environment.ts'

/** The address of this page. */
export const currentUrl = (): string => location.href

/** Scheme and host of this page; `undefined` on a server. */
export const currentOrigin = (): string | undefined =>
  typeof location === 'undefined' ? undefined : location.origin

/**
 * The state beside a code in this page's address, also behind the `#` of a hash route: it may be that
 * of a login.
 */
export const answeredState = (): string | undefined => {
  const url = isBrowser() ? location.href : ''
  const [pair] = (/[?&]code=/.test(url) && /[?&]state=[^&#]*/.exec(url)) || []
  return new URLSearchParams(pair?.slice(1)).get('state') ?? undefined
}

/** Leaves this page for another; `replace` takes its place in the history. */
export const goTo = (url: string, { replace = false } = {}): void =>
  replace ? location.replace(url) : location.assign(url)

/**
 * Takes parameters out of the address bar, also behind the `#` of a hash route, and leaves the rest
 * alone, to the letter: the path, other parameters, the fragment, and the state that routers keep in the history entry.
 */
export const dropQueryParameters = (names: readonly string[]): void => {
  const [, before, query = '', after = ''] = location.href.match(/^([^?]*)\?([^#]*)(.*)$/) ?? []
  const nameOf = (pair: string): string => [...new URLSearchParams(pair).keys()][0] ?? ''
  const kept = query.split('&').filter(pair => !names.includes(nameOf(pair)))
  if (before) {
    history.replaceState(
      history.state,
      '',
      before + (kept.length ? `?${kept.join('&')}` : '') + after,
    )
  }
}

/** Reads a parameter of the page's address and takes it out of the address bar. */
export const takeQueryParameter = (name: string): string | undefined => {
  const value = new URLSearchParams(location.search).get(name) ?? undefined
  try {
    if (value !== undefined) dropQueryParameters([name])
  } catch {
    // A page that may not rewrite its address keeps it.
  }
  return value
}
