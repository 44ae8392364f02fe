import ts from 'typescript'
import type { CodeBlock } from './code-blocks.ts'
import { asModule, declaredNames } from './compile-blocks.ts'
import type { PublicNames } from './public-names.ts'

const AsyncFunction = (async () => {}).constructor as FunctionConstructor

interface RunParts {
  names: PublicNames
  /** The modules that a block can import, by name. */
  modules: Record<string, object>
  /** Names that it can use without declaring them. */
  context: Record<string, unknown>
}

/**
 * Runs a block in this page and waits for its end.
 *
 * @returns the values that it declares at its top level
 */
export const runBlock = async (
  block: CodeBlock,
  { names, modules, context }: RunParts,
): Promise<Record<string, unknown>> => {
  const declared = declaredNames(block.code).flatMap(({ name, isValue }) => (isValue ? name : []))
  const { outputText } = ts.transpileModule(
    `${asModule(block, names)}\nreturn { ${declared.join(', ')} };`,
    { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS } },
  )
  const load = (name: string): object => {
    const found = modules[name]
    if (!found) throw new Error(`${block.document}:${block.line} imports ${name}`)
    return { __esModule: true, ...found }
  }
  // In its own function, so that a block can redeclare names of the context.
  const run = new AsyncFunction(
    'require',
    'exports',
    ...Object.keys(context),
    `return await (async () => {${outputText}\n})()`,
  )
  return run(load, {}, ...Object.values(context))
}
