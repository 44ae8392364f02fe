import { join } from 'node:path'
import ts from 'typescript'
import { ROOT } from './code-blocks.ts'
import { OPTIONS } from './compiler-options.ts'

const TYPINGS = join(ROOT, 'dist/typings/index.d.ts')
const CONTEXT = join(import.meta.dirname, 'block-context.ts')

/** The published names, read from the typings of the build. */
export interface PublicNames {
  exports: string[]
  /** The exported functions. */
  functions: string[]
  /** The members of an exported class or interface that are not deprecated. */
  membersOf: (type: string) => string[]
  /** The names of `BlockContext`. */
  context: string[]
}

const isCurrent = (symbol: ts.Symbol): boolean =>
  !symbol.getJsDocTags().some(({ name }) => name === 'deprecated')

/** An internal name of the compiler, or a symbol. */
const isNameless = (symbol: ts.Symbol): boolean => /^(__|#)/.test(symbol.name)

export const readPublicNames = (): PublicNames => {
  const program = ts.createProgram([TYPINGS, CONTEXT], OPTIONS)
  const checker = program.getTypeChecker()
  const exportsOf = (file: string): ts.Symbol[] => {
    const source = program.getSourceFile(file)
    const symbol = source && checker.getSymbolAtLocation(source)
    if (!symbol) throw new Error(`${file} is missing: build first`)
    return checker.getExportsOfModule(symbol)
  }
  const members = (symbols: ts.Symbol[], type: string): string[] => {
    const found = symbols.find(({ name }) => name === type)
    if (!found) throw new Error(`There is no type ${type}`)
    return checker
      .getPropertiesOfType(checker.getDeclaredTypeOfSymbol(found))
      .filter(symbol => isCurrent(symbol) && !isNameless(symbol))
      .map(({ name }) => name)
  }
  const published = exportsOf(TYPINGS).filter(({ name }) => name !== 'default')
  return {
    exports: published.map(({ name }) => name),
    functions: published
      .filter(symbol => checker.getTypeOfSymbol(symbol).getCallSignatures().length > 0)
      .map(({ name }) => name),
    membersOf: type => members(published, type),
    context: members(exportsOf(CONTEXT), 'BlockContext'),
  }
}
