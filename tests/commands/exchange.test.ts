/** The commands that talk to a server, with a real one. */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bare, main } from '../support/environment.ts'
import { House } from '../support/house.ts'

let house: House
let folder: string
let token: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'attest-'))
  house = await House.open()
  const joined = await fetch(`${house.address}/api/join`, {
    method: 'POST',
    headers: { origin: house.address, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Ada' }),
  })
  const { id } = (await joined.json()) as { id: string }
  const made = await house.parts.catalog.tokens.add({
    person: id,
    name: 'test',
    scopes: ['read', 'manage'],
    project: null,
    expiresAt: Date.now() + 60_000_000,
  })
  token = made?.token ?? ''
})

afterAll(async () => {
  await house.close()
  rmSync(folder, { recursive: true, force: true })
})

function attest(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = { ...bare, ATTEST_URL: house.address, ATTEST_TOKEN: token }
  return new Promise((resolve) =>
    execFile(process.execPath, [main, ...words], { env, cwd: folder }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err }),
    ),
  )
}

const article = 'syria-airstrikes-2015'

describe('attest export', () => {
  it('fetches an article in any format, through a pipe', async () => {
    const { code, out } = await attest('export', '--article', article, '--format', 'csv')
    expect(code).toBe(0)
    // Some quotes go over a line's end.
    expect(out.match(/^syria-airstrikes-2015,/gm)).toHaveLength(47)
  })

  it('fetches a whole project as an archive, and says what is not in it', async () => {
    // Left by an export that was given up.
    writeFileSync(join(folder, 'sample.zip.part'), 'a part of another file')
    const { code, out } = await attest('export', '--project', 'sample', '--format', 'brat', '--out', 'sample.zip')
    expect(code).toBe(0)
    expect(out).toMatch(/^sample\.zip has 1 article, [\d,]+ bytes\.\n/)
    const files = unzipSync(new Uint8Array(readFileSync(join(folder, 'sample.zip'))))
    expect(Object.keys(files)).toEqual(
      expect.arrayContaining([expect.stringMatching(/\.ann$/), expect.stringMatching(/annotation\.conf$/)]),
    )
    expect(existsSync(join(folder, 'sample.zip.part'))).toBe(false)
    expect(await attest('export', '--project', 'sample', '--out', 'sample.zip')).toMatchObject({
      code: 1,
      err: expect.stringContaining('sample.zip is there already'),
    })
  })
})

describe('attest import', () => {
  it('tries marks, and brings them in as a layer of their file', async () => {
    writeFileSync(join(folder, 'quay.txt'), 'Rumours 😀 about a blast.\nNobody was hurt.\n')
    writeFileSync(
      join(folder, 'quay.ann'),
      'T1\tClaim 16 23\ta blast\nT2\tDenial 25 31\tNobody\nR1\tdenies Arg1:T2 Arg2:T1\t\nT3\tClaim 3 99\tnothing\n',
    )
    const words = ['import', 'quay.txt', 'quay.ann', '--project', 'sample']
    const tried = await attest(...words, '--dry-run')
    expect(tried).toMatchObject({ code: 0, out: expect.stringContaining('Of 4 things 3 would be imported') })
    expect((await attest('export', '--project', 'sample', '--json', '--out', 'one.zip')).out).toContain('"articles": 1')

    const done = await attest(...words, '--json')
    expect(done.code).toBe(0)
    const report = JSON.parse(done.out) as { articles: { article: string }[] }
    expect(report).toMatchObject({ given: 4, imported: 3, refused: { count: 1, first: [{ where: { line: 4 } }] } })
    const { out } = await attest('export', '--article', report.articles[0]?.article ?? '')
    const { annotations, people } = JSON.parse(out) as {
      annotations: { quotes: string[] }[]
      people: { name: string }[]
    }
    expect(annotations.map(({ quotes }) => quotes)).toEqual([['a blast'], ['Nobody']])
    expect(people.map(({ name }) => name)).toEqual([expect.stringContaining('quay')])
  })

  it('brings texts without marks in as articles, and ends with 1 where one cannot be read', async () => {
    writeFileSync(join(folder, 'storm.md'), '# Storm\n\nThe harbour was *closed*.\n')
    writeFileSync(join(folder, 'rows.csv'), 'headline,body\nOne,Words of the first one.\nTwo,Words of the second.\n')
    writeFileSync(join(folder, 'broken.docx'), 'PK\x03\x04 and no more')
    const done = await attest('import', 'storm.md', 'rows.csv', 'broken.docx', '--project', 'sample', '--json')
    expect(done).toMatchObject({ code: 1, err: expect.stringMatching(/^1 text could not be imported\.\n$/m) })
    const { imported, items } = JSON.parse(done.out) as { imported: number; items: { file: string; title: string }[] }
    expect(imported).toBe(3)
    expect(items.toSorted((a, b) => (a.file + a.title < b.file + b.title ? -1 : 1))).toMatchObject([
      { file: 'broken.docx', outcome: 'failed', problem: expect.stringContaining('.') },
      { file: 'rows.csv', line: 2, outcome: 'kept', title: 'One' },
      { file: 'rows.csv', line: 3, outcome: 'kept', title: 'Two' },
      { file: 'storm.md', outcome: 'kept', title: 'Storm' },
    ])
    expect(await attest('import', 'storm.md', '--project', 'sample', '--dry-run')).toMatchObject({
      code: 0,
      out: 'storm.md: “Storm”, 2 paragraphs; this text is here already, as “Storm”\n',
    })
  })

  it('says what cannot be done, and leaves nothing behind', async () => {
    expect(await attest('import', 'quay.txt', '--project', 'sample', '--from', 'brat', '--again')).toMatchObject({
      code: 1,
      err: '--from is about marks, and --again about articles.\n',
    })
    expect(await attest('import', 'nothing.ann', '--project', 'sample')).toMatchObject({ code: 1, out: '' })
    expect(await attest('import', 'quay.ann', '--project', 'nowhere')).toMatchObject({
      code: 1,
      err: expect.stringContaining('There is no such project'),
    })
    const { out } = await attest('agreement', '--project', 'sample')
    expect(out).toContain('articles, 0 of them marked by two or more.\n')
    expect(out).toMatch(/^F1, exact borders\tnot defined/m)
  })
})
