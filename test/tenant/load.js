import { setTimeout as wait } from 'node:timers/promises'
import { startTenant } from '../support/start-tenant.js'
import { CLIENT_ID, CLIENTS } from './support/browser.js'
import { post, refresh } from './support/token-client.js'

const FAMILIES = 1_000
const EXCHANGES_EACH = 10
/** More tell more precisely whether anything grows: `node --expose-gc test/tenant/load.js 10`. */
const ROUNDS = Number(process.argv[2] ?? 4)
const AT_ONCE = 8
const SWEEPING_FAMILIES = 60
const MOST_BYTES_PER_FAMILY = 200
const DAY_MS = 86_400_000

const collectGarbage = globalThis.gc
if (!collectGarbage) throw new Error('Run it with: node --expose-gc test/tenant/load.js')

const realNow = Date.now.bind(Date)
let passedMs = 0
Date.now = () => realNow() + passedMs

const tenant = await startTenant(structuredClone(CLIENTS))

/**
 * What an application does from login to logout. Every other family ends by reuse.
 *
 * @param {number} index
 */
const liveOneFamily = async index => {
  const login = await post(tenant, '/oauth/token', {
    client_id: CLIENT_ID,
    grant_type: 'password',
    username: 'ada@example.com',
    password: 'lovelace',
    scope: 'openid offline_access',
  })
  const { refresh_token: first } = await login.json()
  let token = first
  for (let exchanges = 0; exchanges < EXCHANGES_EACH; exchanges += 1) {
    const { status, body } = await refresh(tenant, token)
    if (status !== 200) throw new Error(`Exchange ${exchanges} of family ${index}: ${status}`)
    token = body.refresh_token
  }
  if (index % 2) await refresh(tenant, first)
  else await post(tenant, '/oauth/revoke', { token })
}

/** @param {number} families one after another, a few at a time */
const liveFamilies = async families => {
  let next = 0
  const work = async () => {
    while (next < families) {
      next += 1
      await liveOneFamily(next)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}

const heapAfterGarbage = async () => {
  for (const _ of [1, 2, 3]) {
    await wait(50)
    collectGarbage()
  }
  return process.memoryUsage().heapUsed
}

/** @param {number} bytes */
const inMegabytes = bytes => `${(bytes / 2 ** 20).toFixed(2)} MB`

console.log(`${FAMILIES} families, ${EXCHANGES_EACH} exchanges each, ${ROUNDS} rounds
before  heap ${inMegabytes(await heapAfterGarbage())}`)

/** @type {number[]} */
const heaps = []
for (let round = 1; round <= ROUNDS; round += 1) {
  const startedAt = realNow()
  await liveFamilies(FAMILIES)
  const seconds = ((realNow() - startedAt) / 1000).toFixed(1)
  const withAccessTokens = await heapAfterGarbage()
  // Access tokens are kept for the day they live. Let it pass, and write enough to sweep them out.
  passedMs += 2 * DAY_MS
  await liveFamilies(SWEEPING_FAMILIES)
  const heap = await heapAfterGarbage()
  heaps.push(heap)
  console.log(
    `round ${round} (${seconds} s)  heap ${inMegabytes(heap)}, a day before ${inMegabytes(withAccessTokens)}`,
  )
}

const [, settled = 0] = heaps
const last = heaps.at(-1) ?? 0
const perFamily = (last - settled) / ((ROUNDS - 2) * FAMILIES)
console.log(`growth per finished family, after round 2: ${perFamily.toFixed(0)} bytes`)
await tenant.close()
process.exitCode = perFamily > MOST_BYTES_PER_FAMILY ? 1 : 0
