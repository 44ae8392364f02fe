/** Gives what is loaded on first use. */
export interface Lazy<T> {
  (): Promise<T>
  /** What has been loaded, or is being loaded, if anybody has asked for it yet. */
  started(): Promise<T> | undefined
}

/** Loads something once, on first use; a load that failed is tried again by the next use. */
export const lazy = <T>(load: () => Promise<T>): Lazy<T> => {
  let loading: Promise<T> | undefined
  const get = (): Promise<T> => {
    loading ??= load().catch(error => {
      loading = undefined
      throw error
    })
    return loading
  }
  return Object.assign(get, { started: () => loading })
}
