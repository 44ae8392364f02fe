import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

/** What `new Worker` was called with. */
let started: unknown[]

/** Like the class of browsers: an object that only a policy creates, and that converts to its URL. */
class TrustedUrl {
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  toString(): string {
    return this.#url
  }
}

type Rule = { createScriptURL: (url: string) => string }

/** Trusted Types of a page; its content security policy allows each of `names` once. */
const trustedTypes = (names: string[] = ['latchkey']) => {
  const free = new Set(names)
  const rules: Rule[] = []
  return {
    rules,
    createPolicy: vi.fn((name: string, { createScriptURL }: Rule) => {
      if (!free.delete(name)) throw new TypeError(`Policy "${name}" disallowed.`)
      rules.push({ createScriptURL })
      return { createScriptURL: (url: string) => new TrustedUrl(createScriptURL(url)) }
    }),
  }
}

/** The policy is created once per page: each test loads the module again. */
const load = async () => (await import('../../../src/browser/start-worker.ts')).startWorker

beforeEach(() => {
  started = []
  vi.resetModules()
  vi.stubGlobal(
    'Worker',
    class {
      constructor(url: unknown) {
        started.push(url)
      }
    },
  )
  vi.spyOn(URL, 'createObjectURL').mockReturnValue(`blob:${location.origin}/1`)
  vi.spyOn(URL, 'revokeObjectURL')
  vi.useFakeTimers()
})
afterEach(() => vi.unstubAllGlobals())

const url = (path: string): string => new URL(path, location.href).href

describe('security 71: the token worker', () => {
  it('starts from text, or from a file of this origin, without Trusted Types', async () => {
    const startWorker = await load()
    startWorker({ source: '1' })
    startWorker({ url: '/worker.js' })
    expect(started).toEqual([`blob:${location.origin}/1`, url('/worker.js')])
  })

  it('starts with a URL of the policy "latchkey", which is created once for the page', async () => {
    const types = trustedTypes()
    vi.stubGlobal('trustedTypes', types)
    const startWorker = await load()
    startWorker({ source: '1' })
    startWorker({ url: '/worker.js' })
    expect(started.every(address => address instanceof TrustedUrl)).toBe(true)
    expect(started.map(String)).toEqual([`blob:${location.origin}/1`, url('/worker.js')])
    expect(types.createPolicy).toHaveBeenCalledOnce()
  })

  it('has a policy that accepts no URLs of other code', async () => {
    const types = trustedTypes()
    vi.stubGlobal('trustedTypes', types)
    const startWorker = await load()
    startWorker({ url: '/worker.js' })
    const [rule] = types.rules
    for (const address of [url('/worker.js'), 'https://evil.example/x.js', 'data:,alert(1)', '']) {
      expect(() => rule?.createScriptURL(address)).toThrow(TypeError)
    }
  })

  it('loads a file of another origin by a script of this origin; its own URL is never trusted', async () => {
    vi.stubGlobal('trustedTypes', trustedTypes())
    const text = vi.spyOn(globalThis, 'Blob')
    const startWorker = await load()
    startWorker({ url: 'https://cdn.example/worker.js?a="b"' })
    expect(started.map(String)).toEqual([`blob:${location.origin}/1`])
    expect(text.mock.calls[0]?.[0]).toEqual([
      'importScripts("https://cdn.example/worker.js?a=%22b%22")',
    ])
  })

  it('starts with a plain URL if the page does not allow the policy', async () => {
    vi.stubGlobal('trustedTypes', trustedTypes(['other']))
    const startWorker = await load()
    startWorker({ url: '/worker.js' })
    expect(started).toEqual([url('/worker.js')])
  })

  it('revokes its blob URL, also if the start failed', async () => {
    vi.stubGlobal(
      'Worker',
      class {
        constructor() {
          throw new TypeError('This document requires TrustedScriptURL assignment.')
        }
      },
    )
    const startWorker = await load()
    expect(() => startWorker({ source: '1' })).toThrow(TypeError)
    vi.runAllTimers()
    expect(URL.revokeObjectURL).toHaveBeenCalledWith(`blob:${location.origin}/1`)
  })
})
