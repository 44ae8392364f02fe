import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseDocument, plainText, ROOT, readDocument } from './code-blocks.ts'
import { readPublicNames } from './public-names.ts'

const { functions, membersOf } = readPublicNames()
const { headings, blocks } = parseDocument('EXAMPLES.md')

const codeOf = (heading: string): string =>
  blocks
    .filter(block => block.heading === plainText(heading))
    .map(({ code }) => code)
    .join('\n')

const uses = (code: string, name: string): boolean => new RegExp(`\\b${name}\\b`).test(code)

/** The names in backticks in the headings. */
const subjects = headings.flatMap(({ text }) =>
  [...text.matchAll(/`(\w+)`/g)].map(([, name = '']) => ({ name, heading: text })),
)

const methods = membersOf('Auth0Client')
const options = membersOf('Auth0ClientOptions')
/** Examples of options show `createAuth0Client`. */
const others = functions.filter(name => name !== 'createAuth0Client')
const parametersOfCalls = [
  'RedirectLoginOptions',
  'RedirectCallbackOptions',
  'PopupLoginOptions',
  'PopupConfigOptions',
  'GetTokenSilentlyOptions',
  'RevokeRefreshTokenOptions',
  'LogoutOptions',
].flatMap(membersOf)
const parametersOfLogins = membersOf('AuthorizationParams')

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

  it('has no heading with a name that does not exist', () => {
    const known = [...methods, ...options, ...others, ...parametersOfCalls, ...parametersOfLogins]
    expect(subjects.filter(({ name }) => !known.includes(name))).toEqual([])
  })

  it('uses every parameter of a call that is not deprecated', () => {
    const code = blocks.map(block => block.code).join('\n')
    expect(parametersOfCalls.length).toBeGreaterThan(10)
    expect(parametersOfCalls.filter(name => !uses(code, name))).toEqual([])
  })

  it('distinguishes every error class that something throws', () => {
    const errors = readdirSync(join(ROOT, 'src/errors')).flatMap(file =>
      [...readDocument(`src/errors/${file}`).matchAll(/^export class (\w+)/gm)].map(
        ([, name = '']) => name,
      ),
    )
    expect(errors.length).toBeGreaterThan(8)
    expect(errors.filter(name => !uses(codeOf('By class'), name))).toEqual([])
  })
})
