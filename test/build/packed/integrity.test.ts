import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pack, ROOT } from '../../support/pack.js'

const SCRIPT = 'dist/auth0-spa-js.production.js'

describe('the script tag in the README', () => {
  it('carries the hash of the file in the package', () => {
    const hash = createHash('sha384').update(readFileSync(join(pack().folder, SCRIPT)))
    const expected = `integrity="sha384-${hash.digest('base64')}"`
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
    const tags = [...readme.matchAll(/<script[^>]*auth0-spa-js\.production\.js[^>]*>/g)].map(
      ([tag]) => tag,
    )
    const guarded = tags.filter(tag => tag.includes('integrity='))
    expect(guarded.length, `One tag of the README should have ${expected}`).toBeGreaterThan(0)
    for (const tag of guarded) {
      expect(/integrity="[^"]*"/.exec(tag)?.[0], 'The build has changed').toBe(expected)
      // Without it a browser refuses a file of another origin, whatever its hash.
      if (/src="https?:/.test(tag)) expect(tag).toContain('crossorigin="anonymous"')
    }
  })
})
