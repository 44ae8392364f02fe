/** Parses JSON; `undefined` if the text is missing or invalid. */
export const parseJson = (text: string | null | undefined): unknown => {
  // Most items are missing, and the first exception of a page costs more than a millisecond.
  if (!text) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
