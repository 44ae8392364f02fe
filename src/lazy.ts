import { GenericError } from './errors/core.ts'

const NOT_LOADED =
  'Failed to load an SDK module (offline, or the app was redeployed). Reload the page.'

/**
 * Waits for a module that is loaded on demand.
 *
 * @param name the name of the file: not all browsers say which one they could not load
 * @throws GenericError `network_error` if the module cannot be loaded
 */
export const loadModule = <T>(name: string, module: Promise<T>): Promise<T> =>
  module.catch(cause => {
    throw new GenericError('network_error', `${NOT_LOADED} File: ${name}. ${cause}`, { cause })
  })

/** A value that is loaded on first use. */
export interface Lazy<T> {
  (): Promise<T>
  /** The value if it has been loaded, otherwise `undefined`. */
  loaded(): T | undefined
}

/** Loads a value once, on first use. After a failure the next use tries again. */
export const lazy = <T>(load: () => Promise<T>): Lazy<T> => {
  let loading: Promise<T> | undefined
  let loaded: T | undefined
  const get = (): Promise<T> => {
    loading ??= load().then(
      value => {
        loaded = value
        return value
      },
      error => {
        loading = undefined
        throw error
      },
    )
    return loading
  }
  return Object.assign(get, { loaded: () => loaded })
}
