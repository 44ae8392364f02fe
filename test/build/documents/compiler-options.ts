import { join } from 'node:path'
import ts from 'typescript'
import { ROOT } from './code-blocks.ts'

/** Strict options of an application that has installed the package. */
export const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  types: [],
  strict: true,
  noUncheckedIndexedAccess: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  allowUnreachableCode: false,
  allowJs: true,
  checkJs: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  noEmit: true,
  paths: {
    latchkey: [join(ROOT, 'dist/typings/index.d.ts')],
    'latchkey/testing': [join(ROOT, 'dist/typings/testing/index.d.ts')],
    'latchkey/testing/msw': [join(ROOT, 'dist/typings/testing/msw.d.ts')],
  },
}
