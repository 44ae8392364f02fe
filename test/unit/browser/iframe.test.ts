import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { runIframe } from '../../../src/browser/iframe.ts'
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

/** Frames that still wait would receive the messages of the next test. */
afterEach(() => vi.advanceTimersByTimeAsync(60_000))

const frames = () => [...document.querySelectorAll('iframe')]

const open = (state = 's', timeoutMs = 60_000, signal = new AbortController().signal) => {
  const wait = { origin: ORIGIN, state, timeoutMs, signal }
  const result = runIframe(TARGET, wait, parseWebMessage)
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
  it('is in the page, is not visible, and shows the authorization URL', () => {
    const { frame } = open()
    expect(frame.parentNode).toBe(document.body)
    expect(frame.src).toBe(TARGET)
    expect([frame.getAttribute('width'), frame.getAttribute('height')]).toEqual(['0', '0'])
    expect(frame.style.display).toBe('none')
  })

  it('is in the document for a script that runs before there is a body', async () => {
    vi.spyOn(document, 'body', 'get').mockReturnValue(null as never)
    const { frame, result } = open()
    expect(frame.parentNode).toBe(document.documentElement)
    post({ state: 's', code: 'c' })
    expect(await result).toMatchObject({ code: 'c' })
    await vi.advanceTimersByTimeAsync(2000)
    expect(frames()).toEqual([])
  })

  it('security 58: is not created for a call that was aborted before', async () => {
    const wait = {
      origin: ORIGIN,
      state: 's',
      timeoutMs: 60_000,
      signal: AbortSignal.abort('over'),
    }
    await expect(runIframe(TARGET, wait, parseWebMessage)).rejects.toBe('over')
    expect(frames()).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('navigates after the listener was added', () => {
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
  ])('returns the response %j, and is removed two seconds later', async response => {
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

  it('may have been removed from the page before', async () => {
    const { frame, result } = open()
    post({ state: 's', code: 'c' })
    frame.remove()
    await result
    await vi.advanceTimersByTimeAsync(2000)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves no timer behind if the response arrives after the page has loaded', async () => {
    const { frame, result } = open()
    giveWindow(frame)
    frame.dispatchEvent(new Event('load'))
    post({ state: 's', code: 'c' })
    await result
    await vi.advanceTimersByTimeAsync(2000)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('returns the first response only', async () => {
    const { result } = open()
    post({ state: 's', code: 'first' })
    post({ state: 's', code: 'second' })
    expect(await result).toMatchObject({ code: 'first' })
  })
})

describe('security 55: the message of a frame', () => {
  it.each([
    'https://evil.example.com',
    'http://tenant.example.com',
    'https://tenant.example.com:8443',
    'https://tenant.example.com.evil.com',
    'null',
    '',
  ])('is ignored if its origin is %j', async origin => {
    const { seen } = open()
    post({ state: 's', code: 'evil' }, { origin })
    await settled()
    expect(seen).toEqual({})
  })

  it.each([{ code: 'c' }, { state: 'S', code: 'c' }, { state: '', code: 'c' }, { state: ['s'] }])(
    'is ignored if it has another state: %j',
    async response => {
      const { seen } = open()
      post(response)
      await settled()
      expect(seen).toEqual({})
    },
  )

  it('is ignored if it comes from another window', async () => {
    const { frame, seen } = open()
    giveWindow(frame)
    post({ state: 's', code: 'evil' }, { source: window })
    await settled()
    expect(seen).toEqual({})
  })

  it('may come from the window of the frame, or have no source', async () => {
    const { frame, result } = open()
    post({ state: 's', code: 'c' }, { source: giveWindow(frame) })
    expect(await result).toEqual({ state: 's', code: 'c' })
    const other = open('t')
    post({ state: 't', code: 'd' })
    expect(await other.result).toEqual({ state: 't', code: 'd' })
  })

  it('is ignored if it is not an authorization response', async () => {
    const { seen } = open()
    for (const data of [undefined, null, 's', { state: 's' }, { type: 'other', response: {} }]) {
      window.dispatchEvent(new MessageEvent('message', { origin: ORIGIN, data }))
    }
    await settled()
    expect(seen).toEqual({})
  })

  it('is assigned to its frame by state', async () => {
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

describe('a frame without a response', () => {
  it('security 58: ends after the timeout, and removes frame, listener and timers at once', async () => {
    const { seen } = open('s', 5000)
    await vi.advanceTimersByTimeAsync(4999)
    expect(seen).toEqual({})
    await vi.advanceTimersByTimeAsync(1)
    expect(seen.value).toBeInstanceOf(TimeoutError)
    expect(seen.value).toMatchObject({ error: 'timeout', message: 'Timeout' })
    expect(String((seen.value as Error).cause)).toMatch(
      /iframe: no result in 5 s, see `authorizeTimeout/,
    )
    expect(frames()).toEqual([])
    expect(listeners()).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is added outside of the body if the page removes it with its body, and can be answered then', async () => {
    const { frame, result } = open()
    document.body.replaceChildren()
    await vi.advanceTimersByTimeAsync(500)
    expect(frame.parentNode).toBe(document.documentElement)
    expect(frame.src).toBe(TARGET)
    post({ state: 's', code: 'c' })
    expect(await result).toMatchObject({ code: 'c' })
    await vi.advanceTimersByTimeAsync(2000)
    expect(frames()).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('ends early, with the reason, if the page removes it again', async () => {
    const { frame, seen } = open()
    frame.remove()
    await vi.advanceTimersByTimeAsync(500)
    frame.remove()
    await vi.advanceTimersByTimeAsync(500)
    expect(seen.value).toMatchObject({ error: 'timeout', message: 'Timeout' })
    expect(String((seen.value as Error).cause)).toContain('removed the hidden iframe twice')
    expect(frames()).toEqual([])
    expect(listeners()).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('removes the listener although the page has removed the frame', async () => {
    const { frame, seen } = open('s', 5000)
    frame.remove()
    await vi.advanceTimersByTimeAsync(5000)
    expect(seen.value).toBeInstanceOf(TimeoutError)
    expect(listeners()).toBe(0)
  })

  it('ends ten seconds after a page has loaded without a message, with the reason', async () => {
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

  it('waits ten seconds after the last page if one redirects to another', async () => {
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

  it('ignores the load event of the initial blank page', async () => {
    const { frame, seen } = open()
    giveWindow(frame, 'about:blank')
    frame.dispatchEvent(new Event('load'))
    await vi.advanceTimersByTimeAsync(59_000)
    expect(seen).toEqual({})
  })

  it('counts a page that cannot be read as loaded', async () => {
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
