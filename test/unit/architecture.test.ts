import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const SRC = join(import.meta.dirname, '../../src')

interface Import {
  path: string
  isLazy: boolean
}

/** A layer may import itself and every layer after it. */
const LAYERS: string[][] = [
  ['testing'],
  ['script-tag.ts'],
  ['index.ts'],
  ['client.ts'],
  ['core.ts'],
  ['flows', 'features', 'worker'],
  ['token-runtime.ts', 'renewal'],
  ['session'],
  ['storage'],
  ['options.ts'],
  ['options-v1.ts'],
  ['protocol', 'browser'],
  ['errors', 'ability-errors.ts', 'types', 'lazy.ts', 'enums.ts', 'version.ts'],
]

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(f => f.endsWith('.ts'))
const sources = new Map(
  files.map(file => [
    file,
    ts.createSourceFile(file, readFileSync(join(SRC, file), 'utf8'), ts.ScriptTarget.Latest, true),
  ]),
)

const walk = (node: ts.Node, visit: (node: ts.Node) => void): void => {
  visit(node)
  node.forEachChild(child => walk(child, visit))
}

const importsOf = (file: string): Import[] => {
  const found: Import[] = []
  const add = (specifier: ts.Node | undefined, isLazy: boolean): void => {
    if (!specifier || !ts.isStringLiteral(specifier)) return
    const { text } = specifier
    const path = text.startsWith('.') ? normalize(join(dirname(file), text)) : text
    found.push({ path, isLazy })
  }
  const source = sources.get(file)
  if (!source) return found
  walk(source, node => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, false)
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], true)
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, false)
    }
  })
  return found
}

const layerOf = (file: string): number =>
  LAYERS.findIndex(layer => layer.some(part => file === part || file.startsWith(`${part}/`)))

const isOurs = (path: string): boolean => sources.has(path)

describe('the architecture', () => {
  it('puts every file into a layer', () => {
    expect(files.filter(file => layerOf(file) < 0)).toEqual([])
  })

  it('lets imports point one way, type imports included', () => {
    const wrong = files.flatMap(file =>
      importsOf(file)
        .filter(({ path }) => isOurs(path) && layerOf(path) < layerOf(file))
        .map(({ path }) => `${file} -> ${path}`),
    )
    expect(wrong).toEqual([])
  })

  it('keeps protocol and browser strangers to each other', () => {
    const wrong = files.flatMap(file =>
      importsOf(file)
        .filter(
          ({ path }) =>
            (file.startsWith('protocol/') && path.startsWith('browser/')) ||
            (file.startsWith('browser/') && path.startsWith('protocol/')),
        )
        .map(({ path }) => `${file} -> ${path}`),
    )
    expect(wrong).toEqual([])
  })

  it('has no import cycles, type imports included', () => {
    const cycles: string[] = []
    const done = new Set<string>()
    const visit = (file: string, trail: string[]): void => {
      if (trail.includes(file)) {
        cycles.push([...trail.slice(trail.indexOf(file)), file].join(' -> '))
        return
      }
      if (done.has(file)) return
      for (const { path } of importsOf(file)) if (isOurs(path)) visit(path, [...trail, file])
      done.add(file)
    }
    for (const file of files) visit(file, [])
    expect(cycles).toEqual([])
  })

  it('imports nothing that does not exist', () => {
    const missing = files.flatMap(file =>
      importsOf(file)
        .filter(({ path }) => path.endsWith('.ts') && !isOurs(path))
        .map(({ path }) => `${file} -> ${path}`),
    )
    expect(missing).toEqual([])
  })

  it('loads only files of its own on demand, and packages by subpath or in small ones', () => {
    const imports = files.flatMap(importsOf)
    expect(imports.filter(({ path, isLazy }) => isLazy && !isOurs(path))).toEqual([])
    expect(imports.filter(({ path }) => path === 'jose')).toEqual([])
  })

  it('keeps every file under 300 lines', () => {
    const long = files.filter(
      file => readFileSync(join(SRC, file), 'utf8').split('\n').length > 300,
    )
    expect(long).toEqual([])
  })

  it('touches the globals of a page only in browser, and where tests answer frames', () => {
    const PAGE = new Set(
      'window document location history navigator localStorage sessionStorage'.split(' '),
    )
    const isName = (node: ts.Identifier): boolean => {
      const { parent } = node
      if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
      if (ts.isPropertyAssignment(parent)) return parent.initializer === node
      return !ts.isPropertySignature(parent) && !ts.isParameter(parent)
    }
    const wrong = files
      .filter(file => !file.startsWith('browser/') && file !== 'testing/answer-frames.ts')
      .flatMap(file => {
        const names: string[] = []
        const source = sources.get(file)
        if (source) {
          walk(source, node => {
            if (ts.isIdentifier(node) && PAGE.has(node.text) && isName(node)) names.push(node.text)
          })
        }
        return names.map(name => `${relative('.', file)}: ${name}`)
      })
    expect(wrong).toEqual([])
  })
})
