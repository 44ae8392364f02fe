/** Where an entry can say which issuer it comes from. */
export interface IssuedEntry {
  /** Missing in entries of auth0-spa-js. */
  issuer?: string
  decodedToken?: { claims?: { iss?: unknown } }
}

/** The issuer that an entry names, by itself or in its ID token. */
export const issuerOf = (entry: IssuedEntry | undefined): string | undefined => {
  const issuer = entry?.issuer ?? entry?.decodedToken?.claims?.iss
  return typeof issuer === 'string' ? issuer : undefined
}
