import type { Lazy } from '../../lazy.ts'
import type { HttpRules } from '../../protocol/require-https.ts'
import type { PopupLoginOptions } from '../../types/authorization.ts'
import type {
  GetTokenSilentlyOptions,
  GetTokenSilentlyVerboseResponse,
} from '../../types/tokens.ts'
import type { Dpop } from '../dpop/dpop.ts'

/** What a fetcher needs of its client. */
export interface FetcherHost {
  /** One object per client: what all its fetchers share is found by it. */
  readonly options: Readonly<HttpRules> & { readonly interactiveErrorHandler: 'popup' | undefined }
  /** `undefined` without `useDpop`. */
  readonly loadDpop: Lazy<Dpop> | undefined
  getToken(
    call: GetTokenSilentlyOptions & { detailedResponse: true },
  ): Promise<GetTokenSilentlyVerboseResponse | undefined>
  loginWithPopup(call: PopupLoginOptions): Promise<void>
}
