import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { ROOT } from './code-blocks.ts'

const folder = mkdtempSync(join(tmpdir(), 'latchkey-reference-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('the API reference is made without a warning: everything exported has its comment, and links lead somewhere', () => {
  const typedoc = join(ROOT, 'node_modules/typedoc/bin/typedoc')
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [typedoc, '--out', folder, '--logLevel', 'Warn'],
    { cwd: ROOT, encoding: 'utf8' },
  )
  expect(stdout + stderr).toBe('')
  expect(status).toBe(0)
})
