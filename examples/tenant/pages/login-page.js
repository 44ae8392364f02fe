import { escapeHtml, sendPage } from './page.js'

/**
 * @typedef {object} LoginPage
 * @property {string} action the URL that the form is sent to
 * @property {string} clientId the application that the user signs in to
 * @property {string} email the initial value of the field
 * @property {boolean} hasFailed the last attempt failed
 * @property {{ email: string, password: string } | undefined} hint
 * @property {readonly string[]} formTargets
 */

const ALERT = '<p class="alert" role="alert" id="problem">Wrong email or password.</p>'

/** @param {LoginPage['hint']} hint */
const hintLine = hint =>
  hint
    ? `<p class="hint"><strong>Development tenant</strong>Sign in as
<code>${escapeHtml(hint.email)}</code> with <code>${escapeHtml(hint.password)}</code></p>`
    : ''

/**
 * @param {import('koa').Context} ctx
 * @param {LoginPage} page
 */
export const sendLoginPage = (ctx, { action, clientId, email, hasFailed, hint, formTargets }) => {
  const invalid = hasFailed ? ' aria-invalid="true" aria-describedby="problem"' : ''
  const [focusEmail, focusPassword] = email ? ['', ' autofocus'] : [' autofocus', '']
  sendPage(ctx, {
    title: 'Sign in',
    status: hasFailed ? 401 : 200,
    formTargets,
    body: `<p class="lead">to continue to <code>${escapeHtml(clientId)}</code></p>
<form method="post" action="${escapeHtml(action)}">
${hasFailed ? ALERT : ''}
<label for="email">Email</label>
<input id="email" name="email" type="email" autocomplete="username" autocapitalize="none" spellcheck="false" required value="${escapeHtml(email)}"${invalid}${focusEmail}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${invalid}${focusPassword}>
<button class="primary" type="submit" name="action" value="continue">Continue</button>
<button class="quiet" type="submit" name="action" value="cancel" formnovalidate>Cancel</button>
</form>
${hintLine(hint)}`,
  })
}
