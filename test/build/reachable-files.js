import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const IMPORT = /(?:from |import |import\(|require\()['"](\.[^'"]+)['"]/g

/**
 * Built files with all files that they import, at once or later.
 *
 * @param {string[]} entries
 */
export const reachableFiles = (...entries) => {
  const files = new Set(entries)
  // Iterating over a set includes what is added during the iteration.
  for (const file of files) {
    for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      files.add(join(dirname(file), path))
    }
  }
  return [...files]
}
