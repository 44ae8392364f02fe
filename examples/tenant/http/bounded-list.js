const MOST_KEPT = 10_000

/**
 * Appends to a list and drops the oldest entries beyond the limit, so that a long-running tenant
 * does not grow. The array is changed in place.
 *
 * @template Item
 * @param {Item[]} list
 * @param {Item} item
 */
export const appendBounded = (list, item) => {
  list.push(item)
  if (list.length > MOST_KEPT) list.splice(0, list.length - MOST_KEPT)
}
