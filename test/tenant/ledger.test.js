import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLedger } from '../../examples/tenant/tokens/ledger.js'
import { passTime, stopClock } from './support/clock.js'

const LOGIN = { client_id: 'app', sub: 'auth0|ada', scope: 'openid offline_access' }

const policy = { rotating: true, leewaySeconds: 0, lifetimeSeconds: 1000 }
/** @type {ReturnType<typeof createLedger>} */
let ledger
let grants = 0

const newLedger = () =>
  createLedger({ policyFor: () => policy, maxActive: () => 200, record: () => undefined })

beforeEach(() => {
  stopClock()
  Object.assign(policy, { rotating: true, leewaySeconds: 0, lifetimeSeconds: 1000 })
  ledger = newLedger()
})
afterEach(() => {
  vi.useRealTimers()
})

const start = () => {
  grants += 1
  return ledger.start({ ...LOGIN, grantId: `grant-${grants}` })
}

/** @param {string} token */
const exchange = token => {
  const answer = ledger.exchange(token)
  if (answer.outcome !== 'issued') throw new Error(`The exchange was ${answer.outcome}.`)
  return answer.token
}

const onlyFamily = () => {
  const [family, ...others] = ledger.families()
  if (!family || others.length > 0) throw new Error('There is not exactly one family.')
  return family
}

describe('the data of the ledger', () => {
  it('contains the issued tokens, their parents and their status', () => {
    policy.leewaySeconds = 10
    const first = start()
    const second = exchange(first)
    exchange(first)
    exchange(second)
    const [login, heir, sibling, newest] = onlyFamily().tokens

    expect(login).toMatchObject({ generation: 0, status: 'spent', reason: 'rotated', uses: 2 })
    expect(heir).toMatchObject({ generation: 1, parent: login?.id, status: 'spent', uses: 1 })
    expect(sibling).toMatchObject({
      generation: 1,
      parent: login?.id,
      withinLeeway: true,
      status: 'spent',
      uses: 0,
    })
    expect(newest).toMatchObject({ generation: 2, parent: heir?.id, status: 'active' })
  })

  it('contains the expiry of a family by the current settings', () => {
    start()
    const { startedAtMs } = onlyFamily()
    Object.assign(policy, { lifetimeSeconds: 50, idleLifetimeSeconds: 20 })

    expect(onlyFamily()).toMatchObject({
      status: 'active',
      expiresAtMs: startedAtMs + 50_000,
      idleExpiresAtMs: startedAtMs + 20_000,
    })
    Object.assign(policy, { lifetimeSeconds: undefined, idleLifetimeSeconds: undefined })
    expect(onlyFamily()).not.toHaveProperty('expiresAtMs')
  })

  it('contains why a family ended, and which token was reused', () => {
    const first = start()
    exchange(first)
    passTime(7)
    ledger.exchange(first)
    const family = onlyFamily()

    expect(family).toMatchObject({ status: 'revoked', reason: 'reuse' })
    expect(family.tokens[0]).toMatchObject({ status: 'spent', reusedAtMs: Date.now() })
    expect(family.tokens[1]).toMatchObject({ status: 'revoked', reason: 'reuse' })
  })

  it('shows that a family ended when its last token was revoked individually', () => {
    policy.rotating = false
    ledger.revokeToken(start(), 'revocation_endpoint')

    expect(onlyFamily()).toMatchObject({ status: 'revoked', reason: 'revocation_endpoint' })
  })

  it('shows that a family has expired, although its token was not presented', () => {
    start()
    passTime(1_000_000)

    expect(onlyFamily()).toMatchObject({ status: 'expired', reason: 'absolute_lifetime' })
  })

  it('contains no token', () => {
    const tokens = [start()]
    for (let exchanges = 0; exchanges < 5; exchanges += 1) {
      tokens.push(exchange(tokens.at(-1) ?? ''))
    }
    const told = JSON.stringify(ledger.families())

    // Not even the beginning that tokens of one family share.
    for (const token of tokens) expect(told).not.toContain(token.slice(0, 12))
  })

  it('is sent to subscribers after each change, until they unsubscribe', () => {
    /** @type {string[]} */
    const told = []
    const unsubscribe = ledger.subscribe(family => {
      told.push(family.tokens.map(({ status }) => status).join(' '))
    })
    const first = start()
    exchange(first)
    ledger.exchange(first)
    unsubscribe()
    start()

    expect(told).toEqual(['active', 'spent active', 'spent revoked'])
  })
})

describe('the records that the ledger keeps', () => {
  it('are the last 200 ended families, and all active ones', () => {
    const alive = start()
    for (let families = 0; families < 210; families += 1) {
      ledger.revokeToken(start(), 'revocation_endpoint')
    }

    expect(ledger.families()).toHaveLength(201)
    exchange(alive)
  })

  it('are the last 50 ended tokens of a long family; older ones are still recognised', () => {
    const first = start()
    let token = first
    for (let exchanges = 0; exchanges < 200; exchanges += 1) token = exchange(token)

    expect(onlyFamily().tokens).toHaveLength(51)
    expect(ledger.exchange(first)).toEqual({ outcome: 'refused' })
    expect(onlyFamily()).toMatchObject({ status: 'revoked', reason: 'reuse' })
  })

  it('do not include an expired family, although it is not used again', () => {
    for (let families = 0; families < 1000; families += 1) {
      grants += 1
      ledger.start({ ...LOGIN, sub: `user-${grants}`, grantId: `grant-${grants}` })
      passTime(100_000)
    }

    const { living, finished } = ledger.dump()
    expect(living.length).toBeLessThan(100)
    expect(finished).toHaveLength(200)
  })

  it('include every token that may have leeway, even more than 50', () => {
    policy.leewaySeconds = 10
    const first = start()
    const siblings = Array.from({ length: 80 }, () => exchange(first))
    siblings.forEach(exchange)

    expect(onlyFamily().status).toBe('active')
  })

  it("include the engine's payload while the family is active", () => {
    const first = start()
    ledger.attach(first, { scope: 'openid' })
    const second = exchange(first)

    expect(ledger.recall(first)).toEqual({ payload: { scope: 'openid' }, generation: 0 })
    expect(ledger.recall(second)).toEqual({ payload: { scope: 'openid' }, generation: 1 })
    ledger.revokeToken(second, 'revocation_endpoint')
    expect(ledger.recall(second)).toBeUndefined()
    expect(JSON.stringify(ledger.dump())).not.toContain('payload')
  })
})

describe('dump and load', () => {
  it('preserve everything, as JSON without tokens', () => {
    const spent = start()
    const active = exchange(spent)
    ledger.attach(active, { scope: 'openid' })
    ledger.revokeToken(start(), 'revocation_endpoint')
    const text = JSON.stringify(ledger.dump())
    const families = ledger.families()
    ledger = newLedger()
    ledger.load(JSON.parse(text))

    expect(text).not.toContain(active)
    expect(ledger.families()).toEqual(families)
    expect(ledger.recall(active)).toEqual({ payload: { scope: 'openid' }, generation: 1 })
    const next = exchange(active)
    expect(ledger.exchange(spent)).toEqual({ outcome: 'refused' })
    expect(ledger.exchange(next)).toEqual({ outcome: 'refused' })
  })

  it('share nothing with the ledger they were taken from', () => {
    const first = start()
    const dumped = ledger.dump()
    const copy = newLedger()
    copy.load(dumped)
    exchange(first)

    expect(copy.families()[0]?.tokens).toHaveLength(1)
    expect(dumped.living[0]?.tokens).toHaveLength(1)
  })
})
