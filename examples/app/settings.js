/**
 * @typedef {object} Settings
 * @property {'memory' | 'localstorage'} cacheLocation
 * @property {boolean} useRefreshTokens
 * @property {boolean} useDpop
 * @property {boolean} useOnlineAccess refresh tokens end with the session at the tenant
 */

const KEY = 'example-app.settings'

const stored = () => {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') ?? {}
  } catch {
    return {}
  }
}

/**
 * Whether `refreshTokenMode: 'online'` can be used: such a refresh token never changes, so it must
 * be bound to a key.
 *
 * @param {Pick<Settings, 'useRefreshTokens' | 'useDpop'>} settings
 */
export const allowsOnlineAccess = ({ useRefreshTokens, useDpop }) => useRefreshTokens && useDpop

/** @returns {Settings} a combination that the SDK accepts */
export const loadSettings = () => {
  const { cacheLocation, useRefreshTokens, useDpop, useOnlineAccess } = stored()
  const tokens = { useRefreshTokens: useRefreshTokens === true, useDpop: useDpop === true }
  return {
    cacheLocation: cacheLocation === 'localstorage' ? 'localstorage' : 'memory',
    ...tokens,
    useOnlineAccess: useOnlineAccess === true && allowsOnlineAccess(tokens),
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
    if (key === KEY && JSON.stringify(loadSettings()) !== JSON.stringify(mine)) react()
  })
