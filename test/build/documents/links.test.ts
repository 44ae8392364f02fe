import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DOCUMENTS, parseDocument, plainText, ROOT, readDocument } from './code-blocks.ts'

/** The anchor that GitHub and npm create for a heading. */
const anchorOf = (heading: string): string =>
  plainText(heading)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-')

const linksIn = (document: string): string[] =>
  [...readDocument(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)

describe('the links of the documents', () => {
  it.each(DOCUMENTS)('%s has no dead link', document => {
    const local = linksIn(document).filter(target => !/^https?:/.test(target))
    expect(local.length).toBeGreaterThan(3)
    const isDead = (target: string): boolean => {
      const [file, anchor] = target.split('#')
      if (file && !existsSync(join(ROOT, file))) return true
      if (!anchor) return false
      const { headings } = parseDocument(file || document)
      return !headings.some(({ text }) => anchorOf(text) === anchor)
    }
    expect(local.filter(isDead)).toEqual([])
  })

  it('EXAMPLES.md begins with a table of contents that has every heading once', () => {
    const [title, first, ...rest] = parseDocument('EXAMPLES.md').headings
    expect(title?.depth).toBe(1)
    const contents = readDocument('EXAMPLES.md')
      .split('\n')
      .slice(0, (first?.line ?? 1) - 1)
      .join('\n')
    const listed = contents.slice(contents.indexOf('\n- ')).match(/(?<=\]\()#[^)]+/g)
    expect(listed).toEqual([first, ...rest].map(heading => `#${anchorOf(heading?.text ?? '')}`))
  })
})
