/**
 * Our states are 58 characters of base64 and `==`. Some routers and proxies drop the `=`, decode `+`
 * to a space, or leave the escapes of a second encoding.
 */
export const restoreState = (state: string | undefined): string | undefined => {
  const text = state?.replace(/ |%2b/gi, '+').replace(/(=|%3d)+$/i, '')
  return text && /^[\w+/]{58}$/.test(text) ? `${text}==` : state
}
