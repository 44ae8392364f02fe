import { find } from './find.js'

/** @typedef {import('./settings.js').Settings} Settings */

/**
 * Describes the effect of the settings.
 *
 * @param {Settings} settings
 */
const describeEffect = ({ cacheLocation, useRefreshTokens }) => {
  const isStored = cacheLocation === 'localstorage'
  const reload = isStored
    ? 'After a reload the tokens are still there, without a request.'
    : 'A reload clears the tokens; new ones come through a hidden iframe.'
  const means = useRefreshTokens ? 'with the refresh token' : 'through a hidden iframe'
  const sharing = isStored ? 'once for all tabs' : 'separately in each tab'
  return `${reload} An expired token is renewed ${means}, ${sharing}.`
}

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

  memory.checked = settings.cacheLocation === 'memory'
  localStorageRadio.checked = settings.cacheLocation === 'localstorage'
  refreshTokens.checked = settings.useRefreshTokens

  for (const input of [memory, localStorageRadio, refreshTokens]) {
    input.addEventListener('change', () => {
      sessionStorage.setItem(FOCUS_KEY, input.id)
      onChange({
        cacheLocation: localStorageRadio.checked ? 'localstorage' : 'memory',
        useRefreshTokens: refreshTokens.checked,
      })
    })
  }
  find('setting-effect', HTMLElement).textContent = describeEffect(settings)
  restoreFocus()
}
