import { join } from 'node:path'
import ts from 'typescript'
import { type CodeBlock, ROOT } from './code-blocks.ts'
import { OPTIONS } from './compiler-options.ts'
import type { PublicNames } from './public-names.ts'

const AMBIENT = join(ROOT, 'test/build/documents/ambient-context.d.ts')

/** Declares the names of the context, in a file that exists only for the compiler. */
const ambient = (names: string[]): string =>
  names
    .map(name => `declare const ${name}: import('./block-context.ts').BlockContext['${name}']`)
    .join('\n')

interface Declared {
  name: string
  isValue: boolean
}

/** The names that a block declares or imports at its top level. */
export const declaredNames = (code: string): Declared[] => {
  const source = ts.createSourceFile('block.ts', code, ts.ScriptTarget.ES2022)
  const names: Declared[] = []
  const add = (name: ts.BindingName | undefined, isValue = true): void => {
    if (!name) return
    if (ts.isIdentifier(name)) names.push({ name: name.text, isValue })
    else for (const part of name.elements) if (ts.isBindingElement(part)) add(part.name)
  }
  const addImports = (clause: ts.ImportClause | undefined): void => {
    const isType = clause?.phaseModifier === ts.SyntaxKind.TypeKeyword
    add(clause?.name, !isType)
    const bindings = clause?.namedBindings
    if (!bindings) return
    if (ts.isNamespaceImport(bindings)) add(bindings.name, !isType)
    else for (const { name, isTypeOnly } of bindings.elements) add(name, !isType && !isTypeOnly)
  }
  for (const statement of source.statements) {
    if (ts.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) add(name)
    } else if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
      add(statement.name)
    } else if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
      add(statement.name, false)
    } else if (ts.isImportDeclaration(statement)) {
      addImports(statement.importClause)
    }
  }
  return names
}

/**
 * A block as a module. Names of the package that it does not import are imported on its first line,
 * so that line numbers stay the same.
 */
export const asModule = ({ code }: CodeBlock, { exports }: PublicNames): string => {
  const declared = declaredNames(code).map(({ name }) => name)
  const used = exports.filter(
    name => !declared.includes(name) && new RegExp(`\\b${name}\\b`).test(code),
  )
  return used.length ? `import { ${used.join(', ')} } from 'latchkey';${code}` : code
}

/**
 * Compiles blocks with strict options.
 *
 * @returns for each block the compiler's messages, with the line in the document
 */
export const compileBlocks = (blocks: CodeBlock[], names: PublicNames): string[][] => {
  const files = new Map([[AMBIENT, ambient(names.context)]])
  const paths = blocks.map((block, at) => {
    const path = join(ROOT, `${block.document.replace('.d.', '.')}.${at}.${block.language}`)
    files.set(path, asModule(block, names))
    return path
  })
  const host = ts.createCompilerHost(OPTIONS)
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = path => files.has(path) || fileExists(path)
  host.readFile = path => files.get(path) ?? readFile(path)
  host.getSourceFile = (path, language, ...rest) => {
    const text = files.get(path)
    return text === undefined
      ? getSourceFile(path, language, ...rest)
      : ts.createSourceFile(path, text, language, true)
  }
  const program = ts.createProgram([AMBIENT, ...paths], OPTIONS, host)
  return blocks.map((block, at) => {
    const source = program.getSourceFile(paths[at] ?? '')
    return ts.getPreEmitDiagnostics(program, source).map(({ messageText, start = 0 }) => {
      const line = block.line + (source?.getLineAndCharacterOfPosition(start).line ?? 0)
      return `${block.document}:${line} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
    })
  })
}
