import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { APP } from './support/browser.js'
import { passTime, stopClock } from './support/clock.js'
import { createRefreshTokenModel } from './support/refresh-token-model.js'
import { post } from './support/token-client.js'

/** @typedef {import('./support/refresh-token-model.js').Token} Token */

/** @type {import('./support/browser.js').Tenant} */
let tenant
beforeAll(async () => {
  tenant = await startTenant({ clients: [] })
})
afterEach(() => {
  vi.useRealTimers()
})
afterAll(() => tenant.close())

const RULES = { lifetimeMs: 120_000, idleMs: 45_000, mostActive: 4 }
const RUNS = 60

/** @param {{ status: number, body: { refresh_token?: string } }} answer */
const readOutcome = ({ status, body }) => {
  if (status !== 200) return 'refused'
  return body.refresh_token === undefined ? 'same' : 'new'
}

/** Every run has a client of its own, so that no run sees the tokens of another. */
const newClient = () => {
  const clientId = `app-${tenant.clients.length}`
  tenant.clients.push({ client_id: clientId, origins: [APP] })
  return clientId
}

/**
 * A model and the tenant, told the same things.
 *
 * @param {boolean} rotation
 * @param {number} leewaySeconds
 */
const startRun = (rotation, leewaySeconds) => {
  const client_id = newClient()
  const rules = { ...RULES, rotation, leewayMs: leewaySeconds * 1000 }
  const model = createRefreshTokenModel(rules, () => Date.now())
  Object.assign(tenant.settings, {
    rotation,
    leewaySeconds,
    refreshTokenLifetimeSeconds: RULES.lifetimeMs / 1000,
    refreshTokenIdleLifetimeSeconds: RULES.idleMs / 1000,
    activeRefreshTokensPerUser: RULES.mostActive,
  })
  /** @type {string[]} the tenant's tokens, in the same order as the model's */
  const issued = []
  /** @type {Map<number, number>} when a token first got a successor */
  const firstUses = new Map()

  /** @param {Record<string, string>} fields */
  const ask = async fields => {
    const response = await post(tenant, '/oauth/token', { client_id, ...fields })
    return { status: response.status, body: await response.json() }
  }

  const reuses = () =>
    tenant.events.filter(
      event => event.client_id === client_id && event.type === 'refresh_token_reused',
    ).length

  /**
   * @param {number} index
   * @param {{ status: number, body: { refresh_token?: string } }} answer
   */
  const noteSuccessor = (index, { body: { refresh_token } }) => {
    if (!refresh_token) return
    issued.push(refresh_token)
    // Never a second successor outside leeway, whatever the model says.
    const firstUse = firstUses.get(index)
    if (firstUse === undefined) firstUses.set(index, Date.now())
    else expect(Date.now()).toBeLessThanOrEqual(firstUse + rules.leewayMs)
  }

  const exchange = async (/** @type {number} */ index) => {
    const token = model.tokens[index]
    if (!token) return
    const expected = model.exchange(token)
    const answer = await ask({ grant_type: 'refresh_token', refresh_token: issued[index] ?? '' })
    expect(readOutcome(answer)).toBe(expected)
    expect(reuses()).toBe(model.reuses())
    noteSuccessor(index, answer)
  }

  return {
    model,
    exchange,
    logIn: async () => {
      model.logIn()
      const { body } = await ask({
        grant_type: 'password',
        username: 'ada@example.com',
        password: 'lovelace',
        scope: 'openid offline_access',
      })
      issued.push(body.refresh_token)
    },
    revoke: async (/** @type {number} */ index) => {
      const token = model.tokens[index]
      if (!token) return
      model.revoke(token)
      const fields = { client_id, token: issued[index] ?? '' }
      expect((await post(tenant, '/oauth/revoke', fields)).status).toBe(200)
    },
    reconfigure: (/** @type {boolean} */ isOn, /** @type {number} */ seconds) => {
      Object.assign(rules, { rotation: isOn, leewayMs: seconds * 1000 })
      Object.assign(tenant.settings, { rotation: isOn, leewaySeconds: seconds })
    },
    issuedCount: () => issued.length,
  }
}

/** @typedef {ReturnType<typeof startRun>} Run */
/** @typedef {(run: Run) => void | Promise<void>} Step */

const leewaySeconds = fc.constantFrom(0, 10)
const position = fc.nat({ max: 999 })

/**
 * Mostly one of the latest tokens, sometimes any that was ever issued.
 *
 * @param {Run} run
 * @param {number} at
 */
const pick = ({ model: { tokens } }, at) => {
  const recent = at % 4 === 0 ? tokens.length : Math.min(3, tokens.length)
  return tokens.length - 1 - (at % Math.max(1, recent))
}

/** @type {fc.Arbitrary<{ text: string, step: Step }>} */
const step = fc.oneof(
  {
    weight: 10,
    arbitrary: position.map(at => ({
      text: `exchange ${at}`,
      step: (/** @type {Run} */ run) => run.exchange(pick(run, at)),
    })),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(1, 5_000, 10_000, 20_000).map(ms => ({
      text: `pass ${ms} ms`,
      step: () => {
        passTime(ms)
      },
    })),
  },
  {
    weight: 1,
    arbitrary: fc.constant({ text: 'log in', step: (/** @type {Run} */ run) => run.logIn() }),
  },
  {
    weight: 1,
    arbitrary: position.map(at => ({
      text: `revoke ${at}`,
      step: (/** @type {Run} */ run) => run.revoke(pick(run, at)),
    })),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.boolean(), leewaySeconds).map(([isOn, seconds]) => ({
      text: `rotation ${isOn}, leeway ${seconds}`,
      step: (/** @type {Run} */ run) => run.reconfigure(isOn, seconds),
    })),
  },
)

describe('any sequence of operations', () => {
  it('is answered according to the rules, and no token of a revoked family works', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        leewaySeconds,
        fc.array(step, { minLength: 5, maxLength: 40 }),
        async (rotation, seconds, steps) => {
          stopClock()
          const run = startRun(rotation, seconds)
          await run.logIn()
          await run.logIn()
          for (const { step: take } of steps) await take(run)

          expect(run.issuedCount()).toBe(run.model.tokens.length)
          for (const [index, { family }] of run.model.tokens.entries()) {
            if (family.isOver) await run.exchange(index)
          }
        },
      ),
      { numRuns: RUNS },
    )
  }, 60_000)
})
