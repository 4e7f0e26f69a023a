import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/product.ts'
import { attest, makeData } from './support.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

describe('attest', () => {
  it('says what there is, and more about each of it', async () => {
    const folder = join(temporaryFolder('attest-'), 'data')
    const general = await attest(folder, 'help')
    expect(general).toMatchObject({ code: 0, err: '' })
    expect(await attest(folder, '--help')).toEqual(general)
    const commands = Array.from(general.out.matchAll(/^ {2}([a-z]+) .*\S/gm), ([, name]) => name ?? '')
    expect(commands).toEqual(expect.arrayContaining(['serve', 'verify', 'backup', 'restore', 'link', 'completion']))
    for (const command of ['backup', 'completion']) {
      const about = await attest(folder, 'help', command)
      expect(about).toMatchObject({ code: 0, err: '', out: expect.stringContaining(`Usage: attest ${command} `) })
      expect(await attest(folder, command, '--help')).toEqual(about)
    }
    expect(await attest(folder, '--version')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^attest \d+\.\d+\.\d+\n$/),
    })
  })

  it('ends with 2 when it does not understand, and does nothing', async () => {
    const folder = join(temporaryFolder('attest-'), 'data')
    const wrong: [words: string[], sentence: string][] = [
      [['verfiy'], "unknown command 'verfiy'\n(Did you mean verify?)"],
      [['serve', '8080'], "too many arguments for 'serve'. Expected 0 arguments but got 1: 8080."],
      [['backup'], "missing required argument 'file'"],
      [['restore', 'one', 'other'], "too many arguments for 'restore'"],
      [['verify', '--quick'], "unknown option '--quick'"],
      [['completion', 'nu'], 'there is no completion for “nu”'],
    ]
    for (const [words, sentence] of wrong) {
      const { code, out, err } = await attest(folder, ...words)
      expect({ code, out }, words.join(' ')).toEqual({ code: 2, out: '' })
      expect(err).toContain(sentence)
      expect(err).toMatch(/“attest help” says what there is\.\n$/)
    }
  })

  it('is there for npx in a clone, without a network, and means files from where it is called', async () => {
    const data = await makeData(async () => {})
    const { PATH = '', HOME = '' } = process.env
    const npx = (cwd: string, ...words: string[]) =>
      promisify(execFile)('npx', ['--offline', 'attest', ...words], {
        cwd,
        env: { PATH, HOME, DATA_DIR: data, npm_config_cache: join(data, '..', 'npm-cache') },
      })
    expect((await npx(root, 'verify')).stdout).toBe('All is sound: 0 rooms, 0 updates, 0 records.\n')
    const { stderr, stdout, code } = (await npx(join(root, 'tests'), 'restore', './commands/help.test.ts').catch(
      (error: unknown) => error,
    )) as { stderr: string; stdout: string; code: number }
    expect({ stdout, code }).toEqual({ stdout: '', code: 1 })
    expect(stderr).toContain(`${data} is not empty, and is left as it is`)
  })
})
