import { find } from './find.js'

/**
 * A switch of the API, not of this page: whether proofs must contain a nonce (RFC 9449 section 9).
 *
 * @param {string} url where the API is asked; empty if it cannot be changed
 * @param {(error: unknown) => void} onError
 */
export const wireNonceSwitch = async (url, onError) => {
  if (url === '') return
  const input = find('setting-nonce', HTMLInputElement)

  /**
   * @param {string} [query]
   * @param {RequestInit} [init]
   */
  const ask = async (query = '', init = {}) => {
    const response = await fetch(url + query, init)
    input.checked = await response.json()
  }

  input.addEventListener('change', async () => {
    const wanted = input.checked
    try {
      await ask(wanted ? '?on' : '?off', { method: 'POST' })
    } catch (error) {
      input.checked = !wanted
      onError(error)
    }
  })
  try {
    await ask()
    find('setting-nonce-label', HTMLElement).hidden = false
  } catch (error) {
    onError(error)
  }
}
