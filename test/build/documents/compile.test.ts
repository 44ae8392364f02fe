import { describe, expect, it } from 'vitest'
import { allBlocks, type CodeBlock, commentBlocks, DOCUMENTS, TYPINGS } from './code-blocks.ts'
import { compileBlocks } from './compile-blocks.ts'
import { readPublicNames } from './public-names.ts'

const names = readPublicNames()
const blocks = [...allBlocks(), ...commentBlocks()]
const messagesOf = compileBlocks(blocks, names)

describe('the code in the documents and comments', () => {
  it.each(blocks.map((block, at) => ({ ...block, at })))(
    '$document:$line compiles ($heading)',
    ({ at }) => {
      expect(messagesOf[at]).toEqual([])
    },
  )

  it.each([...DOCUMENTS, TYPINGS])('is found in %s', place => {
    expect(blocks.filter(block => block.document.startsWith(place)).length).toBeGreaterThan(1)
  })

  it('fails to compile with a mistake, and reports the line of the document', () => {
    const block: CodeBlock = {
      document: 'EXAMPLES.md',
      language: 'ts',
      heading: '',
      line: 10,
      code: [
        'const auth0 = await createAuth0Client({ domain, clientId })',
        'await auth0.getTokenSilently({ cacheMod: "off" })',
        'await auth0.signIn()',
        'export const id: number = clientId',
      ].join('\n'),
    }
    const [messages] = compileBlocks([block], names)
    expect(messages?.map(message => message.split(' ')[0])).toEqual([
      'EXAMPLES.md:11',
      'EXAMPLES.md:12',
      'EXAMPLES.md:13',
    ])
  })
})
