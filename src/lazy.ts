import { GenericError } from './errors/core.ts'

const NOT_LOADED =
  'Failed to load an SDK module (offline, or the app was redeployed). Reload the page.'

/** A value that is loaded on first use. */
export interface Lazy<T> {
  (): Promise<T>
  /** The value if it has been loaded, otherwise `undefined`. */
  loaded(): T | undefined
}

/**
 * Loads a value once, on first use. After a failure the next use tries again.
 *
 * @throws GenericError `network_error` if a module could not be loaded
 */
export const lazy = <T>(load: () => Promise<T>): Lazy<T> => {
  let loading: Promise<T> | undefined
  let loaded: T | undefined
  const get = (): Promise<T> => {
    loading ??= load().then(
      value => {
        loaded = value
        return value
      },
      cause => {
        loading = undefined
        if (cause instanceof GenericError) throw cause
        throw new GenericError('network_error', NOT_LOADED, { cause })
      },
    )
    return loading
  }
  return Object.assign(get, { loaded: () => loaded })
}
