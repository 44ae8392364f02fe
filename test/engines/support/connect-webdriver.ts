const COMMAND_LIMIT_MS = 30_000

/** Sends a command of WebDriver (W3C), by its path below the driver's address. */
export type SendCommand = <Result = unknown>(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: object,
) => Promise<Result>

/** A driver whose browser has died does not answer, so each command has a limit. */
export const connectWebdriver =
  (address: string): SendCommand =>
  async (method, path, body = {}) => {
    const response = await fetch(address + path, {
      method,
      signal: AbortSignal.timeout(COMMAND_LIMIT_MS),
      ...(method === 'POST' && { body: JSON.stringify(body) }),
    })
    const { value } = await response.json()
    if (!response.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`)
    return value
  }
