/** Parameters of a request before they are encoded; `undefined` and `null` are not sent. */
export type Parameters = Record<string, unknown>

/** A copy with the members that are set and accepted. */
export const pick = (
  parameters: Parameters | undefined,
  accept: (name: string) => boolean = () => true,
): Parameters =>
  Object.fromEntries(
    Object.entries(parameters ?? {}).filter(([name, value]) => value !== undefined && accept(name)),
  )

/** A copy without the names given, and without members that are not set. */
export const omit = (parameters: Parameters | undefined, ...names: string[]): Parameters =>
  pick(parameters, name => !names.includes(name))

/** The parameters as a query string or form body. An object travels as JSON. */
export const formEncode = (parameters: Parameters): string => {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined || value === null) continue
    query.append(name, typeof value === 'object' ? JSON.stringify(value) : String(value))
  }
  return query.toString()
}
