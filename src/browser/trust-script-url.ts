/** The part of the Trusted Types API that is used here; TypeScript does not declare it yet. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL: (url: string) => string }
}

type TrustScriptUrl = (url: string) => string

/** The URL that is being trusted now; the policy accepts no other, so other scripts cannot use it. */
let expected: string | undefined

/** One policy for the page: under `trusted-types latchkey` a second one of the same name is refused. */
let byPolicy: TrustScriptUrl | undefined

const createByPolicy = (): TrustScriptUrl => {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  const policy = trustedTypes?.createPolicy('latchkey', {
    createScriptURL: url => {
      if (url !== expected) throw new TypeError(`Not a URL of the SDK: ${url}`)
      return url
    },
  })
  return policy ? url => policy.createScriptURL(url) : url => url
}

/**
 * Makes a URL acceptable to `new Worker` under `require-trusted-types-for 'script'`. If the content
 * security policy does not list `latchkey` in `trusted-types`, the URL stays text: the page may have
 * no such requirement, or a default policy.
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
