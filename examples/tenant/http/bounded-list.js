const MOST_KEPT = 10_000

/**
 * Appends, and forgets the oldest beyond the bound, so that a tenant left running for days does not
 * grow. The same array object stays in use: whoever holds it sees every change.
 *
 * @template Item
 * @param {Item[]} list
 * @param {Item} item
 */
export const appendBounded = (list, item) => {
  list.push(item)
  if (list.length > MOST_KEPT) list.splice(0, list.length - MOST_KEPT)
}
