// Its types are in sdk.d.ts.
// @ts-expect-error This URL exists in the browser only.
export * from '/dist/auth0-spa-js.production.esm.js'
