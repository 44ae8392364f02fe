import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'

/** The folder of the page's files. */
const FOLDER = new URL('./page/', import.meta.url)

const TYPES = new Map([
  ['.html', 'html'],
  ['.css', 'css'],
  ['.js', 'js'],
  ['.svg', 'svg'],
])

/**
 * A file of the page by its name; names never lead out of the folder.
 *
 * @param {string} name
 * @returns {Promise<{ type: string, body: Buffer } | undefined>}
 */
export const readPageFile = async name => {
  const type = TYPES.get(extname(name))
  if (!type || !/^[a-z-]+\.[a-z]+$/.test(name)) return undefined
  try {
    return { type, body: await readFile(new URL(name, FOLDER)) }
  } catch {
    return undefined
  }
}
