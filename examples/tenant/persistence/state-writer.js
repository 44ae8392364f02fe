/** Changes within this time are saved together. */
const GATHER_MS = 200

/**
 * Saves after changes: delayed, never concurrently, and always with the latest state.
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
    // After an error, the state is saved with the next change.
    saving = saved.catch(() => {})
    return saved
  }

  return {
    touch: () => {
      timer ??= setTimeout(() => saveNext().catch(onError), GATHER_MS)
    },
    /** Saves immediately. */
    flush: saveNext,
  }
}
