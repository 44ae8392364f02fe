import { randomBytes } from 'node:crypto'

/** @typedef {import('koa').Context} Context */

/** @param {unknown} value */
export const escapeHtml = value =>
  String(value ?? '').replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)

const STYLE = `
:root{color-scheme:light dark;--page:#f4f4f8;--glow:#e4e0ff;--card:#fff;--line:#d9d9e4;--edge:#85859a;--text:#1b1b27;--soft:#5c5c70;--accent:#5546e8;--accent-text:#fff;--bad:#b3142b;--bad-soft:#fdecee;--tint:#f2f1fd}
@media (prefers-color-scheme:dark){:root{--page:#101017;--glow:#241f52;--card:#1a1a24;--line:#3a3a4b;--edge:#73738c;--text:#f1f1f6;--soft:#a8a8bb;--accent:#9a8fff;--accent-text:#14122b;--bad:#ff97a4;--bad-soft:#3a1820;--tint:#23223a}}
*{box-sizing:border-box}
html{background:var(--page)}
body{margin:0;min-height:100vh;min-height:100dvh;display:grid;place-items:center;padding:24px 16px;background:radial-gradient(900px 480px at 50% -10%,var(--glow),transparent 70%) no-repeat;color:var(--text);font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}
main{width:100%;max-width:400px;padding:40px 36px 32px;background:var(--card);border:1px solid var(--line);border-radius:16px;box-shadow:0 1px 2px rgb(0 0 0/.06),0 18px 44px rgb(20 16 60/.12)}
@media (max-width:420px){main{padding:32px 22px 24px}}
.mark{display:block;width:48px;height:48px;margin:0 auto 20px}
h1{margin:0;font-size:1.5rem;line-height:1.25;text-align:center;letter-spacing:-.01em}
.lead{margin:8px 0 28px;color:var(--soft);text-align:center;overflow-wrap:anywhere}
label{display:block;margin:0 0 6px;font-size:.875rem;font-weight:600}
input{width:100%;height:48px;margin:0 0 18px;padding:0 14px;font:inherit;color:inherit;background:transparent;border:1px solid var(--edge);border-radius:10px}
input:hover{border-color:var(--text)}
input[aria-invalid=true]{border-color:var(--bad)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
input:focus-visible{outline-offset:-1px;outline-width:2px}
button{width:100%;height:48px;font:inherit;font-weight:600;border:0;border-radius:10px;cursor:pointer}
button.primary{margin-top:6px;background:var(--accent);color:var(--accent-text)}
button.primary:hover{filter:brightness(1.08)}
button.quiet{margin-top:8px;background:transparent;color:var(--soft)}
button.quiet:hover{background:var(--tint);color:var(--text)}
.alert{margin:0 0 20px;padding:12px 14px;font-size:.9375rem;color:var(--bad);background:var(--bad-soft);border-radius:10px}
.hint{margin:22px 0 0;padding:12px 14px;font-size:.8125rem;color:var(--soft);background:var(--tint);border-radius:10px;text-align:center}
.hint strong{display:block;color:var(--text);font-weight:600}
code{font:.9375em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;color:var(--text);overflow-wrap:anywhere}
dl{margin:24px 0 0;font-size:.875rem}
dt{color:var(--soft)}
dd{margin:0 0 12px;overflow-wrap:anywhere}
`

const MARK = `<svg class="mark" viewBox="0 0 48 48" aria-hidden="true"><rect width="48" height="48" rx="13" fill="#5546e8"/><circle cx="24" cy="19.5" r="6" fill="none" stroke="#fff" stroke-width="4"/><path d="M24 25.5V37m0-5.5h5.5" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round"/></svg>`

/**
 * Sends one of the tenant's pages: without scripts and external resources, and not allowed in
 * frames (against clickjacking).
 *
 * @param {Context} ctx
 * @param {{ title: string, body: string, status?: number, formTargets?: readonly string[] }} page
 *   `formTargets`: the origins for `form-action`, which also applies to redirects after the form is
 *   sent
 */
export const sendPage = (ctx, { title, body, status = 200, formTargets = [] }) => {
  const nonce = randomBytes(16).toString('base64')
  ctx.status = status
  ctx.type = 'html'
  ctx.set('Cache-Control', 'no-store')
  ctx.set('Referrer-Policy', 'no-referrer')
  ctx.set('X-Content-Type-Options', 'nosniff')
  ctx.set('X-Frame-Options', 'DENY')
  ctx.set(
    'Content-Security-Policy',
    [
      "default-src 'none'",
      `style-src 'nonce-${nonce}'`,
      `form-action ${["'self'", ...formTargets].join(' ')}`,
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  )
  ctx.body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<main>
${MARK}
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`
}

/**
 * @param {Context} ctx
 * @param {{ title: string, message: string, status?: number }} page
 */
export const sendMessagePage = (ctx, { message, ...page }) =>
  sendPage(ctx, { ...page, body: `<p class="lead">${escapeHtml(message)}</p>` })
