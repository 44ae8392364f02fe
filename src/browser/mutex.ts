/** A mutex per name, shared by all tabs of the origin. */
export interface TabLock {
  /**
   * Runs the task when the name is free.
   *
   * @throws TimeoutError if the name is not free within `waitMs`; the task does not run then
   */
  run<T>(name: string, task: () => Promise<T>, waitMs: number): Promise<T>
  /** Runs the task only if the name is free now. */
  tryRun(name: string, task: () => Promise<void>): Promise<void>
}
