import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/product.ts'
import { attest } from './support.ts'

describe('attest completion', () => {
  it('lets bash complete commands and options', async () => {
    const { out } = await attest(temporaryFolder('attest-'), 'completion', 'bash')
    // What bash does at a press of the tab key, as far as it can be had without a terminal.
    const complete = async (...words: string[]) => {
      const script = `${out}\nCOMP_WORDS=(attest "$@"); COMP_CWORD=$#; _attest; printf '%s\\n' "\${COMPREPLY[@]}"`
      const { stdout } = await promisify(execFile)('bash', ['-c', script, 'bash', ...words])
      return stdout.trim().split('\n')
    }
    expect(await complete('ve')).toEqual(['verify'])
    expect(await complete('b')).toEqual(['backup'])
    expect(await complete('verify', '--j')).toEqual(['--json'])
    expect(await complete('users', '')).toEqual(['list', 'add', 'close'])
  })

  it('says to fish what each command is for', async () => {
    const { out } = await attest(temporaryFolder('attest-'), 'completion', 'fish')
    expect(out).toContain("-a backup -d 'make one file of all that is stored, while people write'\n")
  })
})
