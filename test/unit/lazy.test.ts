import { describe, expect, it, vi } from 'vitest'
import { lazy, loadModule } from '../../src/lazy.ts'

describe('a module that does not load', () => {
  const url = 'https://app.example.com/assets/token-runtime-1a2b.js'
  const cause = new TypeError(`Failed to fetch dynamically imported module: ${url}`)

  it('is a network error that names the file and its address', async () => {
    await expect(loadModule('token-runtime', Promise.reject(cause))).rejects.toMatchObject({
      name: 'GenericError',
      error: 'network_error',
      message: expect.stringMatching(
        /^Failed to load an SDK module .* File: token-runtime\. .*token-runtime-1a2b\.js$/,
      ),
      cause,
    })
  })

  it('is named although the browser does not say which it was', async () => {
    const short = new TypeError('Importing a module script failed.')
    await expect(loadModule('connect-tabs', Promise.reject(short))).rejects.toThrow('connect-tabs')
  })
})

describe('a value that is loaded on first use', () => {
  it('is loaded once', async () => {
    const load = vi.fn(async () => 7)
    const get = lazy(load)
    expect(get.loaded()).toBeUndefined()
    expect(await Promise.all([get(), get()])).toEqual([7, 7])
    expect(get.loaded()).toBe(7)
    expect(load).toHaveBeenCalledOnce()
  })

  it('rejects with the error of its own code, not with one about loading, and is tried again', async () => {
    const error = new DOMException('The operation is insecure.', 'SecurityError')
    const load = vi.fn().mockRejectedValueOnce(error).mockResolvedValueOnce(7)
    const get = lazy(load)
    await expect(get()).rejects.toBe(error)
    expect(await get()).toBe(7)
  })
})
