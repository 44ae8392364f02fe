import { find } from './find.js'
import { allowsOnlineAccess } from './settings.js'

/** @typedef {import('./settings.js').Settings} Settings */

/**
 * Describes the effect of the settings.
 *
 * @param {Settings} settings
 */
const describeEffect = ({ cacheLocation, useRefreshTokens, useDpop }) => {
  const isStored = cacheLocation === 'localstorage'
  const reload = isStored
    ? 'After a reload the tokens are still there, without a request.'
    : 'A reload clears the tokens; new ones come through a hidden iframe.'
  const means = useRefreshTokens ? 'with the refresh token' : 'through a hidden iframe'
  const sharing = isStored ? 'once for all tabs' : 'separately in each tab'
  const renewal = `An expired token is renewed ${means}, ${sharing}.`
  const binding = useDpop ? ' Tokens work only with a key that stays in this browser.' : ''
  return `${reload} ${renewal}${binding}`
}

/** @param {boolean} isPossible */
const describeOnlineAccess = isPossible =>
  isPossible
    ? 'The refresh token ends with the session at the tenant, and never changes.'
    : 'Needs refresh tokens and DPoP: a refresh token that never changes must be bound to a key.'

/** A change reloads the page; whoever works with the keyboard goes on where they were. */
const FOCUS_KEY = 'example-app.focus'

const restoreFocus = () => {
  const id = sessionStorage.getItem(FOCUS_KEY)
  sessionStorage.removeItem(FOCUS_KEY)
  if (id) document.getElementById(id)?.focus()
}

/**
 * @param {Settings} settings what the switches show at first
 * @param {(settings: Settings) => void} onChange
 */
export const wireSettingsForm = (settings, onChange) => {
  const memory = find('setting-memory', HTMLInputElement)
  const localStorageRadio = find('setting-localstorage', HTMLInputElement)
  const refreshTokens = find('setting-refresh-tokens', HTMLInputElement)
  const dpop = find('setting-dpop', HTMLInputElement)
  const onlineAccess = find('setting-online-access', HTMLInputElement)

  memory.checked = settings.cacheLocation === 'memory'
  localStorageRadio.checked = settings.cacheLocation === 'localstorage'
  refreshTokens.checked = settings.useRefreshTokens
  dpop.checked = settings.useDpop
  onlineAccess.checked = settings.useOnlineAccess
  onlineAccess.disabled = !allowsOnlineAccess(settings)
  find('setting-online-access-hint', HTMLElement).textContent = describeOnlineAccess(
    !onlineAccess.disabled,
  )

  for (const input of [memory, localStorageRadio, refreshTokens, dpop, onlineAccess]) {
    input.addEventListener('change', () => {
      sessionStorage.setItem(FOCUS_KEY, input.id)
      const tokens = { useRefreshTokens: refreshTokens.checked, useDpop: dpop.checked }
      onChange({
        cacheLocation: localStorageRadio.checked ? 'localstorage' : 'memory',
        ...tokens,
        // Ends with the first of the two settings that it needs.
        useOnlineAccess: onlineAccess.checked && allowsOnlineAccess(tokens),
      })
    })
  }
  find('setting-effect', HTMLElement).textContent = describeEffect(settings)
  restoreFocus()
}
