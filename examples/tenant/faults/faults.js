import { randomBytes } from 'node:crypto'
import { decidesAnswer, nameOf } from './fault-kinds.js'
import { createHold } from './hold.js'
import { createSeededRandom } from './seeded-random.js'
import { validateFault } from './validate-fault.js'

/** @typedef {import('./fault.js').Fault} Fault */
/** @typedef {import('./fault.js').ActiveFault} ActiveFault */

/**
 * @typedef {object} Facts
 * The properties of a request that faults are matched against.
 * @property {import('../http/paths.js').Endpoint} endpoint
 * @property {string | undefined} grantType
 * @property {string | undefined} client_id
 * @property {string | undefined} prompt
 * @property {boolean} inFrames
 */

/**
 * @typedef {object} FaultInUse
 * @property {string} id
 * @property {string} name
 * @property {Fault} fault
 * @property {import('./hold.js').Hold} hold
 */

/** @typedef {FaultInUse & { random: () => number, seen: number, uses: number }} Entry */

/**
 * @param {Fault} fault
 * @param {Facts} facts
 */
const matches = ({ endpoint, grantType, client_id, prompt, inFrames }, facts) =>
  endpoint === facts.endpoint &&
  (grantType === undefined || grantType === facts.grantType) &&
  (client_id === undefined || client_id === facts.client_id) &&
  (prompt === undefined || prompt === facts.prompt) &&
  (!inFrames || facts.inFrames)

/** @param {Entry} entry */
const isUsedUp = ({ fault, uses }) => uses >= (fault.times ?? Infinity)

/**
 * Counts the request and decides whether the fault applies to it.
 *
 * @param {Entry} entry
 */
const isDue = entry => {
  const { probability = 1, skip = 0 } = entry.fault
  if (probability < 1 && entry.random() >= probability) return false
  entry.seen += 1
  if (entry.seen <= skip) return false
  entry.uses += 1
  return true
}

/** @param {Entry} entry */
const toActive = ({ id, name, fault, uses }) => ({ ...fault, id, name, uses })

/** The active faults of a tenant. */
export const createFaults = () => {
  /** @type {Set<Entry>} */
  const entries = new Set()

  /** @param {Entry} entry */
  const remove = entry => {
    entries.delete(entry)
    entry.hold.release()
  }

  /** @param {Fault} input */
  const enter = input => {
    const checked = validateFault(input)
    if ('problems' in checked) {
      const [problem] = checked.problems
      throw new TypeError(`A fault's ${problem?.path || 'definition'} ${problem?.message}.`)
    }
    for (const entry of entries) if (isUsedUp(entry) && entry.hold.isEmpty()) entries.delete(entry)
    const fault = checked.value
    /** @type {Entry} */
    const entry = {
      id: randomBytes(6).toString('hex'),
      name: fault.name ?? nameOf(fault),
      fault,
      hold: createHold(),
      random: fault.seed === undefined ? Math.random : createSeededRandom(fault.seed),
      seen: 0,
      uses: 0,
    }
    entries.add(entry)
    return entry
  }

  const active = () => [...entries].filter(entry => !isUsedUp(entry) || !entry.hold.isEmpty())

  return {
    /** The public part: `tenant.faults`. */
    control: {
      /**
       * @param {Fault} fault
       * @returns {() => void} removes the fault and releases the requests that it holds
       */
      add: fault => {
        const entry = enter(fault)
        return () => remove(entry)
      },

      /**
       * Makes requests wait until they are released, so that a test waits for events instead of
       * for time.
       *
       * @param {Omit<Fault, 'hold' | 'when'> & { when: 'before' | 'after' }} fault
       */
      hold: ({ when, ...fault }) => {
        const entry = enter({ ...fault, hold: when })
        return {
          /** Resolves when the first request waits. */
          reached: entry.hold.arrived(1),
          arrived: entry.hold.arrived,
          release: () => remove(entry),
        }
      },

      /** Removes every fault. */
      clear: () => entries.forEach(remove),

      /** @returns {ActiveFault[]} those that may still affect a request */
      active: () => active().map(toActive),

      /**
       * @param {string} id
       * @returns {boolean} whether there was such a fault
       */
      remove: id => {
        const found = [...entries].find(entry => entry.id === id)
        if (found) remove(found)
        return found !== undefined
      },
    },

    /**
     * Returns the faults that apply to a request and counts them as used.
     *
     * @param {Facts} facts
     * @param {{ isResponse: boolean }} stage faults about authorization responses are looked for
     *   when there is one
     * @returns {FaultInUse[]}
     */
    take: (facts, { isResponse }) => {
      let isDecided = false
      return active().filter(entry => {
        const { fault } = entry
        if (isUsedUp(entry) || isResponse !== Boolean(fault.authorizationResponse)) return false
        if (!matches(fault, facts) || (isDecided && decidesAnswer(fault))) return false
        const isTaken = isDue(entry)
        isDecided ||= isTaken && decidesAnswer(fault)
        return isTaken
      })
    },
  }
}

/** @typedef {ReturnType<typeof createFaults>} Faults */
/** @typedef {Faults['control']} FaultControl */
