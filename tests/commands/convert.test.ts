import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readAttestJson } from '@attest/schema/formats/attest-json'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { main } from '../support/environment.ts'
import { attest } from './support.ts'

let folder: string
const at = (name: string) => join(folder, name)
const read = (name: string) => readFileSync(at(name), 'utf8')

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'attest-'))
  // brat counts code points: the second mark begins after a character that is two code units in ours.
  writeFileSync(at('quay.txt'), 'Rumours 😀 about a blast.\nNobody was hurt.\n')
  writeFileSync(
    at('quay.ann'),
    'T1\tClaim 16 23\ta blast\nT2\tDenial 25 31\tNobody\nR1\tDenies Arg1:T2 Arg2:T1\t\nT3\tClaim 3 99\tnothing\n',
  )
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('attest convert', () => {
  it('makes our own of brat’s, with the text found beside, and tells what was refused', async () => {
    const { code, out, err } = await attest(folder, 'convert', at('quay.ann'), '--to', 'attest-json')
    expect(code).toBe(0)
    const reading = readAttestJson(JSON.parse(out))
    if (!reading.ok) throw new Error(reading.problem)
    const { article, records } = reading.value
    const marks = [...records.annotations.values()].map(({ kind, spans }) => [
      kind,
      ...spans.map(([start, end]) => article.text.slice(start, end)),
    ])
    expect(marks).toEqual([
      ['claim', 'a blast'],
      ['denial', 'Nobody'],
    ])
    expect([...records.relations.values()]).toMatchObject([{ type: 'denies' }])
    expect(err).toContain('brat to attest-json: 1 article; of 4 things 3 converted.\n')
    expect(err).toMatch(/^refused quay\.ann, line 4: /m)
  })

  it('goes through a pipe to a tool that counts otherwise, and back', async () => {
    const json = at('quay.json')
    await attest(folder, 'convert', at('quay.ann'), '--to', 'attest-json', '--out', json)
    const doccano = execFileSync(process.execPath, [main, 'convert', '-', '--to', 'doccano', '--from', 'attest-json'], {
      input: readFileSync(json),
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    // What comes through a pipe has no ending that says what it is.
    const back = execFileSync(process.execPath, [main, 'convert', '-', '--to', 'brat', '--out', at('back/')], {
      input: doccano,
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    expect(back.toString()).toBe('')
    const ann = execFileSync('sh', [
      '-c',
      `cat "${at('back')}"/*.ann "${at('back')}"/*/*.ann 2>/dev/null; true`,
    ]).toString()
    expect(ann).toMatch(/^T\d\tclaim 16 23\ta blast$/m)
    expect(ann).toMatch(/^R\d\tdenies /m)
    expect(existsSync(at('back/annotation.conf'))).toBe(true)
  })

  it('writes two texts of one name into two files', async () => {
    for (const [name, text] of [
      ['a', 'Harbour closed.\n'],
      ['b', 'Airport open.\n'],
    ] as const) {
      mkdirSync(at(`twins/${name}`), { recursive: true })
      writeFileSync(at(`twins/${name}/doc.txt`), text)
      writeFileSync(at(`twins/${name}/doc.ann`), `T1\tPlace 0 7\t${text.slice(0, 7)}\n`)
    }
    const { err } = await attest(folder, 'convert', at('twins'), '--from', 'brat', '--to', 'conll', '--out', at('two/'))
    expect(err).toContain('brat to conll: 2 articles; of 2 things 2 converted.')
    const written = readdirSync(at('two')).filter((name) => name.startsWith('doc'))
    expect(written).toHaveLength(2)
    const words = written.map((name) => read(`two/${name}`)).join('')
    for (const word of ['Harbour', 'Airport']) expect(words).toContain(word)
    const named = ['a', 'b'].map((name) => at(`twins/${name}/doc.ann`))
    expect(await attest(folder, 'convert', ...named, '--to', 'conll', '--out', at('named/'))).toMatchObject({
      code: 0,
      err: expect.stringContaining('brat to conll: 2 articles; of 2 things 2 converted.'),
    })
  })

  it('tells apart people whose names come to the same id', async () => {
    const entities = ['ben-2', 'ben', 'Ben!', '本'].map((user, id) => ({
      id,
      label: 'claim',
      start_offset: 0,
      end_offset: 2,
      user,
    }))
    writeFileSync(at('people.jsonl'), JSON.stringify({ text: 'No.', entities }))
    const { out } = await attest(folder, 'convert', at('people.jsonl'), '--from', 'doccano', '--to', 'attest-json')
    const reading = readAttestJson(JSON.parse(out))
    if (!reading.ok) throw new Error(reading.problem)
    expect(reading.value.people.map(({ name }) => name).sort()).toEqual(['Ben!', 'ben', 'ben-2', '本'])
    expect(new Set(reading.value.people.map(({ id }) => id)).size).toBe(4)
  })

  it('answers as JSON, and fails where it is strict and something is lost', async () => {
    const words = ['convert', at('quay.ann'), '--to', 'label-studio', '--out', at('tasks.json'), '--json']
    const told = JSON.parse((await attest(folder, ...words)).out) as {
      given: number
      imported: number
      refused: unknown[]
    }
    expect(told).toMatchObject({ from: 'brat', to: 'label-studio', given: 4, imported: 3 })
    expect(told.refused).toHaveLength(1)
    expect(JSON.parse(read('tasks.json'))).toMatchObject([{ data: { text: expect.stringContaining('Rumours 😀') } }])
    writeFileSync(at('label-studio-config.xml'), '<View>ours</View>')
    expect(await attest(folder, ...words, '--strict')).toMatchObject({
      code: 1,
      err: expect.stringContaining('label-studio-config.xml is there already, and is left as it is.'),
    })
    expect(read('label-studio-config.xml')).toBe('<View>ours</View>')
  })

  it('says what is wrong with what it is given, and writes nothing', async () => {
    writeFileSync(at('cut.json'), '{"format": "attest-json", "versi')
    writeFileSync(at('half.json'), '[{"data": {"text": "Nobo')
    writeFileSync(at('prose.txt'), 'Nobody was hurt.\n')
    const wrong: [words: string[], code: number, sentence: string][] = [
      [[at('nothing.ann'), '--to', 'label-studio'], 1, `There is no ${at('nothing.ann')}.`],
      [[at('cut.json'), '--to', 'label-studio'], 1, 'cut.json'],
      [
        [at('half.json'), '--to', 'label-studio'],
        1,
        'half.json is no JSON: at line 1, column 25, it ends in the middle',
      ],
      [[at('prose.txt'), '--to', 'label-studio'], 1, 'no format that is known here'],
      [[at('quay.ann')], 2, "required option '--to <format>' not specified"],
      [[at('quay.ann'), '--to', 'word'], 2, "argument 'word' is invalid"],
      [[at('quay.ann'), '--to', 'label-studio', '--json'], 2, 'with --json, --out says where the marks go'],
      [[at('quay.ann'), '--to', 'csv', '--out', at('quay.ann')], 1, 'quay.ann is what is converted'],
    ]
    for (const [words, code, sentence] of wrong)
      expect(await attest(folder, 'convert', ...words)).toMatchObject({
        code,
        out: '',
        err: expect.stringContaining(sentence),
      })
  })
})
