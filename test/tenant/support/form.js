/**
 * The fields a page's form would send as they are.
 *
 * @param {string} html
 * @returns {Record<string, string>}
 */
export const fieldsOf = html => {
  const inputs = html.matchAll(/<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"/g)
  return Object.fromEntries([...inputs].map(([, name = '', value = '']) => [name, value]))
}
