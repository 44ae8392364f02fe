/** What of the Trusted Types interface is used here; TypeScript does not know it yet. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL: (url: string) => string }
}

type TrustScriptUrl = (url: string) => string

/** The address being trusted now: whoever else gets hold of the policy can do nothing with it. */
let expected: string | undefined

/** One for the page: under `trusted-types latchkey` a second of the same name is refused. */
let byPolicy: TrustScriptUrl | undefined

const createByPolicy = (): TrustScriptUrl => {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  const policy = trustedTypes?.createPolicy('latchkey', {
    createScriptURL: url => {
      if (url !== expected) throw new TypeError(`Not an address of the SDK: ${url}`)
      return url
    },
  })
  return policy ? url => policy.createScriptURL(url) : url => url
}

/**
 * Makes an address fit for `new Worker` under `require-trusted-types-for 'script'`. In a page whose
 * policy does not name `latchkey` among its `trusted-types` the address stays text, for a page that
 * demands no more, or has a default policy of its own.
 */
export const trustScriptUrl: TrustScriptUrl = url => {
  try {
    byPolicy ??= createByPolicy()
  } catch {
    return url
  }
  expected = url
  try {
    return byPolicy(url)
  } finally {
    expected = undefined
  }
}
