import { escapeHtml, sendPage } from './page.js'

/**
 * Shown when an authorization request cannot be answered at the application, because the client or
 * its address is not known (RFC 6749 section 4.1.2.1).
 *
 * @param {import('koa').Context} ctx
 * @param {object} answer
 * @param {unknown} error
 */
export const renderError = (ctx, answer, error) => {
  const detail = error instanceof Error && 'error_detail' in error ? error.error_detail : undefined
  const { client_id, redirect_uri } = ctx.query
  const rows = Object.entries({ ...answer, detail, client_id, redirect_uri })
    .filter(([name, value]) => value !== undefined && name !== 'state' && name !== 'iss')
    .map(
      ([name, value]) => `<dt>${escapeHtml(name)}</dt><dd><code>${escapeHtml(value)}</code></dd>`,
    )
  sendPage(ctx, {
    title: 'The request cannot be answered',
    status: ctx.status,
    body: `<p class="lead">The tenant does not know this application or where to send it back to.
Check client_id and the origin of redirect_uri, to the letter: 127.0.0.1 is another origin than
localhost. The tenant learns them from <code>--origin</code> and <code>--client-id</code>, or from its
file.</p><dl>${rows.join('')}</dl>`,
  })
}
