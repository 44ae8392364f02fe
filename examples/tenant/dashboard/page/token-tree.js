/** @typedef {import('../../tokens/snapshots.js').TokenSnapshot} TokenSnapshot */

/**
 * @typedef {object} TreeNode
 * @property {TokenSnapshot} token
 * @property {TreeNode[][]} branches lines of descent that leave the main one here
 */

/** @typedef {Map<string | undefined, TokenSnapshot[]>} Children */

/**
 * @param {readonly TokenSnapshot[]} tokens
 * @returns {Children} by the id of the parent; tokens whose parent is not listed have none
 */
const childrenByParent = tokens => {
  const known = new Set(tokens.map(({ id }) => id))
  /** @type {Children} */
  const children = new Map()
  for (const token of tokens) {
    const parent = token.parent !== undefined && known.has(token.parent) ? token.parent : undefined
    const siblings = children.get(parent)
    if (siblings) siblings.push(token)
    else children.set(parent, [token])
  }
  return children
}

/**
 * The newest token below each one: who has it among the descendants continues the main line.
 *
 * @param {readonly TokenSnapshot[]} tokens in the order they were issued
 */
const newestBelow = tokens => {
  /** @type {Map<string, number>} */
  const newest = new Map(tokens.map(({ id }, index) => [id, index]))
  for (const { id, parent } of [...tokens].reverse()) {
    if (parent === undefined) continue
    newest.set(parent, Math.max(newest.get(parent) ?? -1, newest.get(id) ?? -1))
  }
  return newest
}

/**
 * Lines of descent of a family. A line runs straight on from token to successor; where a token has
 * several successors, the one that leads to the newest token continues the line, and the others
 * branch off. So the drawing grows downwards, and to the side only where the family really forked.
 *
 * @param {readonly TokenSnapshot[]} tokens in the order they were issued
 * @returns {TreeNode[][]} one line per token whose parent is not listed
 */
export const toLines = tokens => {
  const children = childrenByParent(tokens)
  const newest = newestBelow(tokens)
  const rank = (/** @type {TokenSnapshot} */ { id }) => newest.get(id) ?? -1

  /**
   * @param {TokenSnapshot} first
   * @returns {TreeNode[]}
   */
  const lineFrom = first => {
    const line = []
    for (let token = /** @type {TokenSnapshot | undefined} */ (first); token; ) {
      const successors = [...(children.get(token.id) ?? [])]
      const next = successors.sort((one, other) => rank(other) - rank(one)).shift()
      line.push({ token, branches: successors.reverse().map(lineFrom) })
      token = next
    }
    return line
  }

  return (children.get(undefined) ?? []).map(lineFrom)
}

/** @param {TreeNode} node */
const isPlain = ({ token, branches }) => token.status === 'spent' && branches.length === 0

const LONGEST_RUN = 6
const KEPT_AT_EACH_END = 2

/**
 * Groups long runs of ordinary exchanges, so that a session of several days is still readable.
 *
 * @param {TreeNode[]} line
 * @returns {(TreeNode | TreeNode[])[]} an array stands for a run
 */
export const foldRuns = line => {
  /** @type {(TreeNode | TreeNode[])[]} */
  const folded = []
  for (let at = 0; at < line.length; ) {
    let end = at
    for (let node = line[end]; node && isPlain(node); node = line[end]) end += 1
    const run = line.slice(at, Math.max(end, at + 1))
    if (run.length > LONGEST_RUN) {
      const [first, last] = [KEPT_AT_EACH_END, run.length - KEPT_AT_EACH_END]
      folded.push(...run.slice(0, first), run.slice(first, last), ...run.slice(last))
    } else {
      folded.push(...run)
    }
    at += run.length
  }
  return folded
}
