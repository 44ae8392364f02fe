/** @typedef {import('./token-cache.js').HeldToken} HeldToken */

/**
 * @param {HeldToken | undefined} before
 * @param {HeldToken | undefined} now
 */
const describeChange = (before, now) => {
  if (before && now && before.accessToken !== now.accessToken) {
    return 'Another tab renewed the access token; this tab has it now.'
  }
  if (before && now && now.expiresAt < before.expiresAt) {
    return 'Another tab let the access token expire.'
  }
  return undefined
}

/**
 * Tabs share localStorage: each tab shows what another tab stores.
 *
 * @param {{
 *   tokens: Pick<import('./token-cache.js').TokenCache, 'owns' | 'read'>,
 *   isSignedIn: () => Promise<boolean>,
 *   isBusy: () => boolean,
 *   onChange: () => Promise<void>,
 *   onNote: (text: string) => void,
 * }} parts `isBusy`: a call of this tab is pending and will report its own result
 */
export const followOtherTabs = async ({ tokens, isSignedIn, isBusy, onChange, onNote }) => {
  let wasSignedIn = await isSignedIn()
  let known = await tokens.read()

  const look = async () => {
    const [isNowSignedIn, now] = await Promise.all([isSignedIn(), tokens.read()])
    const text = describeChange(known, now)
    if (text && !isBusy()) onNote(text)
    if (isNowSignedIn !== wasSignedIn) {
      onNote(isNowSignedIn ? 'Signed in in another tab.' : 'Signed out in another tab.')
    }
    wasSignedIn = isNowSignedIn
    // During a renewal there is no access token: compare with the previous one.
    if (now || !isNowSignedIn) known = now
  }

  addEventListener('storage', async ({ key }) => {
    if (key !== null && !tokens.owns(key)) return
    await look()
    await onChange()
  })

  return {
    /** This tab has changed something itself. */
    catchUp: async () => {
      wasSignedIn = await isSignedIn()
      known = (await tokens.read()) ?? known
    },
  }
}
