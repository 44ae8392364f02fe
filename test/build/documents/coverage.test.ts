import { describe, expect, it } from 'vitest'
import { parseDocument, plainText, readDocument } from './code-blocks.ts'
import { readPublicNames } from './public-names.ts'

const { functions, membersOf } = readPublicNames()
const { headings, blocks } = parseDocument('EXAMPLES.md')

const codeOf = (heading: string): string =>
  blocks
    .filter(block => block.heading === plainText(heading))
    .map(({ code }) => code)
    .join('\n')

const uses = (code: string, name: string): boolean => new RegExp(`\\b${name}\\b`).test(code)

/** The names that a heading is about: those in backticks. */
const subjects = headings.flatMap(({ text }) =>
  [...text.matchAll(/`(\w+)`/g)].map(([, name = '']) => ({ name, heading: text })),
)

const methods = membersOf('Auth0Client')
const options = membersOf('Auth0ClientOptions')
/** Every example of an option shows the one that is left out. */
const others = functions.filter(name => name !== 'createAuth0Client')

describe('EXAMPLES.md', () => {
  it.each([
    ...methods.map(name => ['method', name]),
    ...options.map(name => ['option', name]),
    ...others.map(name => ['function', name]),
  ])('has one example of the %s %s, under a heading that names it', (_, name = '') => {
    const found = subjects.filter(subject => subject.name === name)
    expect(found.map(({ heading }) => heading)).toHaveLength(1)
    for (const { heading } of found) expect(codeOf(heading)).toSatisfy(code => uses(code, name))
  })

  it('has no heading about what does not exist', () => {
    const strangers = subjects.filter(
      ({ name }) => ![...methods, ...options, ...others].includes(name),
    )
    expect(strangers).toEqual([])
  })

  it('uses everything that a call may be given, but for what is deprecated or without effect', () => {
    const parameters = [
      'RedirectLoginOptions',
      'RedirectCallbackOptions',
      'PopupLoginOptions',
      'PopupConfigOptions',
      'GetTokenSilentlyOptions',
      'RevokeRefreshTokenOptions',
      'LogoutOptions',
    ].flatMap(membersOf)
    const code = blocks.map(block => block.code).join('\n')
    expect(parameters.length).toBeGreaterThan(10)
    expect(parameters.filter(name => !uses(code, name))).toEqual([])
  })

  it('tells the errors apart by every class that something throws', () => {
    const errors = ['errors.ts', 'popup-errors.ts', 'mfa-errors.ts'].flatMap(file =>
      [...readDocument(`src/${file}`).matchAll(/^export class (\w+)/gm)].map(
        ([, name = '']) => name,
      ),
    )
    expect(errors.length).toBeGreaterThan(8)
    expect(errors.filter(name => !uses(codeOf('By class'), name))).toEqual([])
  })
})
