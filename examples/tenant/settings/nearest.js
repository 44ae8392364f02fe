const FARTHEST = 3

/**
 * How many letters must be changed, added or removed (Levenshtein).
 *
 * @param {string} from
 * @param {string} to
 */
const distance = (from, to) => {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [at, letter] of [...from].entries()) {
    const next = [at + 1]
    for (let column = 1; column <= to.length; column += 1) {
      const change = (row[column - 1] ?? 0) + (to[column - 1] === letter ? 0 : 1)
      next.push(Math.min(change, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}

/** @param {string} name */
const plain = name => name.toLowerCase().replaceAll(/[-_]/g, '')

/**
 * The known name that is most similar.
 *
 * @param {string} name
 * @param {readonly string[]} known
 * @returns {string | undefined}
 */
export const nearest = (name, known) => {
  const ranked = known
    .map(candidate => ({ candidate, far: distance(plain(name), plain(candidate)) }))
    .sort((one, other) => one.far - other.far)
  const [best] = ranked
  return best && best.far <= Math.min(FARTHEST, name.length / 2) ? best.candidate : undefined
}
