import { createEndReasons } from './end-reasons.js'
import { createFamily, noteUse } from './family.js'
import { createFamilyRegistry } from './family-registry.js'
import { takeSnapshot } from './family-snapshot.js'
import { createIssuance } from './issuance.js'
import { judgeExchange } from './judge-exchange.js'

/** @typedef {import('./family.js').FamilyRecord} FamilyRecord */
/** @typedef {import('./snapshots.js').EndReason} EndReason */
/** @typedef {import('./snapshots.js').FamilySnapshot} FamilySnapshot */
/** @typedef {import('./event-log.js').TenantEvent} TenantEvent */
/** @typedef {import('../settings/refresh-token-settings.js').RefreshTokenPolicy} RefreshTokenPolicy */

/** @typedef {(family: Pick<FamilyRecord, 'client_id' | 'audience'>) => RefreshTokenPolicy} PolicyFor */
/** @typedef {Pick<TenantEvent, 'generation' | 'withinLeeway' | 'reason'>} EventDetails */
/** @typedef {(type: TenantEvent['type'], family: FamilyRecord, details?: EventDetails) => void} Tell */
/** @typedef {{ issued: number } & import('./family-registry.js').RegistryDump} LedgerDump */

/**
 * @typedef {object} LedgerParts
 * @property {PolicyFor} policyFor asked anew every time, so that a changed setting counts at once
 * @property {() => number} mostActive how many active tokens one user and application may have
 * @property {import('./event-log.js').RecordEvent} record
 */

const LOGINS_BETWEEN_SWEEPS = 64

/**
 * Every refresh token, what became of it, and why: the one place that knows which of them work.
 * Each method does its work in one synchronous step, so of two requests with the same token only
 * one is the first, and nothing that ended meanwhile can come back.
 *
 * @param {LedgerParts} parts
 */
export const createLedger = ({ policyFor, mostActive, record }) => {
  const registry = createFamilyRegistry()
  /** @type {Set<(family: FamilySnapshot) => void>} */
  const listeners = new Set()
  let issued = 0
  let logins = 0

  /** @param {FamilyRecord} family */
  const snapshotOf = family => takeSnapshot(family, policyFor(family))

  /** @param {FamilyRecord} family */
  const publish = family => {
    if (listeners.size === 0) return
    const snapshot = snapshotOf(family)
    for (const listener of listeners) listener(snapshot)
  }

  /** @type {Tell} */
  const tell = (type, { name, client_id, sub }, details) =>
    record({ type, family: name, client_id, sub, ...details })

  const nextOrder = () => {
    issued += 1
    return issued
  }

  const endReasons = createEndReasons({ registry, policyFor, tell, publish })
  const issuance = createIssuance({ registry, endReasons, mostActive, nextOrder, tell, publish })

  /** @param {string} token */
  const find = token => {
    const found = registry.find(token)
    return found && !endReasons.expireIfOver(found.family) ? found : undefined
  }

  return {
    /**
     * @param {import('./family.js').Login} login
     * @returns {string} its first token
     */
    start: login => {
      logins += 1
      // Families that nobody asks for again have to be found to be over, too.
      if (logins % LOGINS_BETWEEN_SWEEPS === 0) registry.living().forEach(endReasons.expireIfOver)
      return issuance.begin(createFamily(login, policyFor(login).rotating))
    },

    /**
     * Decides about an exchange, and makes it final.
     *
     * @param {string} token
     * @returns {{ outcome: 'refused' } | { outcome: 'kept' } | { outcome: 'issued', token: string }}
     */
    exchange: token => {
      const { family, record: presented } = find(token) ?? {}
      if (!family) return { outcome: 'refused' }
      const policy = policyFor(family)
      const { newestGeneration } = family
      const verdict = presented
        ? judgeExchange({ token: presented, newestGeneration, policy, nowMs: Date.now() })
        : 'reused'
      if (verdict === 'reused') endReasons.detectReuse(family, presented)
      if (!presented || verdict === 'reused' || verdict === 'ended') return { outcome: 'refused' }
      if (verdict === 'succeed') {
        return { outcome: 'issued', token: issuance.succeed(family, presented, policy) }
      }
      noteUse(family, presented)
      tell('refresh_token_kept', family, { generation: presented.generation })
      publish(family)
      return { outcome: 'kept' }
    },

    /**
     * Revokes a token that does not rotate, or the family of one that does. What has been revoked
     * already changes nothing.
     *
     * @param {string} token
     * @param {EndReason} reason
     */
    revokeToken: (token, reason) => {
      const { family, record: presented } = find(token) ?? {}
      if (!family) return
      const isSpent = presented?.status === 'spent' && presented.reason === 'rotated'
      if (presented && !isSpent && presented.status !== 'active') return
      if (presented && !presented.rotating) endReasons.revokeOne(family, presented, reason)
      else endReasons.revokeFamily(family, reason)
    },

    /**
     * @param {string} familyName
     * @param {EndReason} reason
     * @returns {boolean} whether there was such a family, and it was alive
     */
    revoke: (familyName, reason) => {
      const family = registry.named(familyName)
      if (!family || endReasons.expireIfOver(family)) return false
      endReasons.revokeFamily(family, reason)
      return true
    },

    /**
     * @param {string} grantId
     * @param {EndReason} reason
     */
    revokeGrant: (grantId, reason) => {
      const family = registry.ofGrant(grantId)
      if (family && !endReasons.expireIfOver(family)) endReasons.revokeFamily(family, reason)
    },

    /**
     * Whether tokens that may still be used hang on a grant.
     *
     * @param {string} grantId
     */
    holdsGrant: grantId => {
      const family = registry.ofGrant(grantId)
      return family !== undefined && !endReasons.expireIfOver(family)
    },

    /**
     * Keeps what the engine wants to find again with every token of this one's family.
     *
     * @param {string} token
     * @param {Record<string, unknown>} payload
     */
    attach: (token, payload) => {
      const { family } = registry.find(token) ?? {}
      if (family) family.payload = payload
    },

    /**
     * @param {string} token
     * @returns {{ payload: Record<string, unknown>, generation: number } | undefined}
     */
    recall: token => {
      const { family, record: presented } = registry.find(token) ?? {}
      return family?.payload && { payload: family.payload, generation: presented?.generation ?? 0 }
    },

    /** @returns {FamilySnapshot[]} the living, and the last that have finished; by their beginning */
    families: () => {
      registry.living().forEach(endReasons.expireIfOver)
      return [...registry.finished(), ...registry.living()]
        .sort((one, other) => one.startedAtMs - other.startedAtMs)
        .map(snapshotOf)
    },

    /** @param {(family: FamilySnapshot) => void} listener called after every change */
    subscribe: listener => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },

    /** @returns {LedgerDump} plain JSON, without any token */
    dump: () => ({ issued, ...registry.dump() }),

    /** @param {LedgerDump} dumped takes the place of all that is known */
    load: dumped => {
      issued = dumped.issued
      registry.load(dumped)
    },
  }
}

/** @typedef {ReturnType<typeof createLedger>} Ledger */
