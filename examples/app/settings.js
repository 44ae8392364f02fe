/**
 * @typedef {object} Settings
 * @property {'memory' | 'localstorage'} cacheLocation
 * @property {boolean} useRefreshTokens
 */

const KEY = 'example-app.settings'

const stored = () => {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') ?? {}
  } catch {
    return {}
  }
}

/** @returns {Settings} */
export const loadSettings = () => {
  const { cacheLocation, useRefreshTokens } = stored()
  return {
    cacheLocation: cacheLocation === 'localstorage' ? 'localstorage' : 'memory',
    useRefreshTokens: useRefreshTokens === true,
  }
}

/** @param {Settings} settings */
export const saveSettings = settings => localStorage.setItem(KEY, JSON.stringify(settings))

/**
 * Called when another tab changed the settings. The event can also be fired for a change that this
 * page made just before it was reloaded.
 *
 * @param {Settings} mine
 * @param {() => void} react
 */
export const onSettingsOfAnotherTab = (mine, react) =>
  addEventListener('storage', ({ key }) => {
    const { cacheLocation, useRefreshTokens } = loadSettings()
    const isSame =
      cacheLocation === mine.cacheLocation && useRefreshTokens === mine.useRefreshTokens
    if (key === KEY && !isSame) react()
  })
