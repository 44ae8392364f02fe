/** What it takes to run a script for the first time. */

/**
 * A realm that has run nothing yet.
 *
 * @returns {{ run: (code: string) => void, close: () => void }}
 */
const openRealm = () => {
  const frame = document.createElement('iframe')
  document.body.append(frame)
  const realm = /** @type {Window & { eval: (code: string) => void }} */ (
    /** @type {unknown} */ (frame.contentWindow)
  )
  realm.eval('0')
  return { run: code => realm.eval(code), close: () => frame.remove() }
}

/**
 * Milliseconds to parse, compile and run each script, in a realm of its own every time.
 *
 * @param {{ scripts: Record<string, string>, rounds: number }} given
 * @returns {Promise<Record<string, number[]>>}
 */
export const evaluate = async ({ scripts, rounds }) => {
  const names = Object.keys(scripts)
  /** @type {Record<string, number[]>} */
  const samples = Object.fromEntries(names.map(name => [name, []]))
  for (let round = -2; round < rounds; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = /** @type {string} */ (names[(round + 2 + turn) % names.length])
      // Another text every time, or the browser would take what it has compiled before.
      const code = `/* ${round} ${turn} */${scripts[name]}`
      const realm = openRealm()
      const start = performance.now()
      realm.run(code)
      const ms = performance.now() - start
      realm.close()
      if (round >= 0) samples[name]?.push(ms)
    }
    // Lets the browser put away the realms of this round.
    await new Promise(resolve => setTimeout(resolve))
  }
  return samples
}
