import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  currentOrigin,
  currentUrl,
  navigate,
  removeQueryParameters,
} from '../../../src/browser/location.ts'

const HOME = 'https://app.example.com/'
afterEach(() => {
  vi.unstubAllGlobals()
  history.replaceState(null, '', HOME)
})

describe('cleanUrl', () => {
  it.each([
    ['/cb?code=c&state=s', '/cb'],
    ['/cb?tab=2&code=c&state=s&page=3', '/cb?tab=2&page=3'],
    ['/cb?code=a&code=b', '/cb'],
    ['/cb?code=c#/route', '/cb#/route'],
    ['/cb?tab=2', '/cb?tab=2'],
    ['/cb?%63ode=c&st%61te=s&tab=%32', '/cb?tab=%32'],
  ])('turns %s into %s', (before, after) => {
    history.replaceState(null, '', before)
    removeQueryParameters(['code', 'state'])
    expect(location.href).toBe(new URL(after, HOME).href)
  })

  it('keeps the state of the history entry, and adds no entry', () => {
    const state = { router: { index: 3 } }
    history.replaceState(state, '', '/cb?code=c')
    const { length } = history
    removeQueryParameters(['code'])
    expect(history.state).toEqual(state)
    expect(history.length).toBe(length)
  })
})

describe('leaving the page', () => {
  it.each([
    [undefined, 'assign'],
    [{ replace: false }, 'assign'],
    [{ replace: true }, 'replace'],
  ])('with %j calls location.%s, once', (options, method) => {
    const calls: string[] = []
    vi.stubGlobal('location', {
      assign: (url: string) => calls.push(`assign ${url}`),
      replace: (url: string) => calls.push(`replace ${url}`),
    })
    navigate('https://tenant.example.com/x', options)
    expect(calls).toEqual([`${method} https://tenant.example.com/x`])
  })
})

describe('the current page', () => {
  it('has a URL and an origin, and on a server no origin', () => {
    expect(currentUrl()).toBe(HOME)
    expect(currentOrigin()).toBe('https://app.example.com')
    vi.stubGlobal('location', undefined)
    expect(currentOrigin()).toBeUndefined()
  })
})
