import { createAlterTokens } from './alter-tokens.js'
import { createApplyFaults } from './apply-faults.js'
import { createFaults } from './faults.js'

/**
 * What lets a tenant misbehave on demand.
 *
 * @param {{
 *   keys: import('../keys/signing-keys.js').SigningKeys,
 *   record: import('../tokens/event-log.js').RecordEvent,
 * }} parts
 */
export const createMisbehaviour = ({ keys, record }) => {
  const faults = createFaults()
  return {
    faults: faults.control,
    applyFaults: createApplyFaults({ faults, record, alterTokens: createAlterTokens(keys) }),
  }
}
