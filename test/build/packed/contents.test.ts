import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pack, ROOT } from '../../support/pack.js'

const { files, folder } = pack()
const read = (path: string): string => readFileSync(join(folder, path), 'utf8')
const scripts = files.map(({ path }) => path).filter(path => /^dist\/.*\.js$/.test(path))

/** Code of these packages, by something in it that is left after minification. */
const OTHERS = { jose: /ERR_JWS_INVALID/, 'idb-keyval': /oncomplete\s*=/ }

describe('the files of the package', () => {
  it('contain no code made from text, which a content security policy forbids', () => {
    expect(scripts.length).toBeGreaterThan(20)
    expect(
      scripts.filter(path => /\beval\(|\bnew Function\b|\bFunction\(['"`]/.test(read(path))),
    ).toEqual([])
  })

  it.each(Object.entries(OTHERS))('name the licence of %s where they contain it', (_, pattern) => {
    const containing = scripts.filter(path => pattern.test(read(path)))
    expect(containing).toContain('dist/auth0-spa-js.production.js')
    for (const path of containing) {
      expect(read(path), path).toContain('see third-party-licenses.txt */')
    }
  })

  it.each([
    ['jose', 'LICENSE.md'],
    ['idb-keyval', 'LICENCE'],
  ])('include the licence of %s', (name, file) => {
    const text = readFileSync(join(ROOT, 'node_modules', name, file), 'utf8').trim()
    expect(read('dist/third-party-licenses.txt')).toContain(text)
  })

  it('can be installed with any version of Node: a browser runs them', () => {
    // Yarn 1 refuses to install packages whose `engines` do not fit.
    expect(JSON.parse(read('package.json'))).not.toHaveProperty('engines')
  })
})
