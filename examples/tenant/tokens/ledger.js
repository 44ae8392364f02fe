import { isOnlineAccess } from '../settings/online-access.js'
import { decideExchange } from './decide-exchange.js'
import { createEndReasons } from './end-reasons.js'
import { createFamily, noteUse } from './family.js'
import { createFamilyRegistry } from './family-registry.js'
import { takeSnapshot } from './family-snapshot.js'
import { createIssuance } from './issuance.js'

/** @typedef {import('./family.js').FamilyRecord} FamilyRecord */
/** @typedef {import('./snapshots.js').EndReason} EndReason */
/** @typedef {import('./snapshots.js').FamilySnapshot} FamilySnapshot */
/** @typedef {import('./event-log.js').TenantEvent} TenantEvent */
/** @typedef {import('../settings/refresh-token-settings.js').RefreshTokenPolicy} RefreshTokenPolicy */

/** @typedef {(family: Pick<FamilyRecord, 'client_id' | 'audience' | 'scope'>) => RefreshTokenPolicy} PolicyFor */
/** @typedef {Pick<TenantEvent, 'generation' | 'withinLeeway' | 'reason'>} EventDetails */
/** @typedef {(type: TenantEvent['type'], family: FamilyRecord, details?: EventDetails) => void} ReportEvent */
/** @typedef {{ issued: number } & import('./family-registry.js').RegistryDump} LedgerDump */

/**
 * @typedef {object} LedgerParts
 * @property {PolicyFor} policyFor called every time, so that a changed setting applies immediately
 * @property {() => number} maxActive how many active tokens one user and application may have
 * @property {import('./event-log.js').RecordEvent} record
 */

const LOGINS_BETWEEN_SWEEPS = 64

/**
 * The status of every refresh token, with the reason: the single source of truth. Each method is
 * synchronous, so that two concurrent requests with the same token cannot both be the first, and an
 * ended token cannot become active again.
 *
 * @param {LedgerParts} parts
 */
export const createLedger = ({ policyFor, maxActive, record }) => {
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

  /** @type {ReportEvent} */
  const reportEvent = (type, { name, client_id, sub }, details) =>
    record({ type, family: name, client_id, sub, ...details })

  const nextOrder = () => {
    issued += 1
    return issued
  }

  const endReasons = createEndReasons({ registry, policyFor, reportEvent, publish })
  const issuance = createIssuance({
    registry,
    endReasons,
    maxActive,
    nextOrder,
    reportEvent,
    publish,
  })

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
      // Detects the expiry of families that are not used any more.
      if (logins % LOGINS_BETWEEN_SWEEPS === 0) registry.active().forEach(endReasons.expireIfOver)
      return issuance.begin(createFamily(login, policyFor(login).rotating))
    },

    /**
     * Decides about an exchange and applies the decision.
     *
     * @param {string} token
     * @returns {{ outcome: 'refused' } | { outcome: 'kept' } | { outcome: 'issued', token: string }}
     */
    exchange: token => {
      const { family, record: presented } = find(token) ?? {}
      if (!family) return { outcome: 'refused' }
      const policy = policyFor(family)
      const { newestGeneration } = family
      const decision = presented
        ? decideExchange({ token: presented, newestGeneration, policy, nowMs: Date.now() })
        : 'reused'
      if (decision === 'reused') endReasons.detectReuse(family, presented)
      if (!presented || decision === 'reused' || decision === 'ended') return { outcome: 'refused' }
      if (decision === 'succeed') {
        return { outcome: 'issued', token: issuance.succeed(family, presented, policy) }
      }
      noteUse(family, presented)
      reportEvent('refresh_token_kept', family, { generation: presented.generation })
      publish(family)
      return { outcome: 'kept' }
    },

    /**
     * Revokes a non-rotating token, or the family of a rotating one. Does nothing if it was already
     * revoked.
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
     * @returns {boolean} whether there was such an active family
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
     * Ends the online access of a session.
     *
     * @param {string} sessionUid
     * @param {string} [sub] of one user only
     */
    endSession: (sessionUid, sub) => {
      for (const family of registry.active()) {
        const isOfSession = family.payload?.sessionUid === sessionUid
        const isMeant = isOfSession && (sub === undefined || sub === family.sub)
        if (!isMeant || !isOnlineAccess(family.scope)) continue
        if (!endReasons.expireIfOver(family)) endReasons.revokeFamily(family, 'session_ended')
      }
    },

    /**
     * Whether active tokens refer to the grant.
     *
     * @param {string} grantId
     */
    holdsGrant: grantId => {
      const family = registry.ofGrant(grantId)
      return family !== undefined && !endReasons.expireIfOver(family)
    },

    /**
     * Stores the engine's payload for the family of the token.
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

    /** @returns {FamilySnapshot[]} the active and the most recently ended ones, sorted by start */
    families: () => {
      registry.active().forEach(endReasons.expireIfOver)
      return [...registry.finished(), ...registry.active()]
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

    /** @param {LedgerDump} dumped replaces all data */
    load: dumped => {
      issued = dumped.issued
      registry.load(dumped)
    },
  }
}

/** @typedef {ReturnType<typeof createLedger>} Ledger */
