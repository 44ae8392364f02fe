import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createProject, ROOT } from '../../support/pack.js'

const execute = promisify(execFile)

interface Wrapper {
  name: string
  /** Sources where they are published, else declarations. */
  entry: string
  links: string[]
  more?: object
  /** What the compiler says in consequence of names that are missing. */
  consequences: string[]
}

const WRAPPERS: Wrapper[] = [
  {
    name: '@auth0/auth0-react',
    entry: 'src/index.tsx',
    links: ['react', '@types/react', 'csstype'],
    more: { jsx: 'react', skipLibCheck: true },
    consequences: [
      // No callback comes back from connecting an account.
      `TS2367: This comparison appears to be unintentional because the types '"code"' and '"connect_code"' have no overlap.`,
    ],
  },
  {
    name: '@auth0/auth0-vue',
    entry: 'src/index.ts',
    links: ['vue', 'vue-router'],
    more: { skipLibCheck: true },
    consequences: [],
  },
  {
    name: '@auth0/auth0-angular',
    entry: 'index.d.ts',
    links: ['@angular/common', '@angular/core', '@angular/router', 'rxjs', 'tslib'],
    consequences: [],
  },
]

/** The names in the list of what the SDK lacks; `parity.test-d.ts` holds that list to the truth. */
const GAPS = new Set(
  [
    ...readFileSync(join(ROOT, 'test/types/expected-gaps.ts'), 'utf8').matchAll(
      /^ {2}(?:\| '(\w+)'|(\w+),)$/gm,
    ),
  ].map(([, value, type]) => value ?? type),
)

const MISSING = /has no exported member (?:named )?'(\w+)'|Property '(\w+)' does not exist on type/

/** What the compiler says when the wrapper finds the packed SDK where the reference was. */
const errorsOf = async ({ name, entry, links, more }: Wrapper): Promise<string[]> => {
  const tsconfig = {
    compilerOptions: {
      target: 'ES2022',
      module: 'esnext',
      moduleResolution: 'bundler',
      lib: ['ES2022', 'DOM'],
      types: [],
      strict: true,
      noEmit: true,
      skipDefaultLibCheck: true,
      ...more,
    },
    files: [`node_modules/${name}/${entry}`],
  }
  const { folder, remove } = createProject({
    as: '@auth0/auth0-spa-js',
    copies: [name],
    links,
    files: { 'tsconfig.json': JSON.stringify(tsconfig) },
  })
  try {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
    const { stdout } = await execute(process.execPath, [tsc, '-p', folder], { cwd: folder }).catch(
      (failure: { stdout: string }) => failure,
    )
    const lines = stdout.split('\n').filter(line => line.includes('error TS'))
    // Else a mistake in here would look like a wrapper without errors.
    for (const line of lines) expect(line).toContain(`${name}/`)
    return lines.map(line => line.replace(/^.*?error /, ''))
  } finally {
    remove()
  }
}

describe('the wrappers of auth0-spa-js', () => {
  it.concurrent.each(WRAPPERS)(
    '$name compiles against the package, but for what 0.1.0 is known to lack',
    async wrapper => {
      const errors = await errorsOf(wrapper)
      const names = errors.flatMap(text => {
        const [, exported, member] = MISSING.exec(text) ?? []
        return exported ?? member ?? []
      })
      console.info(`${wrapper.name}: ${errors.length} errors, ${new Set(names).size} names missing`)
      expect(names.filter(name => !GAPS.has(name))).toEqual([])
      const others = errors.filter(text => !MISSING.test(text))
      expect([...new Set(others)].sort()).toEqual(names.length ? wrapper.consequences.sort() : [])
    },
  )
})
