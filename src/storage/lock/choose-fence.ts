import { createCookies } from '../../browser/cookies.ts'
import { lazy } from '../../lazy.ts'
import type { Coherence, ICache } from '../../types/storage.ts'
import { LocalStorageCache } from '../local-storage-cache.ts'

/** For caches that no other tab sees, or that see to it themselves. */
const alwaysCoherent: Coherence = {
  isShared: false,
  catchUp: async () => {},
  around: (_, work) => work(),
  clear: async () => {},
}

/** Only localStorage needs help, and only when something is renewed: the code for it comes then. */
export const chooseCoherence = (cache: ICache, clientId: string): (() => Promise<Coherence>) =>
  lazy(async () => {
    if (!(cache instanceof LocalStorageCache)) return alwaysCoherent
    const cookies = createCookies({
      domain: undefined,
      withLegacyTwin: false,
      byDuration: true,
    })
    return (await import('./write-fence.ts')).createLocalStorageCoherence(cookies, clientId)
  })
