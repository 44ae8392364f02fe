import { describeTime } from './describe.js'
import { element } from './element.js'
import { find } from './find.js'

/** @typedef {import('./sdk.js').IdToken} IdToken */

/** Claims that are moments, in seconds since the epoch. */
const MOMENTS = new Set(['iat', 'exp', 'nbf', 'auth_time', 'updated_at', 'session_expiry'])
const MAX_LENGTH = 120

/**
 * @param {string} name
 * @param {unknown} value
 */
const describeClaim = (name, value) => {
  if (MOMENTS.has(name) && typeof value === 'number') return `${value} (${describeTime(value)})`
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text
}

/** @param {IdToken} claims */
const claimRows = ({ __raw: _, ...claims }) =>
  Object.entries(claims).map(([name, value]) =>
    element(
      'div',
      {},
      element('dt', {}, element('code', {}, name)),
      element('dd', {}, describeClaim(name, value)),
    ),
  )

/**
 * The Content Security Policy allows no images, and profile pictures can be on any host.
 *
 * @param {string} name
 */
const initialsOf = name =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map(([first = '']) => first)
    .join('')

/** Who is signed in. */
export const createIdentityView = () => {
  const signedIn = find('signed-in', HTMLElement)
  const signedOut = find('signed-out', HTMLElement)
  const initials = find('user-initials', HTMLElement)
  const name = find('user-name', HTMLElement)
  const email = find('user-email', HTMLElement)
  const claimList = find('claims', HTMLElement)

  return {
    /**
     * @param {import('./sdk.js').User | undefined} user
     * @param {IdToken | undefined} claims
     */
    show: (user, claims) => {
      signedIn.hidden = !user
      signedOut.hidden = Boolean(user)
      document.body.dataset.session = user ? 'signed-in' : 'signed-out'
      name.textContent = user?.name ?? user?.sub ?? ''
      initials.textContent = initialsOf(name.textContent)
      email.textContent = user?.email ?? ''
      claimList.replaceChildren(...(claims ? claimRows(claims) : []))
    },
  }
}
