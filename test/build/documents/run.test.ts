// @vitest-environment happy-dom
// @vitest-environment-options { "url": "https://app.example.com/", "settings": { "disableIframePageLoading": true, "handleDisabledFileLoadingAsSuccess": true } }
import '../../support/setup.ts'
import * as sdk from 'latchkey'
import * as kit from 'latchkey/testing'
import { describe, expect } from 'vitest'
import { it, waitFor } from '../../support/example-page.ts'
import { type CodeBlock, DOCUMENTS, parseDocument } from './code-blocks.ts'
import { readPublicNames } from './public-names.ts'
import { runBlock } from './run-block.ts'

const names = readPublicNames()
const modules = { latchkey: sdk, 'latchkey/testing': kit }

const run = (block: CodeBlock, context: object): Promise<Record<string, unknown>> =>
  runBlock(block, { names, modules, context: { ...context } })

describe('the documents, except EXAMPLES.md, whose code is tested in examples/snippets', () => {
  const blocks = DOCUMENTS.filter(document => document !== 'EXAMPLES.md').flatMap(
    document => parseDocument(document).blocks,
  )

  for (const block of blocks) {
    it(`${block.document}:${block.line}, "${block.heading}", runs to its end`, async ({ page }) => {
      const auth0 = await page.createSignedInClient()
      await expect(run(block, { auth0 })).resolves.toBeDefined()
    })
  }
})

describe('README.md', () => {
  it('signs in, comes back and calls an API with its first lines of code', async ({ page }) => {
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
    await waitFor(() => expect(page.visited).toHaveLength(1))
    await page.comeBack()
    const { auth0 } = await run(login, {})
    expect(location.href).toBe('https://app.example.com/')
    await run(call, { auth0 })
    expect(page.api.map(({ url }) => url)).toEqual(['http://localhost:4002/api/private'])
    press('Sign out Ada Lovelace')
    await waitFor(() => expect(page.visited).toHaveLength(2))
    expect(page.api[0]?.headers.get('Authorization')).toMatch(/^Bearer ey/)
  })
})
