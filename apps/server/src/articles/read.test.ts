import { readFileSync } from 'node:fs'
import { type Block, flawOf } from '@attest/schema/article'
import type { Draft, ReadingChoices } from '@attest/schema/importing'
import fc from 'fast-check'
import { strToU8, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { listArchive, unpack } from './archive.ts'
import type { Given } from './format.ts'
import { readArticle, readRow, readRows, readTable } from './read.ts'
import { Unreadable } from './report.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../../../tests/fixtures/articles/${name}`, import.meta.url)))

function read(name: string, content: string | Uint8Array, choices: ReadingChoices = {}, more: Partial<Given> = {}) {
  return readArticle({ name, bytes: typeof content === 'string' ? utf8(content) : content, choices, ...more })
}

/** Each block as its type and its words. */
function blocks({ content }: Draft): [Block['type'], string][] {
  expect(flawOf(content)).toBeNull()
  return content.blocks.map(({ type, start, end }) => [type, content.text.slice(start, end)])
}

/** Each formatting as its type and its words. */
function inlines({ content }: Draft): string[][] {
  return content.inlines.map((one) => [
    one.type,
    content.text.slice(one.start, one.end),
    ...(one.type === 'link' ? [one.href] : []),
  ])
}

describe('plain text', () => {
  it('takes each line for a paragraph, and says that it left blank ones out', async () => {
    const draft = await read('a.txt', 'The title\r\n\r\nFirst.  \r\n\r\nSecond.\r\n')
    expect(blocks(draft)).toEqual([
      ['title', 'The title'],
      ['paragraph', 'First.'],
      ['paragraph', 'Second.'],
    ])
    expect(draft.report).toContain('5 line ends (CR or CRLF) were changed to line feeds.')
    expect(draft.report).toContain('3 blank lines were left out.')
    expect(draft.lines).toBe('lines')
  })

  it('joins lines that were broken by width alone, or leaves them as they are when asked to', async () => {
    const wrapped =
      'A headline of some words\n\nThe council met on Tuesday to discuss the embankment that it wants\nto build along the harbour, and was met by residents who had come\nto say that nobody had asked them about it in all these years.\n\nThe mayor said that there had been three meetings in the spring of\nlast year to which everybody had been invited by a letter, and that\nshe regretted it.\n'
    const joined = await read('a.txt', wrapped)
    expect(joined.lines).toBe('wrapped')
    expect(blocks(joined)).toHaveLength(3)
    expect(joined.content.text).toContain('that it wants to build')
    const exact = await read('a.txt', wrapped, { lines: 'exact' })
    expect(exact.content.text).toBe(wrapped)
    expect(flawOf(exact.content)).toBeNull()
  })

  it('leaves out what no text can hold, and says how much of it', async () => {
    const draft = await read('a.txt', 'A title\nbe\0fore and af\u0007ter')
    expect(draft.content.text).toBe('A title\nbefore and after')
    expect(draft.report).toContain('2 control characters that cannot be shown were left out.')
  })

  it.each([
    ['', 'This file is empty.'],
    ['\n\n  \n', 'There are no words in this file.'],
    ['x'.repeat(4 * 1024 * 1024 + 1), 'Please bring it in parts'],
    ['a\n'.repeat(50_001), 'more than 50,000 paragraphs'],
  ])('refuses a text that cannot be an article', async (text, problem) => {
    await expect(read('a.txt', text)).rejects.toThrow(problem)
  })

  it('guesses language, direction and date, and says that it did', async () => {
    const german = await read(
      'a.txt',
      'Der Titel\nAm 3. March 2024 hat der Rat der Stadt nicht über die Mauer und das Geld für sie gesprochen, die es nicht gibt.',
    )
    expect(german.content).toMatchObject({ language: 'de', direction: 'ltr', source: { published: '2024-03-03' } })
    expect(german.report).toContain('The language was guessed: German (de).')
    const hebrew = await read('a.txt', 'כותרת\nהמועצה נפגשה ביום שלישי לדון בסוללה')
    expect(hebrew.content).toMatchObject({ language: 'he', direction: 'rtl' })
    const unknown = await read('a.txt', 'Xyz\n12 34')
    expect(unknown.content.language).toBeNull()
  })
})

describe('encodings', () => {
  const sentence = 'Tïtle\nThe mayor said “no” — naïve café owners replied in 2024.'

  it('believes the mark at the beginning, and leaves it out', async () => {
    for (const [label, mark] of [
      ['utf16le', [0xff, 0xfe]],
      ['utf8', [0xef, 0xbb, 0xbf]],
    ] as const) {
      const draft = await read('a.txt', Buffer.concat([Buffer.from(mark), Buffer.from(sentence, label)]))
      expect(draft.content.text).toBe(sentence)
      expect(draft.encoding?.how).toBe('mark')
      expect(draft.report).toContain('A byte order mark at the beginning was left out.')
    }
  })

  it('takes what is valid UTF-8 for that, finds UTF-16 without a mark, and guesses the rest', async () => {
    expect((await read('a.txt', sentence)).encoding).toEqual({ name: 'utf-8', how: 'fits' })
    const wide = await read('a.txt', Buffer.from(sentence, 'utf16le'))
    expect(wide.content.text).toBe(sentence)
    // “no” in windows-1251: the letters of a Russian sentence.
    const russian = Buffer.from(
      [...'Заголовок\nМэр города сказал, что никто не спросил жителей о том, что они думают'].map((c) => {
        const code = c.codePointAt(0) ?? 0
        return code < 128 ? code : code - 0x410 + 0xc0
      }),
    )
    const guessed = await read('a.txt', russian)
    expect(guessed.encoding).toEqual({ name: 'windows-1251', how: 'guessed' })
    expect(guessed.content.text).toContain('никто не спросил')
    expect(guessed.content.language).toBe('ru')
    const chosen = await read('a.txt', russian, { encoding: 'koi8-r' })
    expect(chosen.encoding).toEqual({ name: 'koi8-r', how: 'chosen' })
    expect(chosen.content.text).not.toContain('никто')
  })

  it('believes what a page says of itself when it is not UTF-8, and counts what does not fit', async () => {
    const page = Buffer.from(
      '<html><head><meta charset="iso-8859-15"></head><body><p>Price: 5 \xa4</p></body></html>',
      'latin1',
    )
    const draft = await read('a.html', page)
    expect(draft.encoding).toEqual({ name: 'iso-8859-15', how: 'declared' })
    expect(draft.content.text).toBe('Price: 5 €')
    const broken = await read('a.txt', Buffer.from('Title\nbroken \xff here', 'latin1'), { encoding: 'utf-8' })
    expect(broken.report).toContain('1 place could not be read in this encoding and is shown as �.')
  })

  it('refuses what is no text at all, with advice where there is some', async () => {
    await expect(
      read(
        'a.txt',
        new Uint8Array(5000).map((_, i) => (i * 7) % 31),
      ),
    ).rejects.toThrow('This is not a text')
    await expect(read('a.doc', Buffer.from('d0cf11e0a1b11ae1', 'hex'))).rejects.toThrow('save it as .docx')
    await expect(read('a.rtf', '{\\rtf1 hello}')).rejects.toThrow('save it as .docx')
    await expect(read('photo', new Uint8Array([0xff, 0xd8, 0xff]), {}, { type: 'image/jpeg' })).rejects.toThrow(
      'not a text',
    )
  })
})

describe('Markdown', () => {
  it('keeps headings, lists, quotes and formatting', async () => {
    const draft = await read(
      'a.md',
      '# The *title*\n\nA **bold** word, [a link](https://example.org/a) and [none](javascript:alert).\n\n## Below\n\n- one\n- two\n\n> said\n> she\n\n```js\ncode()\n```\n\n![a picture](x.png)\n\n<script>bad()</script>\n',
    )
    expect(blocks(draft)).toEqual([
      ['title', 'The title'],
      ['paragraph', 'A bold word, a link and none.'],
      ['heading', 'Below'],
      ['list-item', 'one'],
      ['list-item', 'two'],
      ['quote', 'said she'],
      ['paragraph', 'code()'],
    ])
    expect(inlines(draft)).toEqual([
      ['italic', 'title'],
      ['bold', 'bold'],
      ['link', 'a link', 'https://example.org/a'],
    ])
    expect(draft.report.join('\n')).toMatch(/1 picture was left out/)
    expect(draft.report.join('\n')).toMatch(/1 link lost its address/)
    expect(draft.report.join('\n')).toMatch(/HTML tags? in the Markdown/)
  })

  it('reads what stands between the dashes at the beginning', async () => {
    const draft = await read(
      'a.md',
      '---\ntitle: "Floods"\ndate: 2024-03-05\nlang: en-GB\noutlet: The Orcadian\n---\nWords.\n',
    )
    expect(draft.content).toMatchObject({
      title: 'Floods',
      language: 'en-GB',
      source: { published: '2024-03-05', outlet: 'The Orcadian', fileName: 'a.md' },
      text: 'Floods\nWords.',
    })
  })
})

const words =
  'The council met on Tuesday to discuss the embankment, and residents said that nobody had asked them about it. '

describe('HTML', () => {
  const page = `<!doctype html><html lang="en-GB"><head><title>Flood plan - The Orcadian</title>
    <meta property="og:site_name" content="The Orcadian"><meta property="article:published_time" content="2024-03-05T10:00:00Z">
    <script type="application/ld+json">{"@type":"NewsArticle","headline":"Flood plan","publisher":{"name":"Other"}}</script></head>
    <body><nav><ul><li><a href="/">Home</a><li><a href="/sport">Sport</a></ul></nav>
    <article><h1>Flood plan</h1>${`<p>${words.repeat(3)}</p>`.repeat(4)}<p>See <a href="/more">more</a> <b>here</b>.</p>
    <blockquote><p>“No.”</p></blockquote><img src="x"><script>bad()</script></article>
    <aside>${'<p>Buy this.</p>'.repeat(3)}</aside><footer>Imprint</footer></body></html>`

  it('finds the article on a page, and what the page says of it', async () => {
    const draft = await read('a.html', page, {}, { url: 'https://www.orcadian.example/a' })
    expect(draft.content).toMatchObject({
      title: 'Flood plan',
      language: 'en-GB',
      source: { outlet: 'The Orcadian', published: '2024-03-05', url: 'https://www.orcadian.example/a' },
    })
    const found = blocks(draft)
    expect(found[0]).toEqual(['title', 'Flood plan'])
    expect(found).toContainEqual(['quote', '“No.”'])
    expect(draft.content.text).not.toMatch(/Sport|Buy this|Imprint|bad\(\)/)
    expect(inlines(draft)).toEqual([
      ['link', 'more', 'https://www.orcadian.example/more'],
      ['bold', 'here'],
    ])
    expect(draft.report.join(' ')).toContain('Only the article was taken')
    expect(draft.scope).toBe('article')
  })

  it('takes all of the page when asked to', async () => {
    const draft = await read('a.html', page, { scope: 'page' })
    expect(draft.content.text).toMatch(/Sport.*Buy this.*Imprint/s)
    expect(draft.content.text).not.toContain('bad()')
  })

  it('turns what an article cannot have into what it can, and says so', async () => {
    const draft = await read(
      'a.html',
      '<h1>A</h1><p>one<br>two</p><table><tr><td><p>a</p></td><td>b</td></tr></table><p hidden>secret</p><p>a   b\n c</p><iframe src=x></iframe><button>Press</button>',
    )
    expect(blocks(draft)).toEqual([
      ['title', 'A'],
      ['paragraph', 'one'],
      ['paragraph', 'two'],
      ['paragraph', 'a | b'],
      ['paragraph', 'a b c'],
    ])
    expect(draft.report).toHaveLength(4)
  })

  it('reads a page that leaves out the tags of its body', async () => {
    const draft = await read('a.html', '<!doctype html><html lang=fr><title>Un titre</title><p>Un mot<p>et un autre')
    expect(blocks(draft).map(([, block]) => block)).toEqual(['Un titre', 'Un mot', 'et un autre'])
    expect(draft.content.language).toBe('fr')
  })

  it('keeps no address that could run something', async () => {
    const draft = await read(
      'a.html',
      '<p><a href="javascript:alert(1)">a</a> <a href=" java\tscript:x">b</a> <a href="data:text/html,x">c</a> <a href="mailto:a@b.c">d</a> <a href="#x">e</a></p>',
    )
    expect(inlines(draft)).toEqual([['link', 'd', 'mailto:a@b.c']])
  })

  it('reads a page that is nested twenty thousand deep', async () => {
    const draft = await read('a.html', `${'<div>'.repeat(20_000)}deep words${'</div>'.repeat(20_000)}`)
    expect(draft.content.text).toBe('deep words')
  })
})

/** A Word document with this body. */
function docx(body: string, more: Record<string, string> = {}): Uint8Array {
  return zipSync({
    '[Content_Types].xml': strToU8(
      '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    ),
    '_rels/.rels': strToU8(
      '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    ),
    'word/document.xml': strToU8(
      `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
    ),
    ...Object.fromEntries(Object.entries(more).map(([name, text]) => [name, strToU8(text)])),
  })
}

describe('Word', () => {
  it('keeps headings, bold and italic', async () => {
    const draft = await read(
      'a.docx',
      docx(
        '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>The title</w:t></w:r></w:p><w:p><w:r><w:t xml:space="preserve">Some </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>bold</w:t></w:r><w:r><w:t xml:space="preserve"> and </w:t></w:r><w:r><w:rPr><w:i/></w:rPr><w:t>italic</w:t></w:r><w:r><w:t>.</w:t></w:r></w:p>',
        {
          'word/styles.xml':
            '<?xml version="1.0"?><w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style></w:styles>',
          'word/_rels/document.xml.rels':
            '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="s" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>',
          'word/header1.xml': '<x/>',
        },
      ),
    )
    expect(blocks(draft)).toEqual([
      ['title', 'The title'],
      ['paragraph', 'Some bold and italic.'],
    ])
    expect(inlines(draft)).toEqual([
      ['bold', 'bold'],
      ['italic', 'italic'],
    ])
    expect(draft.report).toContain('Headers and footers of the document were left out.')
  })

  it('refuses one that is damaged, has no text, or grows beyond measure', async () => {
    await expect(read('a.docx', zipSync({ x: strToU8('x') }))).rejects.toThrow('not a Word document')
    await expect(read('a.docx', docx('<w:p>').slice(0, 600))).rejects.toThrow('damaged')
    await expect(read('a.docx', docx('', { 'word/media/x': '\0'.repeat(80_000_000) }))).rejects.toThrow(/larger|trap/)
  })
})

describe('PDF', () => {
  it('finds paragraphs again, and joins words parted at line ends', async () => {
    const draft = await read('flood.pdf', fixture('flood.pdf'))
    const found = blocks(draft)
    expect(found.map(([type]) => type)).toEqual(['title', 'paragraph', 'paragraph'])
    expect(found[0]?.[1]).toBe('Flood plan draws protest in Kirkwall')
    expect(found[1]?.[1]).toMatch(/^Residents .* to demonstrate against .* which they consider .* association\.$/)
    expect(draft.report.join(' ')).toMatch(/2 words parted by a hyphen .* demonstrate/)
  })

  it('says of a scan that there is no text in it', async () => {
    await expect(read('scan.pdf', fixture('scan.pdf'))).rejects.toThrow('its pages are pictures')
    await expect(read('a.pdf', '%PDF-1.7 nothing')).rejects.toThrow('damaged')
  })
})

describe('tables', () => {
  const csv =
    'Headline;Body;Source;Date;lang\n"A ""title""";"First line\nsecond line";The Paper;2024-03-05;en\nB;Some words;;03/04/2024;no-such-language-at-all\n'

  it('finds out which column is what', () => {
    const table = readTable({ name: 'a.csv', bytes: utf8(csv) })
    expect(table).toMatchObject({
      columns: ['Headline', 'Body', 'Source', 'Date', 'lang'],
      guess: { title: 'Headline', text: 'Body', outlet: 'Source', published: 'Date', language: 'lang', url: null },
      rowCount: 2,
    })
    const unnamed = readTable({ name: 'a.csv', bytes: utf8(`id,x\n1,${words}\n`) })
    expect(unnamed.guess).toMatchObject({ text: 'x', title: null })
    expect(readTable({ name: 'a.csv', bytes: utf8('id,n\n1,2\n') }).guess).toBeNull()
  })

  it('makes an article of each row, and says in which line one is bad', () => {
    const given = { name: 'a.csv', bytes: utf8(csv) }
    const columns = {
      title: 'Headline',
      text: 'Body',
      outlet: 'Source',
      published: 'Date',
      language: 'lang',
      url: null,
    }
    const rows = readRows(given, columns)
    expect(rows.map((row) => row.line)).toEqual([2, 4])
    const [first, second] = rows.map((row) => readRow(row, 'a.csv', undefined))
    expect(first?.content).toMatchObject({
      title: 'A "title"',
      text: 'A "title"\nFirst line\nsecond line',
      language: 'en',
      source: { outlet: 'The Paper', published: '2024-03-05', fileName: 'a.csv' },
    })
    expect(second?.content.source?.published).toBeNull()
    expect(second?.report.join(' ')).toMatch(/“03\/04\/2024” could not be read without doubt/)
    expect(() => readRows(given, { ...columns, text: 'Gone' })).toThrow('no column “Gone”')
  })

  it('reads JSON lines, with fields of fields, and tells the bad ones by their line', () => {
    const jsonl = `{"text":"${words}","meta":{"source":"The Paper"}}\nnot json\n\n[1]\n{"text":"Other words","__proto__":{"x":1}}\n`
    const given = { name: 'a.jsonl', bytes: utf8(jsonl) }
    const table = readTable(given)
    expect(table.columns).toEqual(expect.arrayContaining(['text', 'meta.source']))
    expect(table.report.join(' ')).toContain('2 rows cannot be read, in line 2, 4.')
    const columns = { title: null, text: 'text', outlet: 'meta.source', published: null, language: null, url: null }
    const rows = readRows(given, columns)
    expect(rows.map(({ line, problem }) => [line, problem !== undefined])).toEqual([
      [1, false],
      [2, true],
      [4, true],
      [5, false],
    ])
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })
})

describe('archives', () => {
  const files = {
    'folder/a.txt': strToU8('A title\nwords'),
    '../../etc/evil.md': strToU8('# Evil'),
    'inner.zip': strToU8('PK'),
    'photo.jpg': strToU8('x'),
    '__MACOSX/._a.txt': strToU8('x'),
  }

  it('tells what will be read, and why the rest will not', async () => {
    const entries = await listArchive(zipSync(files))
    expect(entries.map(({ name, problem }) => [name, problem])).toEqual([
      ['folder/a.txt', null],
      ['../../etc/evil.md', null],
      ['inner.zip', 'It is an archive within an archive, which is not opened.'],
      ['photo.jpg', 'It is not of a kind that can be an article.'],
    ])
  })

  it('hands out files one after another, and their names as words only', async () => {
    const found: string[] = []
    await unpack(zipSync(files), async (file) => void found.push('bytes' in file ? file.name : `(${file.name})`))
    expect(found).toEqual(['folder/a.txt', '../../etc/evil.md', '(inner.zip)', '(photo.jpg)'])
  })

  it('gives a bomb up by the bytes that come out, whatever it says of itself', async () => {
    const bomb = zipSync({ 'a.txt': new Uint8Array(40_000_000), 'b.txt': strToU8('Words') })
    const problems: string[] = []
    await unpack(bomb, async (file) => void problems.push('problem' in file ? file.problem : 'fine'))
    expect(problems).toEqual([expect.stringMatching(/larger|trap/), 'fine'])
    // The archive says that the file has ten bytes.
    const liar = zipSync({ 'a.txt': new Uint8Array(3_000_000) })
    const view = new DataView(liar.buffer)
    for (let i = 0; i < liar.length - 4; i++) if (view.getUint32(i, true) === 3_000_000) view.setUint32(i, 10, true)
    const told: string[] = []
    await unpack(liar, async (file) => void told.push('problem' in file ? file.problem : 'fine'))
    expect(told).toEqual(['It is damaged in this archive.'])
  })

  it('stops where all files together are too large, and refuses too many', async () => {
    const limits = { entries: 10, fileBytes: 1000, totalBytes: 1500, ratio: 1000 }
    const three = zipSync({ 'a.txt': new Uint8Array(900), 'b.txt': new Uint8Array(900), 'c.txt': new Uint8Array(900) })
    await expect(unpack(three, async () => {}, limits)).rejects.toThrow('in parts')
    const many = zipSync(Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`${i}.txt`, strToU8('x')])))
    await expect(listArchive(many, limits)).rejects.toThrow('11 files')
    await expect(listArchive(strToU8('PK\x03\x04 nothing'))).rejects.toThrow('damaged')
  })
})

describe('an archive that is made to do harm', () => {
  /** With so many entries in its list that all lead to the one file in it. */
  function overlapping(bytes: number, count: number): Uint8Array {
    const one = Buffer.from(zipSync({ 'a.txt': new Uint8Array(bytes) }, { level: 9 }))
    const end = one.length - 22
    const list = one.subarray(one.readUInt32LE(end + 16), end)
    const tail = Buffer.from(one.subarray(end))
    tail.writeUInt16LE(count, 8)
    tail.writeUInt16LE(count, 10)
    tail.writeUInt32LE(list.length * count, 12)
    return Buffer.concat([one.subarray(0, end - list.length), ...Array<Buffer>(count).fill(list), tail])
  }

  it('is held to what all of it comes to, also where one file is named a thousand times', async () => {
    const limits = { entries: 5000, fileBytes: 1_000_000, totalBytes: 3_000_000, ratio: 5000 }
    const bomb = overlapping(900_000, 1000)
    expect(bomb.byteLength).toBeLessThan(100_000)
    const taken: number[] = []
    const take = async (file: object) => void taken.push('bytes' in file ? 1 : 0)
    await expect(unpack(bomb, take, limits)).rejects.toThrow('in parts')
    expect(taken).toEqual([1, 1, 1])
    // A Word document is one as well.
    await expect(read('a.docx', overlapping(60_000_000, 40))).rejects.toThrow(Unreadable)
  })

  it('that says it has other numbers of files than it has is damaged, and a link in it is the words of the link', async () => {
    const liar = Buffer.from(zipSync({ 'a.txt': strToU8('Words') }))
    liar.writeUInt16LE(4000, liar.length - 12)
    await expect(listArchive(liar)).rejects.toThrow('damaged')
    const linked = zipSync({ 'a.txt': [strToU8('/etc/passwd'), { os: 3, attrs: (0o120777 << 16) >>> 0 }] })
    const found: string[] = []
    await unpack(linked, async (file) => void found.push('bytes' in file ? Buffer.from(file.bytes).toString() : ''))
    expect(found).toEqual(['/etc/passwd'])
  })
})

describe('whatever is read', () => {
  const odd = fc.constantFrom(
    '\u0301',
    '👨‍👩‍👧',
    '\ud83d',
    '\0',
    '\u2028',
    '\ufeff',
    'é',
    'ש',
    ' ',
    '\n',
    'word',
    '&amp;',
    '🇩🇪🇫🇷',
  )
  const text = fc
    .array(fc.oneof(odd, fc.string({ unit: 'binary', maxLength: 6 })), { maxLength: 6 })
    .map((parts) => parts.join(''))
  const name = fc.constantFrom(
    'p',
    'b',
    'i',
    'h1',
    'h3',
    'li',
    'ul',
    'blockquote',
    'a',
    'td',
    'tr',
    'table',
    'pre',
    'div',
    'span',
    'br',
  )
  const { html } = fc.letrec<{ html: string }>((tie) => ({
    html: fc.oneof(
      { maxDepth: 4 },
      text,
      fc
        .tuple(name, fc.array(tie('html'), { maxLength: 4 }), fc.webUrl())
        .map(([tag, inner, href]) => `<${tag}${tag === 'a' ? ` href="${href}"` : ''}>${inner.join('')}</${tag}>`),
    ),
  }))

  it.each(['a.html', 'a.md', 'a.txt'])(
    'is sound: its blocks cover the text, and no formatting cuts a character (%s)',
    async (file) => {
      await fc.assert(
        fc.asyncProperty(fc.array(html, { maxLength: 5 }), async (parts) => {
          const draft = await read(file, `Words ${parts.join(' ')}`).catch((error: Error) => {
            // As UTF-8 it may be bytes that no text has.
            expect(error.message).toMatch(/not a text|no words/)
          })
          if (draft) expect(flawOf(draft.content)).toBeNull()
        }),
        { numRuns: 150 },
      )
    },
  )

  it('reads the same Markdown made of its signs', async () => {
    const signs = fc
      .array(
        fc.constantFrom(
          '*',
          '_',
          '`',
          '#',
          '> ',
          '- ',
          '[',
          ']',
          '(',
          ')',
          '\n',
          '~~',
          '|',
          'word',
          '👨‍👩‍👧',
          '\u0301',
          '![',
          'http://a.b',
        ),
      )
      .map((parts) => parts.join(''))
    await fc.assert(
      fc.asyncProperty(signs, async (source) => {
        expect(flawOf((await read('a.md', `Words\n\n${source}`)).content)).toBeNull()
      }),
      { numRuns: 200 },
    )
  })
})
