import { GenericError } from './errors/core.ts'

const NOT_LOADED = 'A part of the SDK did not load. Offline, or a new release? Reload.'

/** Gives what is loaded on first use. */
export interface Lazy<T> {
  (): Promise<T>
  /** What has been loaded, or is being loaded, if anybody has asked for it yet. */
  started(): Promise<T> | undefined
}

/**
 * Loads something once, on first use; a load that failed is tried again by the next use.
 *
 * @throws GenericError `network_error` when a file of the SDK could not be loaded
 */
export const lazy = <T>(load: () => Promise<T>): Lazy<T> => {
  let loading: Promise<T> | undefined
  const get = (): Promise<T> => {
    loading ??= load().catch(cause => {
      loading = undefined
      if (cause instanceof GenericError) throw cause
      throw new GenericError('network_error', NOT_LOADED, { cause })
    })
    return loading
  }
  return Object.assign(get, { started: () => loading })
}
