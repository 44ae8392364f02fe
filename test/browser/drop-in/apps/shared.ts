import type { Auth0ClientOptions } from '@auth0/auth0-spa-js'

declare global {
  interface Window {
    /** Put there by the page. */
    config: Auth0ClientOptions & { refreshTokenMode?: 'offline' }
  }
}

const element = (id: string): HTMLElement => {
  const found = document.getElementById(id)
  if (found) return found
  const made = document.createElement(/login|popup|logout|token|renewal/.test(id) ? 'button' : 'p')
  made.id = id
  made.textContent = id
  document.body.append(made)
  return made
}

/** Writes where the test looks. */
export const show = (id: string, text: string | null = ''): void => {
  element(id).textContent = text
}

/** Makes a button. */
export const whenClicked = (id: string, action: () => unknown): void => {
  element(id).onclick = () => {
    action()
  }
}
