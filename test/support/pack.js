import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

const DAY = 24 * 60 * 60 * 1000
const PREFIX = 'latchkey-packed-'
const temporary = realpathSync(tmpdir())

/**
 * What was packed.
 *
 * @typedef {object} Packed
 * @property {string} tarball the file that would be published
 * @property {string} folder what is in it, unpacked
 * @property {{ path: string, size: number }[]} files the same as a list
 */

/** @param {string} folder */
const filesBelow = folder =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(path => join(folder, path))
    .filter(path => statSync(path).isFile())

/** Names the build: another one has other times. */
const fingerprint = () => {
  const hash = createHash('sha256')
  const others = ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE']
  for (const path of [...filesBelow(join(ROOT, 'dist')), ...others.map(name => join(ROOT, name))]) {
    const { size, mtimeMs } = statSync(path)
    hash.update(`${path} ${size} ${mtimeMs}\n`)
  }
  return hash.digest('hex').slice(0, 16)
}

const forgetOldOnes = () => {
  for (const name of readdirSync(temporary).filter(name => name.startsWith(PREFIX))) {
    const path = join(temporary, name)
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > DAY) rmSync(path, { recursive: true, force: true })
  }
}

/** @param {string} destination */
const packInto = destination => {
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', destination]
  /** @type {import('node:child_process').StdioOptions} */
  const stdio = ['ignore', 'pipe', 'ignore']
  const [{ filename, files }] = JSON.parse(
    execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8', stdio }),
  )
  renameSync(join(destination, filename), join(destination, 'latchkey.tgz'))
  execFileSync('tar', ['-xzf', 'latchkey.tgz'], { cwd: destination })
  writeFileSync(join(destination, 'files.json'), JSON.stringify(files))
}

/** @type {Packed | undefined} */
let packed

/**
 * The package as it would be published. Packed once for each build, by whichever process of the
 * run comes first: the folder is named after the build, and appears under its name complete.
 *
 * @returns {Packed}
 */
export const pack = () => {
  if (packed) return packed
  const place = join(temporary, PREFIX + fingerprint())
  if (!existsSync(place)) {
    forgetOldOnes()
    const draft = mkdtempSync(join(temporary, 'latchkey-packing-'))
    try {
      packInto(draft)
      renameSync(draft, place)
    } catch (error) {
      rmSync(draft, { recursive: true, force: true })
      if (!existsSync(place)) throw error
    }
  }
  const files = JSON.parse(readFileSync(join(place, 'files.json'), 'utf8'))
  packed = { tarball: join(place, 'latchkey.tgz'), folder: join(place, 'package'), files }
  return packed
}

/**
 * @param {string} from
 * @param {string} to
 * @param {(from: string, to: string) => void} place
 */
const install = (from, to, place) => {
  mkdirSync(dirname(to), { recursive: true })
  place(from, to)
}

/** @type {(from: string, to: string) => void} */
const copy = (from, to) => cpSync(from, to, { recursive: true })

/** @type {(from: string, to: string) => void} */
const link = (from, to) => symlinkSync(from, to, 'junction')

/**
 * Somebody's project, outside the repository: the packed SDK and what it depends on.
 *
 * @param {object} [project]
 * @param {string} [project.as] the name that the SDK is installed under
 * @param {string} [project.sdk] another SDK in its place
 * @param {Record<string, string>} [project.files]
 * @param {string[]} [project.copies] packages of the repository that shall find this project's SDK
 * @param {string[]} [project.links] packages of the repository that do not look for one
 */
export const createProject = ({
  as = 'latchkey',
  sdk = pack().folder,
  files = {},
  copies = [],
  links = [],
} = {}) => {
  const folder = mkdtempSync(join(temporary, 'latchkey-project-'))
  const modules = join(folder, 'node_modules')
  const ours = join(ROOT, 'node_modules')
  const { dependencies = {} } = JSON.parse(readFileSync(join(sdk, 'package.json'), 'utf8'))
  install(sdk, join(modules, as), copy)
  for (const name of [...Object.keys(dependencies), ...copies]) {
    install(join(ours, name), join(modules, name), copy)
  }
  for (const name of links) install(join(ours, name), join(modules, name), link)
  for (const [name, text] of Object.entries({ 'package.json': '{ "private": true }', ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
