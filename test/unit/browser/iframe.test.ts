import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createIframe } from '../../../src/browser/iframe.ts'
import { TimeoutError } from '../../../src/errors/core.ts'
import { parseWebMessage } from '../../../src/protocol/authorization-response.ts'

const ORIGIN = 'https://tenant.example.com'
const TARGET = `${ORIGIN}/authorize?x=1`

let listeners: () => number
beforeEach(() => {
  vi.useFakeTimers()
  const added = vi.spyOn(globalThis, 'addEventListener')
  const removed = vi.spyOn(globalThis, 'removeEventListener')
  const count = (calls: unknown[][]) => calls.filter(([type]) => type === 'message').length
  listeners = () => count(added.mock.calls) - count(removed.mock.calls)
})

/** Frames still waiting would hear the messages of the next test. */
afterEach(() => vi.advanceTimersByTimeAsync(60_000))

const frames = () => [...document.querySelectorAll('iframe')]

const open = (state = 's', timeoutMs = 60_000, signal = new AbortController().signal) => {
  const wait = { origin: ORIGIN, state, timeoutMs, signal }
  const result = createIframe(parseWebMessage)(TARGET, wait)
  const frame = frames().at(-1)
  if (!frame) throw new Error('no frame')
  const seen: { value?: unknown } = {}
  result.then(
    value => {
      seen.value = value
    },
    error => {
      seen.value = error
    },
  )
  return { frame, seen, result }
}

const post = (response: unknown, { origin = ORIGIN, source = null as Window | null } = {}) => {
  const data = { type: 'authorization_response', response }
  window.dispatchEvent(new MessageEvent('message', { origin, source, data }))
}

/** Gives a frame a window, which happy-dom does not load. */
const giveWindow = (frame: HTMLIFrameElement, href = `${ORIGIN}/authorize`): Window => {
  const contentWindow = { location: { href } }
  Object.defineProperty(frame, 'contentWindow', { value: contentWindow })
  return contentWindow as unknown as Window
}

const settled = () => vi.advanceTimersByTimeAsync(0)

describe('the hidden frame', () => {
  it('is in the page, out of sight, and shows the authorization URL', () => {
    const { frame } = open()
    expect(frame.parentNode).toBe(document.body)
    expect(frame.src).toBe(TARGET)
    expect([frame.getAttribute('width'), frame.getAttribute('height')]).toEqual(['0', '0'])
    expect(frame.style.display).toBe('none')
  })

  it('listens before it navigates', () => {
    const heard: number[] = []
    const append = vi.spyOn(document.body, 'append').mockImplementation((...nodes) => {
      heard.push(listeners())
      const [frame] = nodes
      if (frame instanceof HTMLIFrameElement) expect(frame.src).not.toBe(TARGET)
      document.body.appendChild(frame as Node)
    })
    open()
    expect(append).toHaveBeenCalledTimes(1)
    expect(heard).toEqual([1])
  })

  it.each([
    [{ state: 's', code: 'c' }],
    [{ state: 's', error: 'login_required', error_description: 'Login required' }],
  ])('gives the answer %j, and is gone two seconds later', async response => {
    const { frame, result } = open()
    post(response)
    expect(await result).toEqual(response)
    expect(listeners()).toBe(0)
    await vi.advanceTimersByTimeAsync(1999)
    expect(frame.isConnected).toBe(true)
    await vi.advanceTimersByTimeAsync(1)
    expect(frames()).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('minds not being in the page any more', async () => {
    const { frame, result } = open()
    post({ state: 's', code: 'c' })
    frame.remove()
    await result
    await vi.advanceTimersByTimeAsync(2000)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves no timer behind where the answer came after the page had loaded', async () => {
    const { frame, result } = open()
    giveWindow(frame)
    frame.dispatchEvent(new Event('load'))
    post({ state: 's', code: 'c' })
    await result
    await vi.advanceTimersByTimeAsync(2000)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('takes the first answer only', async () => {
    const { result } = open()
    post({ state: 's', code: 'first' })
    post({ state: 's', code: 'second' })
    expect(await result).toMatchObject({ code: 'first' })
  })
})

describe('security 55: whose message counts', () => {
  it.each([
    'https://evil.example.com',
    'http://tenant.example.com',
    'https://tenant.example.com:8443',
    'https://tenant.example.com.evil.com',
    'null',
    '',
  ])('ignores one from the origin %j', async origin => {
    const { seen } = open()
    post({ state: 's', code: 'evil' }, { origin })
    await settled()
    expect(seen).toEqual({})
  })

  it.each([{ code: 'c' }, { state: 'S', code: 'c' }, { state: '', code: 'c' }, { state: ['s'] }])(
    'ignores %j, which has another state',
    async response => {
      const { seen } = open()
      post(response)
      await settled()
      expect(seen).toEqual({})
    },
  )

  it('ignores one from another window', async () => {
    const { frame, seen } = open()
    giveWindow(frame)
    post({ state: 's', code: 'evil' }, { source: window })
    await settled()
    expect(seen).toEqual({})
  })

  it('takes one from its own window, and one that names no window', async () => {
    const { frame, result } = open()
    post({ state: 's', code: 'c' }, { source: giveWindow(frame) })
    expect(await result).toEqual({ state: 's', code: 'c' })
    const other = open('t')
    post({ state: 't', code: 'd' })
    expect(await other.result).toEqual({ state: 't', code: 'd' })
  })

  it('ignores what is no answer', async () => {
    const { seen } = open()
    for (const data of [undefined, null, 's', { state: 's' }, { type: 'other', response: {} }]) {
      window.dispatchEvent(new MessageEvent('message', { origin: ORIGIN, data }))
    }
    await settled()
    expect(seen).toEqual({})
  })

  it('lets several frames work at once', async () => {
    const [a, b] = [open('a'), open('b')]
    post({ state: 'b', code: 'for b' })
    post({ state: 'a', code: 'for a' })
    expect(await Promise.all([a.result, b.result])).toEqual([
      { state: 'a', code: 'for a' },
      { state: 'b', code: 'for b' },
    ])
    expect(listeners()).toBe(0)
  })
})

describe('no answer', () => {
  it('security 58: ends after the timeout, and takes frame, listener and timers away at once', async () => {
    const { seen } = open('s', 5000)
    await vi.advanceTimersByTimeAsync(4999)
    expect(seen).toEqual({})
    await vi.advanceTimersByTimeAsync(1)
    expect(seen.value).toBeInstanceOf(TimeoutError)
    expect(seen.value).toMatchObject({ error: 'timeout', message: 'Timeout' })
    expect(frames()).toEqual([])
    expect(listeners()).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('takes the listener away although the page removed the frame', async () => {
    const { frame, seen } = open('s', 5000)
    frame.remove()
    await vi.advanceTimersByTimeAsync(5000)
    expect(seen.value).toBeInstanceOf(TimeoutError)
    expect(listeners()).toBe(0)
  })

  it('ends ten seconds after a page has loaded in silence, and says why', async () => {
    const { frame, seen } = open()
    giveWindow(frame)
    await vi.advanceTimersByTimeAsync(3000)
    frame.dispatchEvent(new Event('load'))
    await vi.advanceTimersByTimeAsync(9999)
    expect(seen).toEqual({})
    await vi.advanceTimersByTimeAsync(1)
    expect(seen.value).toMatchObject({ error: 'timeout', message: 'Timeout' })
    expect(String((seen.value as Error).cause)).toContain('posted no message')
    expect(frames()).toEqual([])
    expect(listeners()).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('counts the silence from the last page, where one leads to another', async () => {
    const { frame, result } = open()
    giveWindow(frame)
    frame.dispatchEvent(new Event('load'))
    await vi.advanceTimersByTimeAsync(9000)
    frame.dispatchEvent(new Event('load'))
    await vi.advanceTimersByTimeAsync(9000)
    post({ state: 's', code: 'late' })
    expect(await result).toMatchObject({ code: 'late' })
    await vi.advanceTimersByTimeAsync(2000)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('does not take the blank page that every frame begins with for silence', async () => {
    const { frame, seen } = open()
    giveWindow(frame, 'about:blank')
    frame.dispatchEvent(new Event('load'))
    await vi.advanceTimersByTimeAsync(59_000)
    expect(seen).toEqual({})
  })

  it('takes a page that may not be read for one that has loaded', async () => {
    const { frame, seen } = open()
    const contentWindow = {
      get location(): never {
        throw new DOMException('cross-origin', 'SecurityError')
      },
    }
    Object.defineProperty(frame, 'contentWindow', { value: contentWindow })
    frame.dispatchEvent(new Event('load'))
    await vi.advanceTimersByTimeAsync(10_000)
    expect(seen.value).toBeInstanceOf(TimeoutError)
  })
})
