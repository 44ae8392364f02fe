import { readFile, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'

/** Only files of these types are served. */
const TYPES = new Map([
  ['.html', 'text/html'],
  ['.css', 'text/css'],
  ['.js', 'text/javascript'],
  ['.map', 'application/json'],
  ['.svg', 'image/svg+xml'],
])

/** @param {string} text */
const decode = text => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/**
 * Serves files below some folders by URL path. Neither `..` nor a symbolic link can leave a
 * folder.
 *
 * @param {readonly { prefix: string, folder: string }[]} mounts the first one whose prefix matches is used
 */
export const createStaticFiles = mounts => {
  /**
   * @param {string} folder
   * @param {string} path
   */
  const readWithin = async (folder, path) => {
    const type = TYPES.get(extname(path))
    if (!type) return undefined
    try {
      const [root, file] = await Promise.all([realpath(folder), realpath(join(folder, path))])
      return file.startsWith(`${root}${sep}`) ? { type, body: await readFile(file) } : undefined
    } catch {
      return undefined
    }
  }

  return {
    /**
     * @param {string} pathname as in the request, percent-encoded
     * @returns {Promise<{ type: string, body: Buffer } | undefined>}
     */
    read: async pathname => {
      const path = decode(pathname)
      const mount = path && mounts.find(({ prefix }) => path.startsWith(prefix))
      if (!path || !mount) return undefined
      const rest = path.slice(mount.prefix.length)
      return readWithin(
        mount.folder,
        rest === '' || rest.endsWith('/') ? `${rest}index.html` : rest,
      )
    },
  }
}
