/** Folders that go when the test does. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Where a database can be made, in a folder of its own. */
export function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'attest-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'attest.sqlite')
}
