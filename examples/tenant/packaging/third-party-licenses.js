import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** @typedef {{ name: string, version: string, license: string, texts: string[] }} ThirdParty */

const NOTICE = /^(licen[cs]e|copying|notice|third-party-notices)\b/i

/**
 * The folder of the package a file belongs to.
 *
 * @param {string} file below some `node_modules`
 * @returns {string}
 */
const packageFolderOf = file => {
  const folder = dirname(file)
  const manifest = join(folder, 'package.json')
  // Some packages mark a folder within with a package.json of its own, without a name.
  if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version) return folder
  return packageFolderOf(folder)
}

/** https://opensource.org/license/mit */
const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES
OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`

/**
 * A package may name its license and leave out the text.
 *
 * @param {{ name: string, license: string }} manifest
 */
const textsFromManifest = ({ name, license }) => {
  if (license !== 'MIT') throw new Error(`${name} comes without the text of its license.`)
  return [`Copyright (c) the authors of ${name}`, MIT]
}

/**
 * @param {string} folder
 * @returns {ThirdParty}
 */
const describePackage = folder => {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const texts = readdirSync(folder)
    .filter(file => NOTICE.test(file))
    .sort()
    .map(file => readFileSync(join(folder, file), 'utf8').trim())
  const { name, version, license } = manifest
  return { name, version, license, texts: texts.length > 0 ? texts : textsFromManifest(manifest) }
}

const RULE = '-'.repeat(80)

/**
 * The licenses of everything from `node_modules` that went into a bundle: all of them ask to be
 * passed on with copies.
 *
 * @param {readonly string[]} files what the bundle was made of
 * @returns {string}
 */
export const listThirdPartyLicenses = files => {
  const folders = new Set(files.filter(file => file.includes('node_modules')).map(packageFolderOf))
  const packages = [...folders]
    .map(describePackage)
    .sort((one, other) =>
      `${one.name}@${one.version}`.localeCompare(`${other.name}@${other.version}`),
    )
  const parts = packages.map(({ name, version, license, texts }) =>
    [`${name} ${version} (${license})`, ...texts].join('\n\n'),
  )
  return [`latchkey-tenant.js contains the following packages.`, ...parts].join(`\n\n${RULE}\n\n`)
}
