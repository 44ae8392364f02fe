// Its types are in sdk.d.ts.
// @ts-expect-error This address means something to the browser only.
export * from '/dist/auth0-spa-js.production.esm.js'
