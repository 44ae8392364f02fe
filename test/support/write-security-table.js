import { readFileSync, writeFileSync } from 'node:fs'
import { testedRules, withTable } from './security-table.js'

/** `npm run security:table`: brings the table in SECURITY.md up to date. */
const FILE = new URL('../../SECURITY.md', import.meta.url)
writeFileSync(FILE, withTable(readFileSync(FILE, 'utf8'), testedRules()))
