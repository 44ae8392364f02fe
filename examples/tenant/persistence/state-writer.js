/** Many changes in a row are saved once. */
const GATHER_MS = 200

/**
 * Saves after changes: not at once, never twice at a time, and never without the latest.
 *
 * @param {{ save: () => Promise<void>, onError: (error: Error) => void }} parts
 */
export const createStateWriter = ({ save, onError }) => {
  /** @type {NodeJS.Timeout | undefined} */
  let timer
  /** @type {Promise<void>} */
  let saving = Promise.resolve()

  const saveNext = () => {
    clearTimeout(timer)
    timer = undefined
    const saved = saving.then(save)
    // What could not be saved now is saved with the next change, if the cause is gone by then.
    saving = saved.catch(() => {})
    return saved
  }

  return {
    touch: () => {
      timer ??= setTimeout(() => saveNext().catch(onError), GATHER_MS)
    },
    /** Saves at once what there is. */
    flush: saveNext,
  }
}
