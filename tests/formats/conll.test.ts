import { readFileSync } from 'node:fs'
import { conllReader, conllWriter } from '@attest/schema/formats/conll'
import type { FoundDocument, ReadOptions, TextFile } from '@attest/schema/formats/format'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyArticle, articleOf, fileOf, turned } from './annotated-articles.ts'

function fixture(name: string): TextFile {
  return { name, text: readFileSync(new URL(`../fixtures/formats/conll/${name}`, import.meta.url), 'utf8') }
}

function read(files: readonly TextFile[], options?: ReadOptions): FoundDocument[] {
  const reading = conllReader.read(files, options)
  if (!reading.ok) throw new Error(reading.problem)
  return reading.documents
}

const placed = ({ marks }: FoundDocument) => marks.map(({ label, spans: [span] }) => [label, ...(span ?? [])])

const quoted = ({ text, marks }: FoundDocument) =>
  marks.map(({ label, spans: [span] }) => [label, text?.slice(...(span ?? [0, 0]))])

const isBlank = (unit: string) => /[\s\u0085\u200b\ufeff]/.test(unit)

/** The documented loss: no blanks at the ends, and of what overlaps within a kind what begins first, or is longer. */
function lossy(text: string, spans: readonly (readonly [number, number])[]): [number, number][] {
  const kept: [number, number][] = []
  for (const [from, to] of spans.toSorted((a, b) => a[0] - b[0] || b[1] - a[1])) {
    const inner = Array.from({ length: to - from }, (_, i) => from + i).filter((i) => !isBlank(text.charAt(i)))
    const [start, end] = [inner.at(0) ?? to, (inner.at(-1) ?? to) + 1]
    if (inner.length > 0 && start >= (kept.at(-1)?.[1] ?? 0)) kept.push([start, end])
  }
  return kept
}

describe('what is written', () => {
  it('is found again in its text, but for what tags cannot say, and that is counted', () => {
    fc.assert(
      fc.property(anyArticle, (annotated) => {
        const { text } = annotated.article
        const { files, left } = conllWriter.write(annotated)
        expect(conllWriter.write(turned(annotated)).files).toEqual(files)
        const full = files.filter((file) => file.text !== '')
        fc.pre(full.length > 0)
        const [document] = read(full, { textOf: (name) => (name === 'article' ? text : null) })
        expect(document).toMatchObject({ name: 'article', text, refused: [], reported: [] })
        const marks = [...annotated.records.annotations.values()]
        const expected = annotated.labelSet.kinds.flatMap(({ id }) =>
          lossy(
            text,
            marks.flatMap(({ kind, spans }) => (kind === id ? spans : [])),
          ).map((span) => [id, ...span]),
        )
        expect(placed(document as FoundDocument)).toEqual(expected)
        const lost = left
          .slice(0, 2)
          .filter(({ what }) => what.startsWith('spans within') || what.includes('nothing but'))
        const count = marks.flatMap(({ spans }) => spans).length
        expect(expected.length + lost.reduce((sum, loss) => sum + loss.count, 0)).toBe(count)
      }),
      { numRuns: 40 },
    )
  })

  it('has a token and a tag of IOB2 in each line, and no blank line within a mark', () => {
    const base = { attributes: {}, author: 'ada', at: 1, kind: 'claim' }
    const { files, left } = conllWriter.write(
      articleOf('Ada said no. Ben: yes.', [
        { ...base, id: 'ada.m1', spans: [[4, 16]] },
        { ...base, id: 'ada.m2', spans: [[5, 8]] },
        { ...base, id: 'ada.m3', spans: [[16, 19]] },
      ]),
    )
    expect(files[0]).toEqual({
      name: 'article.claim.conll',
      text: 'Ada\tO\nsaid\tB-claim\nno\tI-claim\n.\tI-claim\nBen\tI-claim\n:\tB-claim\nye\tI-claim\ns\tO\n.\tO\n'.replace(
        ':\tB-claim\nye\tI-claim\ns\tO',
        ':\tB-claim\ny\tI-claim\nes\tO',
      ),
    })
    expect(left.find(({ what }) => what.startsWith('spans within'))).toMatchObject({ count: 1 })
  })
})

describe('what is read', () => {
  it('is what the fixtures say, with a text of their tokens, and that is said', () => {
    const [example] = read([fixture('doccano-example.conll')])
    expect(example).toMatchObject({ text: 'JAPAN GET\nNadim Ladki', reported: [{ count: 0 }] })
    expect(quoted(example as FoundDocument)).toEqual([
      ['LOC', 'JAPAN'],
      ['PER', 'Nadim Ladki'],
    ])
    const [news] = read([fixture('spacy-conll2003.iob')])
    expect(quoted(news as FoundDocument)).toEqual([
      ['PERSON', 'Sebastian Thrun'],
      ['ORG', 'Google'],
      ['DATE', '2007'],
      ['NORP', 'American'],
      ['PERSON', 'Thrun'],
      ['ORG', 'Recode'],
      ['DATE', 'earlier this week'],
    ])
  })

  it.each(['doccano-example.conll', 'spacy-conll2003.iob'])('is written and read again: %s', (name) => {
    const [found] = read([fixture(name)])
    const text = found?.text ?? ''
    const annotated = articleOf(
      text,
      (found?.marks ?? []).map(({ label, spans: [span] }, i) => ({
        id: `ada.m${i}`,
        kind: label.toLowerCase(),
        spans: [[...(span ?? [0, 1])]],
        attributes: {},
        author: 'ada',
        at: 1,
      })),
    )
    const [again] = read(
      conllWriter.write(annotated).files.filter((file) => file.text !== ''),
      { textOf: (of) => (of === 'article' ? text : null) },
    )
    expect(quoted(again as FoundDocument).sort()).toEqual(
      quoted(found as FoundDocument)
        .map(([label, words]) => [label?.toLowerCase(), words])
        .sort(),
    )
  })

  it.each([
    ['IOB1', ['I-A', 'I-A', 'B-A', 'O', 'I-B']],
    ['IOB2', ['B-A', 'I-A', 'B-A', 'O', 'B-B']],
    ['BILUO', ['B-A', 'L-A', 'U-A', 'O', 'U-B']],
    ['IOBES', ['B-A', 'E-A', 'S-A', 'O', 'S-B']],
  ])('is %s', (_, tags) => {
    const [document] = read([fileOf('a.txt', tags.map((tag, i) => `t${i} x ${tag}\n`).join(''))])
    expect(quoted(document as FoundDocument)).toEqual([
      ['A', 't0 t1'],
      ['A', 't2'],
      ['B', 't4'],
    ])
  })

  it('stands where the text has the tokens, however a treebank writes them, and is refused where it has not', () => {
    const text = 'He  said (“no”)\u2028and left\r\nAda.'
    const file = fileOf(
      'a.conll',
      "He O\nsaid B-V\n-LRB- O\n`` B-Q\nno I-Q\n'' I-Q\n-RRB- O\nwent B-X\nleft B-V\nAda B-P\n. O\n",
    )
    const [document] = read([file], { textOf: () => text })
    expect(quoted(document as FoundDocument)).toEqual([
      ['V', 'said'],
      ['Q', '“no”'],
      ['V', 'left'],
      ['P', 'Ada'],
    ])
    expect(document?.refused).toMatchObject([{ where: { line: 8 }, why: expect.stringContaining('“went”'), count: 1 }])
  })

  it('is one document for each that the file begins', () => {
    const file = fileOf('a.conll', '-DOCSTART- O\n\none B-A\n\n-DOCSTART- O\n\ntwo B-B\n')
    expect(read([file]).map(({ name, text }) => [name, text])).toEqual([
      ['a#1', 'one'],
      ['a#2', 'two'],
    ])
  })

  it('names the line of what is no tag, and reads anything in no time', () => {
    expect(read([fileOf('a.conll', 'a B-\nb B-X\n')])[0]).toMatchObject({
      marks: [{ label: 'X' }],
      refused: [{ where: { line: 1 }, why: expect.stringContaining('“B-”') }],
    })
    expect(conllReader.read([fileOf('a.conll', 'alone\n')])).toMatchObject({
      problem: expect.stringContaining('line 1'),
    })
    const text = 'b '.repeat(100_000)
    const started = performance.now()
    for (const piece of ['a B-a\n', 'a\tI-\n', ' ', '-DOCSTART- O\n\nx O\n', 'B-'])
      conllReader.read([fileOf('a.conll', piece.repeat(300_000 / piece.length))], {
        textOf: () => text,
      })
    expect(performance.now() - started).toBeLessThan(10_000)
  })
})
