import { readFile, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'

/** Only these are served; anything else in the folders is not for browsers. */
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
 * Files below some folders, by the path of a URL. Neither `..` nor a symbolic link leads out of
 * a folder.
 *
 * @param {readonly { prefix: string, folder: string }[]} mounts the first whose prefix fits is it
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
     * @param {string} pathname as it stands in the request
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
