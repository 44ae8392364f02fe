/** Where there is none, other tabs hear nothing. */
export const openTabChannel = (name: string): BroadcastChannel | undefined =>
  typeof window === 'undefined' || typeof BroadcastChannel === 'undefined'
    ? undefined
    : new BroadcastChannel(name)
