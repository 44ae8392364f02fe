import { describe, expect, it } from 'vitest'
import { telemetry } from '../../../src/protocol/telemetry.ts'
import type { Auth0ClientTelemetry } from '../../../src/types/client-options.ts'
import { VERSION } from '../../../src/version.ts'

const decode = (text: string | undefined): unknown =>
  text && JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(text), c => c.charCodeAt(0))))

/** Values of any kind, as a page without types may pass them. */
const loose = (option: object) => telemetry(option as Partial<Auth0ClientTelemetry>)

describe('telemetry', () => {
  it('contains the name of the SDK, and has no header unless the option is set', () => {
    const { parameter, header } = telemetry(undefined)
    expect(decode(parameter)).toEqual({ name: 'latchkey', version: VERSION })
    expect(header).toBeUndefined()
  })

  it('contains the name of a wrapper that sets the option, in the header too', () => {
    const option = { name: 'auth0-react', version: '2.0.0' }
    const { parameter, header } = telemetry(option)
    expect(decode(parameter)).toEqual(option)
    expect(decode(header)).toEqual(option)
  })

  it('has env in the header only, not in the URL parameter', () => {
    const { parameter, header } = telemetry({ name: 'a', version: '1', env: { angular: '17' } })
    expect(decode(parameter)).toEqual({ name: 'a', version: '1' })
    expect(decode(header)).toEqual({ name: 'a', version: '1', env: { angular: '17' } })
  })

  it('is standard base64, with padding', () => {
    const { parameter } = telemetry({ name: '>>>???', version: '1' })
    expect(parameter).toMatch(/^[A-Za-z0-9+/]+=*$/)
    expect(parameter.length % 4).toBe(0)
    expect(parameter).toBe(btoa('{"name":">>>???","version":"1"}'))
  })
})

describe('telemetry that is not Latin-1', () => {
  it.each(['wrapper – größer', '包装', '🔑'])('is encoded as UTF-8: %j', name => {
    const { parameter, header } = telemetry({ name, version: '1' })
    expect(decode(parameter)).toEqual({ name, version: '1' })
    expect(decode(header)).toEqual({ name, version: '1' })
  })
})

describe('the auth0Client option', () => {
  it.each([
    [{ name: 5, version: '1' }, { version: '1' }],
    [
      { name: 'a', version: 2 },
      { name: 'a', version: 2 },
    ],
    [{ name: 'a', version: { major: 1 } }, { name: 'a' }],
    [{ name: 'a', env: null }, { name: 'a' }],
    [{ name: 'a', env: 'prod' }, { name: 'a' }],
    [{ name: 'a', secret: 'x' }, { name: 'a' }],
    [{}, {}],
  ])('%j is filtered to %j', (option, known) => {
    const { parameter, header } = loose(option)
    expect(decode(parameter)).toEqual(known)
    expect(decode(header)).toEqual(known)
  })
})
