/**
 * An application as it is written against the reference. It is compiled twice: by `tsc -p test`
 * against the reference itself, and by the type tests against this SDK (see `tsconfig.json`).
 */
import {
  Auth0Client,
  type Auth0ClientOptions,
  AuthenticationError,
  type AuthorizationParams,
  type Cacheable,
  CacheKey,
  type CacheLocation,
  type CustomTokenExchangeOptions,
  createAuth0Client,
  type Fetcher,
  type FetcherConfig,
  GenericError,
  type GetTokenSilentlyOptions,
  type GetTokenSilentlyVerboseResponse,
  type ICache,
  type IdToken,
  InMemoryCache,
  LocalStorageCache,
  type LogoutOptions,
  MfaRequiredError,
  MissingRefreshTokenError,
  PopupCancelledError,
  type PopupConfigOptions,
  PopupOpenError,
  PopupTimeoutError,
  type RedirectLoginOptions,
  type RedirectLoginResult,
  ResponseType,
  TimeoutError,
  User,
  type WrappedCacheEntry,
} from '@auth0/auth0-spa-js'

interface AppState {
  returnTo?: string
}

class Person extends User {
  declare roles: string[]
}

/** A cache of the application's own. */
export class SessionCache implements ICache {
  set<T = Cacheable>(key: string, entry: T): void {
    sessionStorage.setItem(key, JSON.stringify(entry))
  }
  get<T = Cacheable>(key: string): T | undefined {
    return JSON.parse(sessionStorage.getItem(key) ?? 'null') ?? undefined
  }
  remove(key: string): Promise<void> {
    return Promise.resolve(sessionStorage.removeItem(key))
  }
  allKeys(): string[] {
    return Object.keys(sessionStorage)
  }
}

const cacheLocation: CacheLocation = 'localstorage'
const authorizationParams: AuthorizationParams = {
  redirect_uri: 'https://app.example.com/callback',
  audience: 'https://api.example.com/',
  scope: 'openid profile email read:items',
  screen_hint: 'signup',
  prompt: 'login',
  max_age: 3600,
  custom: true,
}

const options: Auth0ClientOptions = {
  domain: 'example.auth0.com',
  clientId: 'client',
  issuer: 'issuer.example.com',
  cacheLocation,
  useRefreshTokens: true,
  useRefreshTokensFallback: false,
  useMrrt: true,
  leeway: 30,
  nowProvider: async () => Date.now(),
  workerUrl: '/auth0-spa-js.worker.production.js',
  auth0Client: { name: 'auth0-react', version: '2.0.0', env: { react: '19' } },
  interactiveErrorHandler: 'popup',
  authorizationParams: { ...authorizationParams, scope: { default: 'openid', other: 'read:b' } },
}

/** Where to go on after a login. */
export const goOn = ({ appState }: RedirectLoginResult<AppState>): string =>
  appState?.returnTo ?? '/'

/** Every place for tokens. */
export const clients: Auth0Client[] = [
  new Auth0Client(options),
  new Auth0Client({ ...options, cache: new InMemoryCache().enclosedCache }),
  new Auth0Client({ ...options, cache: new LocalStorageCache() }),
  new Auth0Client({ ...options, cache: new SessionCache() }),
]

/** The key and the expiry of a stored entry, as tools that look into the storage read them. */
export const inspect = (key: string, { body, expiresAt }: WrappedCacheEntry): string => {
  const { clientId, audience = 'default', scope = '' } = CacheKey.fromKey(key)
  const again = new CacheKey({ clientId, audience, scope }, '@@auth0spajs@@', '@@user@@').toKey()
  return `${again} ${body.token_type ?? 'Bearer'} ${body.decodedToken?.user.name} ${expiresAt}`
}

/** What to tell the user. */
export const explain = (error: unknown): string => {
  if (error instanceof PopupTimeoutError || error instanceof PopupCancelledError) {
    error.popup.close()
    return error.error
  }
  if (error instanceof AuthenticationError) return `${error.state} ${error.appState?.returnTo}`
  if (error instanceof MfaRequiredError)
    return `${error.mfa_token} ${error.mfa_requirements.challenge?.map(({ type }) => type).join()}`
  if (error instanceof MissingRefreshTokenError) return `${error.audience} ${error.scope}`
  if (error instanceof TimeoutError || error instanceof PopupOpenError) return error.message
  if (error instanceof GenericError) return `${error.error}: ${error.error_description}`
  return GenericError.fromPayload({ error: 'unknown', error_description: String(error) }).message
}

/** The life of a page. */
export const start = async (): Promise<Person | undefined> => {
  const auth0: Auth0Client = await createAuth0Client({
    domain: 'example.auth0.com',
    clientId: 'client',
    authorizationParams: { redirect_uri: location.origin },
  })
  if (location.search.includes('state=')) {
    const { appState, response_type } = await auth0.handleRedirectCallback<AppState>(location.href)
    if (response_type === ResponseType.Code) history.replaceState(null, '', appState?.returnTo)
  }
  const login: RedirectLoginOptions<AppState> = {
    authorizationParams,
    appState: { returnTo: location.pathname },
    fragment: 'top',
    openUrl: async url => location.replace(url),
  }
  if (!(await auth0.isAuthenticated())) await auth0.loginWithRedirect(login)

  const user = await auth0.getUser<Person>()
  const claims: IdToken | undefined = await auth0.getIdTokenClaims()
  const { domain, clientId } = auth0.getConfiguration()
  console.info(user?.roles.length, user?.email, claims?.__raw, claims?.exp, domain, clientId)
  return user
}

/** A client whose refresh tokens end with the session at the tenant. */
export const startOnline = (): Promise<Auth0Client> =>
  createAuth0Client({
    domain: 'example.auth0.com',
    clientId: 'client',
    refreshTokenMode: 'online',
    useRefreshTokens: true,
    useDpop: true,
  })

/** The same without what it needs. */
export const startOnlineWithoutProofs = (): Promise<Auth0Client> =>
  // @ts-expect-error: online access requires DPoP
  createAuth0Client({
    domain: 'example.auth0.com',
    clientId: 'client',
    refreshTokenMode: 'online',
    useRefreshTokens: true,
  })

/** A fetcher that takes its tokens from another place. */
export const ordersApi: FetcherConfig<Response> = {
  baseUrl: 'https://api.example.com',
  dpopNonceId: 'orders',
  fetch: request => fetch(request),
  getAccessToken: async wanted => `${wanted?.audience} ${wanted?.scope?.join(' ')}`,
}

/** A token of the system before, to be exchanged. */
export const exchange: CustomTokenExchangeOptions = {
  subject_token: 'token',
  subject_token_type: 'urn:acme:legacy-token',
  actor_token: 'agent',
  actor_token_type: 'urn:acme:agent',
  audience: 'https://api.example.com/',
  scope: 'read:items',
  organization: 'org_1',
  custom: { any: 'thing' },
}

/** Calls an API with bound tokens, by a fetcher and by hand. */
export const callApi = async (auth0: Auth0Client): Promise<number> => {
  const api: Fetcher<Response> = auth0.createFetcher(ordersApi)
  const wanted = { audience: 'https://api.example.com/', scope: ['read:items'] }
  const { status } = await api.fetchWithAuth('/orders', { method: 'DELETE' }, wanted)
  const rows = auth0.createFetcher({ fetch: async () => ({ status: 200, headers: {}, rows: [1] }) })
  const answer = await rows.fetchWithAuth(new URL('https://api.example.com/'))

  const nonce = (await auth0.getDpopNonce('orders')) ?? 'none'
  await auth0.setDpopNonce(nonce)
  const url = 'https://api.example.com/'
  const proof: string = await auth0.generateDpopProof({
    url,
    method: 'GET',
    nonce,
    accessToken: 'token',
  })
  return status + answer.rows.length + proof.length
}

/** Signs in with the token of another system. */
export const signInWithToken = async (auth0: Auth0Client): Promise<string | undefined> => {
  const delegated = await auth0.customTokenExchange(exchange)
  const old = await auth0.exchangeToken({ ...exchange, subject_token: delegated.access_token })
  const { id_token, refresh_token } = await auth0.loginWithCustomTokenExchange(exchange)
  return refresh_token ?? `${id_token} ${old.token_type} ${old.expires_in}`
}

/** An access token, by whatever way is open. */
export const token = async (auth0: Auth0Client): Promise<string | undefined> => {
  const popup: PopupConfigOptions = {
    popup: window.open(''),
    timeoutInSeconds: 30,
    closePopup: true,
  }
  const silently: GetTokenSilentlyOptions = {
    cacheMode: 'off',
    timeoutInSeconds: 20,
    authorizationParams: { audience: 'https://api.example.com/', organization: 'org_1' },
  }
  await auth0.checkSession()
  await auth0.checkSession(silently)
  const details: GetTokenSilentlyVerboseResponse | undefined = await auth0.getTokenSilently({
    ...silently,
    detailedResponse: true,
  })
  const plain: string | undefined = await auth0.getTokenSilently()
  if (plain === undefined) await auth0.loginWithPopup({ authorizationParams }, popup)
  const shown = await auth0.getTokenWithPopup({ authorizationParams, cacheMode: 'off' }, popup)
  return details?.access_token ?? plain ?? shown
}

/** Signs out, here alone or everywhere. */
export const leave = async (auth0: Auth0Client, isLocal: boolean): Promise<void> => {
  const logout: LogoutOptions = {
    clientId: null,
    logoutParams: { returnTo: location.origin, federated: true, custom: 'x' },
    openUrl: isLocal ? false : async url => location.assign(url),
  }
  await auth0.revokeRefreshToken({ audience: 'https://api.example.com/' })
  await auth0.logout(logout)
  await auth0.logout({ onRedirect: async url => location.assign(url) })
}
