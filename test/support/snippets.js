import { readdirSync, readFileSync } from 'node:fs'

const FOLDER = new URL('../../examples/snippets/', import.meta.url)

/** A fence whose info string names a region: ```` ```ts tokens.test.ts#cacheMode ````. */
const FENCE = /^(```\w+ (\S+#\S+)\n).*?^```$/gms

const REGION = /^ *\/\/ #region (\S+)\n(.*?)^ *\/\/ #endregion$/gms

/**
 * Removes the indentation that all lines have in common.
 *
 * @param {string} code
 */
const dedent = code => {
  const lines = code.split('\n')
  const indents = lines.filter(Boolean).map(line => line.search(/\S/))
  const depth = Math.min(...indents)
  return lines.map(line => line.slice(depth)).join('\n')
}

/**
 * The regions of all files in `examples/snippets`, by file and name.
 *
 * @returns {Map<string, string>}
 */
export const readSnippets = () => {
  const files = readdirSync(FOLDER).filter(name => name.endsWith('.test.ts'))
  return new Map(
    files.flatMap(file =>
      [...readFileSync(new URL(file, FOLDER), 'utf8').matchAll(REGION)].map(
        ([, name, code = '']) => /** @type {const} */ ([`${file}#${name}`, dedent(code)]),
      ),
    ),
  )
}

/**
 * The names of the snippets in a document, in order.
 *
 * @param {string} document
 */
export const snippetsIn = document => [...document.matchAll(FENCE)].map(([, , name = '']) => name)

/**
 * The document with the current code of each snippet.
 *
 * @param {string} document
 * @param {Map<string, string>} snippets
 */
export const withSnippets = (document, snippets) =>
  document.replace(FENCE, (_, opening, name) => {
    const code = snippets.get(name)
    if (code === undefined) throw new Error(`There is no snippet ${name}`)
    return `${opening}${code}\`\`\``
  })
