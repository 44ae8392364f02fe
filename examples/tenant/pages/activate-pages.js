import { PATHS } from '../http/paths.js'
import { escapeHtml, sendMessagePage, sendPage } from './page.js'

/** @typedef {import('koa').Context} Context */
/** @typedef {import('oidc-provider').KoaContextWithOIDC} OidcContext */
/** @typedef {import('oidc-provider').Client} Client */

/** The messages for a code that cannot be used, by the engine's error name. */
const PROBLEMS = /** @type {Record<string, string>} */ ({
  NoCodeError: 'Enter the code that your device shows.',
  NotFoundError: 'That code is not known.',
  ExpiredError: 'That code has expired. Ask your device for a new one.',
  AlreadyUsedError: 'That code was used already. Ask your device for a new one.',
})

/**
 * The page for a code from `verification_uri_complete` shows the code filled in, where the engine
 * would submit it by script.
 *
 * @type {import('koa').Middleware}
 */
export const prefillUserCode = async (ctx, next) => {
  if (ctx.path === PATHS.activate && ctx.method === 'GET' && ctx.query.user_code) {
    ctx.state.userCode = String(ctx.query.user_code)
    ctx.querystring = ''
  }
  await next()
}

/**
 * Proves that the form came from this page (the engine checks it).
 *
 * @param {OidcContext} ctx
 */
const xsrfField = ctx => {
  const state = /** @type {{ secret?: string } | undefined} */ (ctx.oidc.session?.state)
  return `<input type="hidden" name="xsrf" value="${escapeHtml(state?.secret)}">`
}

/**
 * @param {OidcContext} ctx
 * @param {string | undefined} problem
 */
const sendCodePage = (ctx, problem) =>
  sendPage(ctx, {
    title: 'Connect a device',
    status: problem ? 400 : 200,
    body: `<p class="lead">Enter the code that your device shows</p>
<form method="post" action="${PATHS.activate}">
${problem ? `<p class="alert" role="alert" id="problem">${escapeHtml(problem)}</p>` : ''}
${xsrfField(ctx)}
<label for="user_code">Code</label>
<input id="user_code" name="user_code" autocomplete="off" autocapitalize="characters" spellcheck="false" required autofocus value="${escapeHtml(ctx.state.userCode)}"${problem ? ' aria-invalid="true" aria-describedby="problem"' : ''}>
<button class="primary" type="submit">Continue</button>
</form>`,
  })

/** The engine's pages for connecting a device, in the tenant's look. */
export const activatePages = {
  /**
   * @param {OidcContext} ctx
   * @param {string} _form
   * @param {{ error_description?: string | undefined }} [answer]
   * @param {Error} [error]
   */
  userCodeInputSource: (ctx, _form, answer, error) => {
    if (error?.name === 'AbortedError') {
      sendMessagePage(ctx, {
        title: 'Not connected',
        message: 'Your device was not connected. You can close this page.',
      })
      return
    }
    sendCodePage(ctx, error && (PROBLEMS[error.name] ?? answer?.error_description ?? error.message))
  },

  /**
   * @param {OidcContext} ctx
   * @param {string} _form
   * @param {Client} client
   * @param {object} _device
   * @param {string} userCode
   */
  userCodeConfirmSource: (ctx, _form, client, _device, userCode) =>
    sendPage(ctx, {
      title: 'Is this your device?',
      body: `<p class="lead"><code>${escapeHtml(client.clientName ?? client.clientId)}</code> shows the code<br><code>${escapeHtml(userCode)}</code></p>
<form method="post" action="${PATHS.activate}">
${xsrfField(ctx)}
<input type="hidden" name="user_code" value="${escapeHtml(userCode)}">
<button class="primary" type="submit" name="confirm" value="yes">Confirm</button>
<button class="quiet" type="submit" name="abort" value="yes">Cancel</button>
</form>`,
    }),

  /** @param {OidcContext} ctx */
  successSource: ctx =>
    sendMessagePage(ctx, {
      title: 'Device connected',
      message: 'You are signed in on your device. You can close this page.',
    }),
}
