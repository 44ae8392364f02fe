import { readFileSync, writeFileSync } from 'node:fs'
import { readSnippets, withSnippets } from './snippets.js'

// `npm run docs:snippets`: updates the code in EXAMPLES.md.
const FILE = new URL('../../EXAMPLES.md', import.meta.url)
writeFileSync(FILE, withSnippets(readFileSync(FILE, 'utf8'), readSnippets()))
