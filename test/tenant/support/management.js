/** @typedef {import('./browser.js').Tenant} Tenant */

/**
 * @param {Tenant} tenant
 * @param {string} method
 * @param {string} path below `/api/v2/`
 * @param {{ body?: unknown, authorization?: string | undefined }} [request] with the tenant's own
 *   token unless `authorization` is given; a text is sent as it is
 */
export const manage = async (tenant, method, path, request = {}) => {
  const { body, authorization = `Bearer ${tenant.managementToken}` } = request
  const response = await fetch(`${tenant.url}/api/v2/${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text && JSON.parse(text) }
}
