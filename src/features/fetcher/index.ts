import { lazy, loadModule } from '../../lazy.ts'
import type { CustomFetchMinimalOutput, Fetcher, FetcherConfig } from '../../types/fetcher.ts'
import type { FetcherHost } from './fetcher-host.ts'

/** The code is loaded by the first call; the method works without its object, as `fetch` does. */
export const createFetcher = <TOutput extends CustomFetchMinimalOutput>(
  host: FetcherHost,
  config: FetcherConfig<TOutput> | undefined,
): Fetcher<TOutput> => {
  const load = lazy(async () => {
    const { createFetch } = await loadModule('fetcher', import('./create-fetch.ts'))
    return createFetch(host, config)
  })
  return { fetchWithAuth: async (...call) => (load.loaded() ?? (await load()))(...call) }
}
