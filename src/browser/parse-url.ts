/** Parses a URL; `undefined` if it is invalid. `URL.canParse` is too new for some browsers. */
export const parseUrl = (text: string): URL | undefined => {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}
