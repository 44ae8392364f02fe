import { createAlterTokens } from './alter-tokens.js'
import { createApplyFaults } from './apply-faults.js'
import { createFaults } from './faults.js'

/**
 * Creates the faults of a tenant and the middleware that applies them.
 *
 * @param {{
 *   keys: import('../keys/signing-keys.js').SigningKeys,
 *   record: import('../tokens/event-log.js').RecordEvent,
 * }} parts
 */
export const createFaultInjection = ({ keys, record }) => {
  const faults = createFaults()
  return {
    faults: faults.control,
    applyFaults: createApplyFaults({ faults, record, alterTokens: createAlterTokens(keys) }),
  }
}
