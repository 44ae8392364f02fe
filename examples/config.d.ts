/**
 * What `serve/start-app.js` serves as `/config.js`: the tenant and the client of these pages. For a
 * browser `../config.js` is that address from either page, since there is nothing above the root.
 */
export const domain: string
export const clientId: string
/** The address of the API; empty where there is none. */
export const apiUrl: string
/** Where to read and change whether the API demands nonces in DPoP proofs; empty if it cannot be changed. */
export const nonceSwitchUrl: string
