/** Parameters of a request before they are encoded; `undefined` and `null` are not sent. */
export type Parameters = Record<string, unknown>

/** The parameters that are sent, as text. An object travels as JSON. */
export const toText = (parameters: Parameters): Record<string, string> =>
  Object.fromEntries(
    Object.entries(parameters)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value]) => [
        name,
        typeof value === 'object' ? JSON.stringify(value) : String(value),
      ]),
  )

/** The parameters as a query string or form body. */
export const formEncode = (parameters: Parameters): string =>
  new URLSearchParams(toText(parameters)).toString()

/** A copy without the names given, and without members that are `undefined`. */
export const omit = (parameters: Parameters | undefined, ...names: string[]): Parameters =>
  Object.fromEntries(
    Object.entries(parameters ?? {}).filter(
      ([name, value]) => value !== undefined && !names.includes(name),
    ),
  )
