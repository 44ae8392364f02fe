/** @typedef {typeof import('oidc-provider').interactionPolicy} PolicyClasses */

/**
 * When a login needs the login page: the engine's rules, `prompt=select_account`, and `acr_values` that
 * the session was not begun with (RFC 9470 section 4). There is no second factor: signing in again is
 * enough.
 *
 * @param {PolicyClasses} classes
 */
export const createInteractionPolicy = ({ base, Check, Prompt }) => {
  const policy = base()
  policy.add(new Prompt({ name: 'select_account', requestable: true }), 0)
  policy.get('login')?.checks.add(
    new Check('acr_values', 'The session was begun in another way', ({ oidc }) => {
      const asked = oidc.params?.acr_values
      const isMet =
        typeof asked !== 'string' || asked === '' || asked.split(' ').includes(String(oidc.acr))
      return isMet ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT
    }),
  )
  return policy
}
