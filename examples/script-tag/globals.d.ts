/** What `auth0-spa-js.production.js` leaves in the page. */
declare const createAuth0Client: typeof import('../../src/index.ts').createAuth0Client
