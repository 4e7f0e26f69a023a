import { readFileSync } from 'node:fs'
import type { FoundDocument, TextFile } from '@attest/schema/formats/format'
import { teiReader, teiWriter } from '@attest/schema/formats/tei'
import fc from 'fast-check'
import { DOMParser } from 'linkedom'
import { describe, expect, it } from 'vitest'
import { anyArticle, articleOf, contentOf, fileOf, foundIn, readBack, turned } from './annotated-articles.ts'

function fixture(name: string): TextFile {
  return { name, text: readFileSync(new URL(`../fixtures/formats/tei/${name}`, import.meta.url), 'utf8') }
}

function read(...files: TextFile[]): FoundDocument {
  const reading = teiReader.read(files)
  if (!reading.ok) throw new Error(reading.problem)
  const [document] = reading.documents
  if (!document) throw new Error('no document')
  return document
}

const problemOf = (...files: TextFile[]) => {
  const reading = teiReader.read(files)
  return reading.ok ? '' : reading.problem
}

const words = ({ text, marks }: FoundDocument) =>
  marks.map(({ spans }) => spans.map(([start, end]) => text?.slice(start, end)))

const forbidden = /[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

const simple = { attributes: {}, author: 'ada', at: 1, kind: 'claim' }

describe('what is written', () => {
  it('comes back with its spans, relations and values, and then writes the same bytes', () => {
    fc.assert(
      fc.property(anyArticle, (annotated) => {
        const { files } = teiWriter.write(annotated)
        expect(teiWriter.write(turned(annotated)).files).toEqual(files)
        const document = read(...files)
        const lossy = (text: string) => text.replace(forbidden, '\ufffd')
        expect([...document.refused, ...document.reported]).toEqual([])
        expect(document.text).toBe(lossy(annotated.article.text))
        const content = contentOf(annotated)
        const marks = content.marks.map((mark) => ({
          ...mark,
          attributes: mark.attributes.map(([name, value]) => [name, value === null ? null : lossy(value)]),
        }))
        expect(foundIn(document)).toEqual({ ...content, marks })
        expect(teiWriter.write(readBack(annotated, document)).files).toEqual(files)
      }),
      { numRuns: 40 },
    )
  })

  it('is XML by another parser too, points to what is there, and counts in code points', () => {
    fc.assert(
      fc.property(anyArticle, (annotated) => {
        const [file] = teiWriter.write(annotated).files
        const document = new DOMParser().parseFromString(file?.text ?? '', 'text/xml')
        const ids = Array.from(document.querySelectorAll('*') as Iterable<Element>, (one) =>
          one.getAttribute('xml:id'),
        ).filter(Boolean)
        expect(new Set(ids).size).toBe(ids.length)
        for (const id of ids) expect(id).toMatch(/^[A-Za-z_][\w.-]*$/)
        const pointers = (name: string) =>
          Array.from(
            document.querySelectorAll('annotation') as Iterable<Element>,
            (one) => one.getAttribute(name) ?? '',
          )
            .join(' ')
            .split(' ')
        for (const pointer of [...pointers('ana'), ...pointers('resp'), ...pointers('target')])
          if (pointer !== '' && !pointer.includes('(')) expect(ids).toContain(pointer.slice(1))
        const characters = [...annotated.article.text]
        const quotes = pointers('target').flatMap((pointer) => {
          const [, start, length] = /\(text,(\d+),(\d+)\)/.exec(pointer) ?? []
          return start && length ? [characters.slice(Number(start), Number(start) + Number(length)).join('')] : []
        })
        const spans = [...annotated.records.annotations.values()].flatMap((mark) => mark.spans)
        expect(quotes.sort()).toEqual(spans.map((span) => annotated.article.text.slice(...span)).sort())
      }),
      { numRuns: 20 },
    )
  })

  it('has the paragraphs and the comments of the article, and says what it leaves out', () => {
    const annotated = articleOf('Title\nAda & Ben\r\n\n<Quote>', [{ ...simple, id: 'ada.m1', spans: [[6, 9]] }])
    const { records, article } = annotated
    records.comments.set('ben.c1', { id: 'ben.c1', on: 'ada.m1', body: 'hm <i>\r\n', author: 'ben', at: 5 })
    records.comments.set('ben.c2', { id: 'ben.c2', on: 'ada.m1', replyTo: 'ben.c1', body: 'so', author: 'ben', at: 6 })
    records.comments.set('ben.c3', { id: 'ben.c3', on: 'article', body: 'all', author: 'ben', at: 7 })
    records.comments.set('ada.c4', { id: 'ada.c4', thread: 'ben.c1', state: 'resolved', author: 'ada', at: 8 })
    records.verdicts.set('ben.v1', { id: 'ben.v1', on: 'ada.m1', decision: 'accept', author: 'ben', at: 9 })
    article.blocks = article.blocks.map((block, i) => (i === 3 ? { ...block, type: 'quote' } : block))
    const { files, left } = teiWriter.write(annotated)
    expect(files[0]?.text).toContain(
      '<head>Title</head>\n<p>Ada &amp; Ben&#13;</p>\n<p></p>\n<ab type="quote">&lt;Quote&gt;</ab></body>',
    )
    expect(left.map(({ count }) => count)).toEqual([1, 1])
    const { comments, title, language } = read(...files)
    expect({ title, language }).toEqual({ title: 'Title & more', language: 'en' })
    expect(comments.map(({ id, on, replyTo, body, by, at }) => [id, on, replyTo, body, by, at])).toEqual([
      ['ben.c1', 'ada.m1', null, 'hm <i>\r\n', 'Ben', 5],
      ['ben.c2', null, 'ben.c1', 'so', 'Ben', 6],
      ['ben.c3', null, null, 'all', 'Ben', 7],
    ])
  })

  it('takes the reference annotation whole', () => {
    const { annotations, relations } = JSON.parse(readFileSync('seeds/reference.json', 'utf8'))
    const annotated = articleOf(readFileSync('seeds/article.txt', 'utf8'), annotations)
    for (const relation of relations) annotated.records.relations.set(relation.id, relation)
    const { files, left } = teiWriter.write(annotated)
    expect(left).toEqual([])
    const document = read(...files)
    expect([document.marks.length, document.relations.length]).toEqual([47, 36])
    expect(teiWriter.write(readBack(annotated, document)).files).toEqual(files)
  })
})

describe('what is read', () => {
  const tei = (standOff: string, body = '<p xml:id="p1">A 👻 b</p> <p xml:id="p2">cd</p>') =>
    fileOf(
      'a.xml',
      `<TEI xmlns="http://www.tei-c.org/ns/1.0"><standOff>${standOff}</standOff><text><body>${body}</body></text></TEI>`,
    )

  it('is spans over elements and string ranges, with their structures, and links between them', () => {
    const document = read(
      tei(
        '<spanGrp type="word"><span xml:id="s1" target="#p2" ana="#f1"/><span from="#string-range(p1, 2, 1)" to="#p2">note</span></spanGrp>' +
          '<fs xml:id="f1"><f name="pos"><symbol value="NN"/></f><f name="lemma"><string>see dee</string></f></fs>' +
          '<linkGrp type="next"><link target="#s1 #s1"/></linkGrp>',
      ),
    )
    expect(words(document)).toEqual([['cd'], ['👻 b cd']])
    expect(document.marks.map(({ label }) => label)).toEqual(['word', 'note'])
    expect([...(document.marks[0]?.attributes ?? [])]).toEqual([
      ['pos', 'NN'],
      ['lemma', 'see dee'],
    ])
    expect(document.relations).toMatchObject([{ type: 'next', from: 's1', to: 's1' }])
    expect(document.refused).toEqual([])
  })

  it('is the text of the sample as it is; what its annotation points to is not there, and that is told', () => {
    const document = read(fixture('sample.xml'), fixture('annotations.json'))
    expect(document.title).toBe('Homer:  The Odyssey')
    expect(document.text).toHaveLength(5284)
    expect(document.marks).toEqual([])
    expect(document.refused).toMatchObject([
      { where: { file: 'annotations.json', path: '/0' }, why: expect.stringContaining("[@xml:id='text-1']"), count: 1 },
    ])
    expect(document.comments).toMatchObject([{ body: 'Very cool comment', by: 'Professor' }])
    expect(problemOf(fixture('annotations.json'))).toContain('annotations.json')
  })

  it('is the annotation over a sample that has what it points to, written and read again', () => {
    const sample = fixture('sample.xml')
    const text = sample.text
      .replace('<text>', '<text xml:id="text-1">')
      .replace('"See now, how men', '<hi>"See now</hi>, how men')
    const document = read({ ...sample, text }, fixture('annotations.json'))
    expect(document.refused).toEqual([])
    const [[quote = ''] = []] = words(document)
    expect(quote).toMatch(/^"See now, how men lay blame/)
    expect(quote).toHaveLength(383 - '\n          '.length)
    expect(document.marks).toMatchObject([{ by: 'Professor', at: Date.parse('2024-10-30T17:48:12.149Z') }])
    const annotated = articleOf(document.text ?? '', [
      {
        ...simple,
        id: 'ada.m1',
        spans: document.marks.flatMap(({ spans }) => spans.map(([a, b]): [number, number] => [a, b])),
      },
    ])
    expect(words(read(...teiWriter.write(annotated).files))).toEqual([[quote]])
  })

  it('refuses one by one what points to nothing, counts backwards or is there twice', () => {
    const one = (id: string, target: string) => `<annotation xml:id="${id}" target="${target}"/>`
    const { marks, refused } = read(
      tei(
        `<listAnnotation>${[
          one('a', '#string-range(p1,0,1)'),
          one('b', '#p9'),
          one('c', '#string-range(p1,0,999)'),
          one('d', '#string-range(p1,3,-1)'),
          one('e', '#string-range(p1,x)'),
          one('f', ''),
          one('m.g', '#p1'),
          one('g', '#p1'),
        ].join('')}</listAnnotation>`,
      ),
    )
    expect(marks.map(({ id }) => id)).toEqual(['a', 'g'])
    expect(refused).toHaveLength(6)
    expect(refused.every(({ count, where }) => count === 1 && where.line === 1)).toBe(true)
  })

  it('refuses what is no TEI, and what is more than it claims; garbage takes no time', () => {
    expect(problemOf(fileOf('a.xml', '<html/>'))).toBe('a.xml is no TEI: its outermost element is “html”.')
    expect(problemOf(fileOf('a.xml', '<TEI>'))).toContain('a.xml, line 1')
    expect(problemOf(tei('', 'half \ud83d x'))).toContain('half of a surrogate pair at 5')
    expect(problemOf(fileOf('a.xml', '<!DOCTYPE TEI><TEI/>'))).toContain('document type')
    const started = performance.now()
    for (const piece of ['#string-range(', ' ', '#a ', '//', '<p>', '</p>'])
      teiReader.read([
        tei(
          `<annotation target="${piece.replace(/[<>]/g, '').repeat(200_000 / piece.length)}"/>`,
          piece.repeat(100_000),
        ),
      ])
    expect(performance.now() - started).toBeLessThan(10_000)
  })
})
