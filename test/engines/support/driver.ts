/** A function of the page as text: takes JSON, gives a promise of JSON and never rejects. */
export type PageCall = string

/**
 * What each engine can be asked to do, in the words of its own protocol; `window` is the
 * protocol's id of a tab or popup. Every method rejects when it takes too long.
 */
export interface Driver {
  /** Opens a tab and gives its id. */
  open(): Promise<string>
  /** The ids of all tabs and popups. */
  windows(): Promise<string[]>
  /** Resolves when the page has loaded. */
  goto(window: string, url: string): Promise<void>
  back(window: string): Promise<void>
  /** Several calls can run at the same time, in one tab or in several. */
  call(window: string, code: PageCall, json: string): Promise<string>
  /** A click of the user, in whose course a page may open a popup. */
  click(window: string, selector: string): Promise<void>
  /** Keys of the user. */
  type(window: string, selector: string, text: string): Promise<void>
  close(window: string): Promise<void>
  /** Closes all windows and forgets their data. */
  end(): Promise<void>
}

export interface LaunchOptions {
  /** The origin that is refused cookies, storages and databases. */
  refuseStorageTo?: string
}

/** A running engine. */
export interface Engine {
  readonly version: string
  /** Starts with no data, in no window. One at a time. */
  createDriver(): Promise<Driver>
  close(): Promise<void>
}
