import { describe, expect, it } from 'vitest'
import { readSnippets, snippetsIn, withSnippets } from '../../support/snippets.js'
import { parseDocument, readDocument } from './code-blocks.ts'

const EXAMPLES = readDocument('EXAMPLES.md')
const snippets = readSnippets()

describe('EXAMPLES.md', () => {
  it('contains the current code of examples/snippets; `npm run docs:snippets` updates it', () => {
    expect(EXAMPLES).toBe(withSnippets(EXAMPLES, snippets))
  })

  it('contains every snippet once, and no code that is not a snippet', () => {
    const used = snippetsIn(EXAMPLES)
    expect(used.length).toBeGreaterThan(40)
    expect([...used].sort()).toEqual([...snippets.keys()].sort())
    expect(parseDocument('EXAMPLES.md').blocks).toHaveLength(used.length)
  })

  it('cannot name a snippet that does not exist', () => {
    const document = '```js user.test.ts#nothing\nold()\n```\n'
    expect(() => withSnippets(document, snippets)).toThrow('user.test.ts#nothing')
  })

  it('gets the new code when a snippet changes', () => {
    const document = 'Text\n\n```js user.test.ts#max_age\nold()\n```\n\n```js\nother()\n```\n'
    const updated = withSnippets(document, new Map([['user.test.ts#max_age', 'new()\n']]))
    expect(updated).toBe(document.replace('old', 'new'))
  })
})
