import { createCookies } from '../../browser/cookies.ts'
import { currentOrigin } from '../../browser/location.ts'
import { type Lazy, lazy } from '../../lazy.ts'
import type { ICache } from '../../types/storage.ts'
import { LocalStorageCache } from '../local-storage-cache.ts'
import type { WriteFence } from './write-fence.ts'

/** For caches that no other tab sees, or that are coherent by themselves. */
const withoutFence: WriteFence = {
  isShared: false,
  waitForLastWrite: async () => {},
  write: (_, work) => work(),
  clear: async () => {},
}

/** Only localStorage needs a fence, and only for renewals: its code is loaded then. */
export const chooseFence = (cache: ICache, clientId: string): Lazy<WriteFence> =>
  lazy(async () => {
    if (!(cache instanceof LocalStorageCache)) return withoutFence
    const cookies = createCookies({
      domain: undefined,
      withLegacyCopy: false,
      byDuration: true,
    })
    const { createLocalStorageFence } = await import('./write-fence.ts')
    return createLocalStorageFence({
      clientId,
      cookies,
      origin: currentOrigin(),
      loadIndexedDb: () => import('./indexed-db-version.ts'),
    })
  })
