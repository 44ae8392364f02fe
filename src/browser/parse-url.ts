/** An address in its parts, or `undefined` when it is none. `URL.canParse` is too new for some. */
export const parseUrl = (text: string): URL | undefined => {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}
