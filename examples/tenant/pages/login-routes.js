import { PATHS } from '../http/paths.js'
import { readBody } from '../http/read-body.js'
import { sendLoginPage } from './login-page.js'
import { sendMessagePage } from './page.js'

/** @typedef {import('koa').Context} Context */
/** @typedef {import('oidc-provider').Provider} Provider */
/** @typedef {Awaited<ReturnType<Provider['interactionDetails']>>} Interaction */

/**
 * @typedef {object} LoginParts
 * @property {Provider} provider
 * @property {import('../settings/users.js').Users} users
 * @property {import('../settings/clients.js').ClientRegistry} clients
 */

const CANCELLED = { error: 'access_denied', error_description: 'The user cancelled the sign-in.' }

/** @param {unknown} value */
const text = value => (typeof value === 'string' ? value : '')

/**
 * The pending sign-in of this browser, if the address is its own.
 *
 * @param {Provider} provider
 * @param {Context} ctx
 */
const findInteraction = async (provider, ctx) => {
  const details = await provider.interactionDetails(ctx.req, ctx.res).catch(() => undefined)
  return details && ctx.path === `${PATHS.login}/${details.uid}` ? details : undefined
}

/**
 * @param {LoginParts} parts
 * @param {Context} ctx
 * @param {Interaction} details
 */
const handleForm = async ({ provider, users, clients }, ctx, details) => {
  /** @param {import('oidc-provider').InteractionResults} result */
  const finish = async result => {
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result))
    ctx.status = 303
  }
  // The application is first-party, so consent is given even where it is asked for by name.
  if (details.prompt.name === 'consent') return finish({ consent: {} })

  const isSubmitted = ctx.method === 'POST'
  const form = new URLSearchParams(isSubmitted ? await readBody(ctx.req) : '')
  if (form.get('action') === 'cancel') return finish(CANCELLED)

  const email = form.get('email')?.trim() ?? ''
  const user = isSubmitted ? users.signIn(email, form.get('password') ?? '') : undefined
  if (user) {
    // The way to sign in that the application prefers; there is only this one.
    const [acr] = text(details.params.acr_values).split(' ')
    return finish({ login: { accountId: user.sub, ...(acr && { acr }) }, select_account: {} })
  }

  return sendLoginPage(ctx, {
    action: ctx.path,
    clientId: text(details.params.client_id),
    email: isSubmitted ? email : text(details.params.login_hint),
    hasFailed: isSubmitted,
    hint: users.hint,
    formTargets: clients.originsOf(details.params.client_id),
  })
}

/**
 * The login page at `/login/<id>`: GET shows it, POST signs in or cancels.
 *
 * @param {LoginParts} parts
 * @returns {import('koa').Middleware}
 */
export const createLoginRoutes = parts => async (ctx, next) => {
  const isLogin = ctx.path.startsWith(`${PATHS.login}/`)
  if (!isLogin || (ctx.method !== 'GET' && ctx.method !== 'POST')) return next()

  const details = await findInteraction(parts.provider, ctx)
  if (details) return handleForm(parts, ctx, details)
  return sendMessagePage(ctx, {
    title: 'This page has expired',
    message: 'Go back to the application and sign in again.',
    status: 400,
  })
}
