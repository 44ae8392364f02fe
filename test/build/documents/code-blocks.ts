import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '../../..')

/** The documents for users of the package. */
export const DOCUMENTS = ['README.md', 'EXAMPLES.md', 'MIGRATION.md', 'TROUBLESHOOTING.md']

/** A heading of a document. */
export interface Heading {
  depth: number
  /** As it is written, with backticks. */
  text: string
  line: number
}

/** A fenced block of TypeScript or JavaScript. */
export interface CodeBlock {
  document: string
  language: 'ts' | 'js'
  /** The heading above it, without backticks. */
  heading: string
  /** Of the first line of code, counted from 1. */
  line: number
  code: string
}

interface Parsed {
  headings: Heading[]
  blocks: CodeBlock[]
}

const LANGUAGES: Record<string, CodeBlock['language']> = {
  ts: 'ts',
  typescript: 'ts',
  js: 'js',
  javascript: 'js',
}

/** The text of a document. */
export const readDocument = (document: string): string => readFileSync(join(ROOT, document), 'utf8')

/** A heading as a reader sees it. */
export const plainText = (heading: string): string => heading.replaceAll('`', '')

/** Headings and code blocks, in order. Ignores lines in a fence that look like headings. */
const parse = (document: string, markdown: string): Parsed => {
  const parsed: Parsed = { headings: [], blocks: [] }
  let fence: { language: string; from: number; lines: string[] } | undefined
  for (const [at, line] of markdown.split('\n').entries()) {
    const opening = /^```\s*(\w*)/.exec(line)
    if (fence && line.startsWith('```')) {
      const language = LANGUAGES[fence.language]
      const heading = plainText(parsed.headings.at(-1)?.text ?? '')
      const code = fence.lines.join('\n')
      if (language) parsed.blocks.push({ document, language, heading, line: fence.from, code })
      fence = undefined
    } else if (fence) {
      fence.lines.push(line)
    } else if (opening) {
      fence = { language: opening[1] ?? '', from: at + 2, lines: [] }
    } else {
      const [, marks, text] = /^(#+) (.+)$/.exec(line) ?? []
      if (marks && text) parsed.headings.push({ depth: marks.length, text, line: at + 1 })
    }
  }
  return parsed
}

/** Headings and code of a document. */
export const parseDocument = (document: string): Parsed => parse(document, readDocument(document))

/** Where the published typings are. */
export const TYPINGS = 'dist/typings'

/** The examples in the comments of the published typings, those for tests left out. */
export const commentBlocks = (): CodeBlock[] =>
  readdirSync(join(ROOT, TYPINGS), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.d.ts') && !file.startsWith('testing'))
    .flatMap(file => {
      const document = `${TYPINGS}/${file}`
      return parse(document, readDocument(document).replace(/^ *\* ?/gm, '')).blocks
    })

/** Every block of every document. */
export const allBlocks = (): CodeBlock[] =>
  DOCUMENTS.flatMap(document => parseDocument(document).blocks)
