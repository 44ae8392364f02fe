// @vitest-environment happy-dom
// @vitest-environment-options { "url": "https://app.example.com/", "settings": { "disableIframePageLoading": true, "handleDisabledFileLoadingAsSuccess": true } }
import '../../support/setup.ts'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Claim, Made } from './claims/claim.ts'
import { session } from './claims/session.ts'
import { signIn } from './claims/sign-in.ts'
import { start } from './claims/start.ts'
import { tokens } from './claims/tokens.ts'
import { type CodeBlock, DOCUMENTS, parseDocument } from './code-blocks.ts'
import { createPage, kit, type Page, sdk } from './page.ts'
import { readPublicNames } from './public-names.ts'
import { runBlock } from './run-block.ts'

const claims: Record<string, Claim> = { ...start, ...signIn, ...tokens, ...session }
const { blocks } = parseDocument('EXAMPLES.md')
const names = readPublicNames()
const modules = { latchkey: sdk, 'latchkey/testing': kit }

let page: Page
beforeEach(() => {
  page = createPage()
})
afterEach(() => page.close())

const run = async (block: CodeBlock, context: object): Promise<Made> =>
  (await runBlock(block, { names, modules, context: { ...context } })) as Made

describe('EXAMPLES.md', () => {
  it.each(blocks)('line $line, "$heading", does what it says', async block => {
    const claim = claims[block.heading]
    if (!claim) throw new Error(`No claim is made about "${block.heading}"`)
    const auth0 = (await claim.before?.(page)) ?? page.createClient()
    if (!claim.before) await page.signIn(auth0)
    const { domain, clientId, button, showError } = page
    const context = { auth0, domain, clientId, button, showError }
    const made = await run(block, context)
    await claim.after(page, Object.assign({ auth0 }, made), () => run(block, context))
  })

  it('has one example for every claim', () => {
    expect(blocks.map(({ heading }) => heading).sort()).toEqual(Object.keys(claims).sort())
  })
})

describe('the other documents', () => {
  const others = DOCUMENTS.filter(document => document !== 'EXAMPLES.md').flatMap(
    document => parseDocument(document).blocks,
  )

  it.each(others)('$document:$line, "$heading", runs to its end', async block => {
    const auth0 = page.createClient()
    await page.signIn(auth0)
    await expect(run(block, { auth0 })).resolves.toBeDefined()
  })
})

describe('README.md', () => {
  it('signs in, comes back and calls an API with its first lines of code', async () => {
    const [login, call] = parseDocument('README.md').blocks
    if (!login || !call) throw new Error('README.md has no code')
    const [, domain] = /domain: '(.+?)'/.exec(login.code) ?? []
    const [, clientId] = /clientId: '(.+?)'/.exec(login.code) ?? []
    page.useTenant({ domain, clientId })
    const press = (label: string): void => {
      const button = document.querySelector('button:last-of-type') as HTMLButtonElement
      expect(button.textContent).toBe(label)
      button.click()
    }
    await run(login, {})
    press('Sign in')
    await vi.waitFor(() => expect(page.visited).toHaveLength(1))
    await page.comeBack()
    const { auth0 } = await run(login, {})
    expect(location.href).toBe('https://app.example.com/')
    await run(call, { auth0 })
    expect(page.api.map(({ url }) => url)).toEqual(['http://localhost:4002/api/private'])
    press('Sign out Ada Lovelace')
    await vi.waitFor(() => expect(page.visited).toHaveLength(2))
    expect(page.api[0]?.headers.get('Authorization')).toMatch(/^Bearer ey/)
  })
})
