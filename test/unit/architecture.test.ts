import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const SRC = join(import.meta.dirname, '../../src')

interface Import {
  path: string
  isLazy: boolean
  /** Whether only types are imported, so that nothing is loaded. */
  isType: boolean
}

/** A layer may import itself and every layer below it; the members of one layer are independent. */
const LAYERS: string[][] = [
  ['testing'],
  ['script-tag.ts'],
  ['index.ts'],
  ['public.ts'],
  ['client.ts'],
  ['core.ts'],
  ['token-runtime.ts'],
  ['flows'],
  ['features'],
  ['renewal'],
  ['session'],
  ['storage', 'worker'],
  ['options.ts'],
  ['options-v1.ts'],
  ['option-types.ts'],
  ['protocol', 'browser'],
  ['form-encode.ts', 'lazy.ts', 'deadline.ts', 'enums.ts', 'own-members.ts', 'checked-clock.ts'],
  ['errors', 'http.ts', 'types', 'version.ts'],
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
  const add = (specifier: ts.Node | undefined, isLazy: boolean, isType = false): void => {
    if (!specifier || !ts.isStringLiteral(specifier)) return
    const { text } = specifier
    const path = text.startsWith('.') ? normalize(join(dirname(file), text)) : text
    found.push({ path, isLazy, isType })
  }
  const source = sources.get(file)
  if (!source) return found
  walk(source, node => {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, false, node.importClause?.isTypeOnly)
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, false, node.isTypeOnly)
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], true)
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, false, true)
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

  it('keeps the members of one layer independent of each other', () => {
    const memberOf = (file: string): string | undefined =>
      LAYERS[layerOf(file)]?.find(part => file === part || file.startsWith(`${part}/`))
    const wrong = files.flatMap(file =>
      importsOf(file)
        .filter(({ path }) => isOurs(path) && layerOf(path) === layerOf(file))
        .filter(({ path }) => memberOf(path) !== memberOf(file))
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

  it('loads only files of its own on demand', () => {
    const imports = files.flatMap(importsOf)
    expect(imports.filter(({ path, isLazy }) => isLazy && !isOurs(path))).toEqual([])
  })

  it('loads no package before it is needed', () => {
    const loaded = new Set<string>()
    const packages: string[] = []
    const visit = (file: string): void => {
      if (loaded.has(file)) return
      loaded.add(file)
      for (const { path, isLazy, isType } of importsOf(file)) {
        if (isLazy || isType) continue
        if (isOurs(path)) visit(path)
        else packages.push(`${file} -> ${path}`)
      }
    }
    visit('index.ts')
    expect(loaded.size).toBeGreaterThan(40)
    expect(packages).toEqual([])
  })

  it('names every part that a part maker is given', () => {
    const wrong = files.flatMap(file => {
      const source = sources.get(file)
      const names: string[] = []
      if (source) {
        walk(source, node => {
          if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return
          const maker = node.expression.text
          if (!/^create[A-Z]/.test(maker)) return
          const isSpread = node.arguments.some(
            argument =>
              ts.isObjectLiteralExpression(argument) &&
              argument.properties.some(
                property => ts.isSpreadAssignment(property) && ts.isIdentifier(property.expression),
              ),
          )
          if (isSpread) names.push(`${file}: ${maker}`)
        })
      }
      return names
    })
    expect(wrong).toEqual([])
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
