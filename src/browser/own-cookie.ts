import type { Cookies } from './cookies.ts'

/**
 * The value of the cookie that this host has written, which is written again. A page of a sibling
 * domain can set a cookie of the same name for the parent domain; it stays when ours is removed, so
 * what is gone then was ours. With `cookieDomain` the two cannot be told apart.
 */
export const ownCookie = (cookies: Cookies, name: string, lifetimeMs: number): unknown => {
  const before = cookies.all(name)
  if (!before.length) return undefined
  cookies.remove(name)
  const others = cookies.all(name)
  if (others.length === before.length) return undefined
  const texts = others.map(value => JSON.stringify(value))
  const own = before.find(value => !texts.includes(JSON.stringify(value))) ?? before[0]
  cookies.set(name, own, lifetimeMs)
  return own
}
