import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// `npm run integrity`: puts the hash of the built file into the script tag of the README.
const ROOT = join(import.meta.dirname, '../..')
const README = join(ROOT, 'README.md')

const script = readFileSync(join(ROOT, 'dist/auth0-spa-js.production.js'))
const hash = createHash('sha384').update(script).digest('base64')
const text = readFileSync(README, 'utf8')
writeFileSync(README, text.replace(/integrity="sha384-[^"]*"/, `integrity="sha384-${hash}"`))
console.log(`README.md: sha384-${hash}`)
