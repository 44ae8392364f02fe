/**
 * Counts the tabs that are open.
 *
 * @param {import('./tab-channel.js').TabChannel} channel
 * @param {(count: number) => void} onCount
 */
export const countTabs = ({ tab, post, on }, onCount) => {
  const tabs = new Set([tab])
  const report = () => onCount(tabs.size)

  on('hello', other => {
    tabs.add(other.tab)
    post('here', { tab })
    report()
  })
  on('here', other => {
    tabs.add(other.tab)
    report()
  })
  on('bye', other => {
    tabs.delete(other.tab)
    report()
  })
  addEventListener('pagehide', () => post('bye', { tab }))
  post('hello', { tab })
  report()
}
