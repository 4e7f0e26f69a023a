/** WebAnno TSV, UIMA CAS JSON and XMI: one model in three files, so they are held to the same. */
import { readdirSync, readFileSync } from 'node:fs'
import { casJsonReader, casJsonWriter } from '@attest/schema/formats/cas-json'
import { casXmiReader, casXmiWriter } from '@attest/schema/formats/cas-xmi'
import type { FoundDocument, Reader, TextFile, Writer } from '@attest/schema/formats/format'
import { webannoTsvReader, webannoTsvWriter } from '@attest/schema/formats/webanno-tsv'
import { emptyRecords } from '@attest/schema/room'
import fc from 'fast-check'
import { DOMParser } from 'linkedom'
import { describe, expect, it } from 'vitest'
import {
  anyArticle,
  articleOf,
  contentOf,
  fileOf,
  foundIn,
  labelSet,
  readBack,
  taken,
  turned,
} from './annotated-articles.ts'

const fixtures = new URL('../fixtures/formats/', import.meta.url)

function fixture(path: string): TextFile {
  return { name: path, text: readFileSync(new URL(path, fixtures), 'utf8') }
}

function read(reader: Reader, files: readonly TextFile[], options?: Parameters<Reader['read']>[1]): FoundDocument {
  const reading = reader.read(files, options)
  if (!reading.ok) throw new Error(reading.problem)
  const [document] = reading.documents
  if (!document) throw new Error('no document')
  return document
}

/** Whether a file of ours was read whole. */
function plain({ refused, reported }: FoundDocument) {
  return [...refused, ...reported]
}

const tsvs = readdirSync(new URL('webanno-tsv3/', fixtures)).filter((name) => /^test.*\.tsv$/.test(name))
const jsons = readdirSync(new URL('uima-cas-json/', fixtures)).filter((name) => name.endsWith('.json'))

const codecs: [Writer, Reader][] = [
  [webannoTsvWriter, webannoTsvReader],
  [casJsonWriter, casJsonReader],
  [casXmiWriter, casXmiReader],
]

const foreign: [string, Reader, TextFile[]][] = [
  ...tsvs.map((name): [string, Reader, TextFile[]] => [name, webannoTsvReader, [fixture(`webanno-tsv3/${name}`)]]),
  ...tsvs.map((name): [string, Reader, TextFile[]] => {
    const twin = name.replace('.tsv', '.xmi')
    return [twin, casXmiReader, [fixture(`webanno-tsv3/${twin}`)]]
  }),
  ...jsons.map((name): [string, Reader, TextFile[]] => [name, casJsonReader, [fixture(`uima-cas-json/${name}`)]]),
  ['small_cas.xmi', casXmiReader, [fixture('uima-xmi/small_cas.xmi'), fixture('uima-xmi/small_typesystem.xml')]],
]

const xmlCharacters = /[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

describe.each(codecs)('$label', (writer, reader) => {
  it('gives back what was written, whatever the text and the values are', () => {
    fc.assert(
      fc.property(anyArticle, (annotated) => {
        const { files, left } = writer.write(annotated)
        const document = read(reader, files)
        const isXml = writer.name === 'cas-xmi'
        const lossy = (text: string) => (isXml ? text.replace(xmlCharacters, '\ufffd') : text)
        expect(plain(document)).toEqual([])
        expect(document.text).toBe(lossy(annotated.article.text))
        const content = contentOf(annotated)
        const marks = content.marks.map((mark) => ({
          ...mark,
          attributes: mark.attributes.map(([name, value]) => [name, value === null ? null : lossy(value)]),
        }))
        expect(foundIn(document)).toEqual({ ...content, marks })
        if (!isXml) expect(left).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  it('writes the same bytes in whatever order the records came, and after a round trip', () => {
    fc.assert(
      fc.property(anyArticle, (annotated) => {
        const [once] = writer.write(annotated).files
        expect(writer.write(turned(annotated)).files).toEqual([once])
        expect(writer.write(readBack(annotated, read(reader, [once as TextFile]))).files).toEqual([once])
      }),
      { numRuns: 20 },
    )
  })

  it.each(foreign)('writes and reads again what is in %s', (_, from, files) => {
    const given = read(from, files)
    const { annotated, meant } = taken(given, given.text ?? 'ab')
    const again = read(reader, writer.write(annotated).files)
    expect(plain(again)).toEqual([])
    const spans = (document: FoundDocument) =>
      foundIn(document)
        .marks.map((mark) => JSON.stringify(mark))
        .sort()
    expect(spans(again)).toEqual(spans(meant))
    expect(foundIn(again).relations).toEqual(foundIn(meant).relations)
  })

  it('says what it leaves out', () => {
    const annotated = articleOf('Ada says no.', [
      { id: 'ada.m1', kind: 'claim', spans: [[0, 3]], attributes: { other: 'x' }, author: 'ada', at: 1 },
    ])
    const { records, article } = annotated
    records.relations.set('ada.r1', {
      id: 'ada.r1',
      type: 'denies',
      from: 'ada.m1',
      to: 'ada.m2',
      author: 'ada',
      at: 1,
    })
    records.comments.set('ada.c1', { id: 'ada.c1', on: 'article', body: 'hm', author: 'ada', at: 1 })
    records.verdicts.set('ben.v1', { id: 'ben.v1', on: 'ada.m1', decision: 'accept', author: 'ben', at: 1 })
    article.inlines = [{ type: 'bold', start: 0, end: 3 }]
    expect(writer.write(annotated).left.map(({ count }) => count)).toEqual([1, 1, 1, 1, 1])
  })

  it('knows its own files', () => {
    const [file] = writer.write(articleOf('Ada', [])).files
    for (const [other, one] of codecs) expect(one.fits(file as TextFile)).toBe(other === writer)
  })

  it('reads garbage in no time, and says where it breaks off', () => {
    const [whole] = writer.write(
      articleOf('Ada says no.', [
        { id: 'ada.m1', kind: 'claim', spans: [[0, 3]], attributes: {}, author: 'ada', at: 1 },
      ]),
    ).files
    const { name, text } = whole as TextFile
    for (let length = 0; length < text.length; length += 7) {
      const reading = reader.read([fileOf(name, text.slice(0, length))])
      if (!reading.ok) expect(reading.problem).toContain(name)
    }
    const head = text.slice(0, text.indexOf('Ada'))
    const started = performance.now()
    for (const piece of ['\\', '[', '<a>', '|[1]', '1-1\t0-1\ta\t_\t\n', ' ', '->1', '{"%ID":', '#Text=a\n'])
      for (const before of ['', head]) reader.read([fileOf(name, before + piece.repeat(300_000 / piece.length))])
    expect(performance.now() - started).toBeLessThan(10_000)
  })
})

describe('the fixtures', () => {
  const content = (document: FoundDocument) => {
    const { marks, relations } = document
    const numbers = new Map(
      marks
        .toSorted(
          (a, b) =>
            Number(a.spans[0]?.[0]) - Number(b.spans[0]?.[0]) || Number(b.spans[0]?.[1]) - Number(a.spans[0]?.[1]),
        )
        .map(({ id }, i) => [id, i]),
    )
    const labelled = (label: string) => (label === 'NamedEntity' ? 'Span' : label)
    return {
      text: document.text,
      marks: marks
        .map(({ label, spans, attributes }) => JSON.stringify([spans, labelled(label), [...attributes]]))
        .sort(),
      relations: relations.map(({ type, from, to }) => [type, numbers.get(from), numbers.get(to)]).sort(),
    }
  }

  it.each(tsvs)('reads %s and its twin in XMI as the same', (name) => {
    const table = read(webannoTsvReader, [fixture(`webanno-tsv3/${name}`)])
    const twin = read(casXmiReader, [fixture(`webanno-tsv3/${name.replace('.tsv', '.xmi')}`)])
    expect(content(table)).toEqual(content(twin))
    expect([...table.refused, ...twin.refused]).toEqual([])
  })

  it('finds in the tables what stands there', () => {
    const marksOf = (name: string) => read(webannoTsvReader, [fixture(`webanno-tsv3/${name}.tsv`)]).marks
    expect(marksOf('testCrossSentenceSpanWithFeatureValue')).toMatchObject([{ label: 'PERSON', spans: [[0, 34]] }])
    expect(marksOf('testZeroLengthSpansWithFeatureValues')).toMatchObject([
      { label: 'PERSON', spans: [[0, 0]] },
      { label: 'ORG', spans: [[16, 16]] },
    ])
    expect(marksOf('testTokenBoundedSpanWithSpecialSymbolsValue')[0]?.label).toBe('#*\'"`´\t:;{}|[ ]()\\§$%?=&_\n')
    const slots = read(webannoTsvReader, [fixture('webanno-tsv3/testSimpleSlotFeature.tsv')])
    expect(slots.relations.map(({ type }) => type)).toEqual(['p1', 'p2'])
    const { relations, reported } = read(webannoTsvReader, [
      fixture('webanno-tsv3/testSingleNonMultiTokenRelationWithMultipleFeatureValues.tsv'),
    ])
    expect(relations).toMatchObject([{ type: 'nsubj' }])
    expect(reported).toMatchObject([{ why: expect.stringContaining('boolValue, integerValue'), count: 0 }])
  })

  it('counts the emoji of a CAS in UTF-16, in JSON as in XMI', () => {
    const json = read(casJsonReader, [fixture('uima-cas-json/casWithEmojiUnicodeTextAndAnnotations.json')])
    const xmi = read(casXmiReader, [fixture('uima-cas-json/casWithEmojiUnicodeTextAndAnnotations.xmi')])
    const words = ({ text, marks }: FoundDocument) => marks.map(({ spans: [span] }) => text?.slice(...(span ?? [0, 0])))
    expect(words(json)).toEqual(['🥳', 'This', '👳🏻‍♀️', 'is', '✆', 'a', '🧔🏾‍♂️', 'test', '👻'])
    expect(words(xmi)).toEqual(words(json))
  })

  it('tells values from references by the type system, and says what is about no words', () => {
    const small = [fixture('uima-xmi/small_cas.xmi'), fixture('uima-xmi/small_typesystem.xml')]
    expect(read(casXmiReader, small).marks[1]).toMatchObject({
      label: 'Token',
      spans: [[4, 10]],
      attributes: new Map([
        ['id', '1'],
        ['pos', 'VBD'],
      ]),
    })
    const lists = read(casJsonReader, [fixture('uima-cas-json/casWithFsList.json')])
    expect(lists).toMatchObject({ text: null, marks: [{ label: 'Annotation' }, { label: 'Annotation' }] })
    expect(lists.reported).toMatchObject([{ count: 42 }])
  })
})

describe('what the formats ask for', () => {
  const reference = () => {
    const { annotations, relations } = JSON.parse(readFileSync('seeds/reference.json', 'utf8'))
    const annotated = articleOf(readFileSync('seeds/article.txt', 'utf8'), annotations)
    annotated.labelSet = JSON.parse(readFileSync('seeds/label-set.json', 'utf8'))
    annotated.records = { ...emptyRecords(), annotations: annotated.records.annotations }
    for (const relation of relations) annotated.records.relations.set(relation.id, relation)
    return annotated
  }

  it.each(codecs)('takes the reference annotation whole: $label', (writer, reader) => {
    const { files, left } = writer.write(reference())
    expect(left).toEqual([])
    const document = read(reader, files)
    expect(document.marks).toHaveLength(47)
    expect(document.relations).toHaveLength(36)
    expect(plain(document)).toEqual([])
  })

  it('has tokens in a table whose offsets agree with the text, and rows as wide as its head', () => {
    const table = (text: string) => {
      const lines = text.split('\n')
      const width =
        4 + lines.filter((line) => line.startsWith('#T_')).flatMap((line) => line.split('|').slice(1)).length
      return { lines, width }
    }
    fc.assert(
      fc.property(anyArticle, (annotated) => {
        const [file] = webannoTsvWriter.write(annotated).files
        const { lines, width } = table(file?.text ?? '')
        let last = 0
        for (const line of lines.filter((one) => /^\d/.test(one))) {
          const cells = line.split('\t')
          expect(cells).toHaveLength(width)
          const [begin = 0, end = 0] = (cells[1] ?? '').split('-').map(Number)
          if (!cells[0]?.includes('.')) expect(begin).toBeGreaterThanOrEqual(last)
          if (!cells[0]?.includes('.')) last = end
          const word = annotated.article.text.slice(begin, end)
          expect(word).not.toBe('')
          if (!/[\t\n\f\r\b]/.test(word)) expect(cells[2]).toBe(word)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('declares every type of a CAS, and refers to nothing that is not there', () => {
    fc.assert(
      fc.property(anyArticle, (annotated) => {
        const [file] = casJsonWriter.write(annotated).files
        const cas = JSON.parse(file?.text ?? '')
        const ids = new Set(cas['%FEATURE_STRUCTURES'].map((one: Record<string, unknown>) => one['%ID']))
        expect(ids.size).toBe(cas['%FEATURE_STRUCTURES'].length)
        for (const one of cas['%FEATURE_STRUCTURES']) {
          const type = cas['%TYPES'][one['%TYPE']]
          if (one['%TYPE'] !== 'uima.cas.Sofa') expect(type).toBeDefined()
          for (const key of Object.keys(one)) {
            if (key.startsWith('@')) expect(ids.has(one[key])).toBe(true)
            const inherited = ['begin', 'end', 'sofa', 'language'].includes(key.replace('@', ''))
            if (type && !key.startsWith('%') && !inherited) expect(Object.hasOwn(type, key.replace('@', ''))).toBe(true)
            if (!key.startsWith('%')) expect(key.replace('@', '')).toMatch(/^[A-Za-z]\w*$/)
          }
        }
        for (const id of cas['%VIEWS']._InitialView['%MEMBERS']) expect(ids.has(id)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('is XML by another parser too', () => {
    fc.assert(
      fc.property(anyArticle, (annotated) => {
        const [file] = casXmiWriter.write(annotated).files
        const document = new DOMParser().parseFromString(file?.text ?? '', 'text/xml')
        const spans = [...annotated.records.annotations.values()].flatMap((mark) => mark.spans)
        expect(document.querySelectorAll('custom\\:Span')).toHaveLength(spans.length)
      }),
      { numRuns: 10 },
    )
    const [types] = casXmiWriter.once?.(labelSet) ?? []
    expect(types?.text).toContain('<name>check' + 'Hworthiness</name>')
    expect(
      new DOMParser().parseFromString(types?.text ?? '', 'text/xml').querySelectorAll('typeDescription'),
    ).toHaveLength(3)
  })
})

describe('tables', () => {
  const head = '#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.Span|value\n\n\n'

  it('takes the text between sentences from the article, if that has the same sentences', () => {
    const file = fileOf('a.tsv', `${head}#Text=one\n1-1\t0-3\tone\tX\t\n\n#Text=two\n2-1\t5-8\ttwo\t_\t\n`)
    expect(read(webannoTsvReader, [file]).text).toBe('one\n two')
    expect(read(webannoTsvReader, [file], { textOf: () => 'one\u2028\u00a0two' }).text).toBe('one\u2028\u00a0two')
    expect(read(webannoTsvReader, [file], { textOf: () => 'one, two' }).text).toBe('one, two')
    expect(read(webannoTsvReader, [file], { textOf: () => 'another' }).text).toBe('one\n two')
  })

  it('reads chains: each link with its label, and what leads on to the next', () => {
    const file = fileOf(
      'a.tsv',
      '#FORMAT=WebAnno TSV 3.3\n#T_CH=de.tudarmstadt.ukp.dkpro.core.api.coref.type.CoreferenceLink|referenceRelation|referenceType\n\n\n' +
        '#Text=Ada says she is\n1-1\t0-3\tAda\tanaphoric->1-1\tname[1]\t\n1-2\t4-8\tsays\t*->1-2|*->2-1\tx[1]|*[2]\t\n' +
        '1-3\t9-12\tshe\t*->1-2\tx[1]\t\n1-4\t13-15\tis\t_\t_\t\n',
    )
    const { marks, relations } = read(webannoTsvReader, [file])
    expect(marks.map(({ label, spans }) => [label, ...spans])).toEqual([
      ['name', [0, 3]],
      ['x', [4, 12]],
      ['CoreferenceLink', [4, 8]],
    ])
    expect(relations).toMatchObject([{ type: 'anaphoric', from: marks[0]?.id, to: marks[1]?.id }])
  })

  it('refuses a mark on a token that is not the words of the text, and reads the others', () => {
    const file = fileOf(
      'a.tsv',
      `${head}#Text=👻 one two\n1-1\t0-1\t👻\tA[1]\t\n1-2\t2-5\tone\tB[2]\t\n1-3\t7-10\ttwo\tC[3]\t\n`,
    )
    const { marks, refused } = read(webannoTsvReader, [file])
    expect(marks.map(({ label }) => label)).toEqual(['C'])
    expect(refused).toMatchObject([
      { where: { line: 6 }, count: 1 },
      { where: { line: 7 }, why: expect.stringContaining('“one”'), count: 1 },
    ])
  })

  it('reads thousands on one token, as many marks over one word are', () => {
    const all = Array.from({ length: 2001 }, (_, i) => `x[${i + 1}]`).join('|')
    const stack = fileOf('a.tsv', `${head}#Text=one two\n1-1\t0-3\tone\t${all}\t\n1-2\t4-7\ttwo\t${all}\t\n`)
    const { marks, refused } = read(webannoTsvReader, [stack])
    expect([marks.length, refused, marks.every(({ spans: [span] }) => `${span}` === '0,7')]).toEqual([2001, [], true])
  })

  it('refuses what makes much of little: heads as long as the file, spread arrays', () => {
    const wide = `${head.replace('|value', '|value'.repeat(100_000))}#Text=one\n${'1-1\t0-3\tone\n'.repeat(10_000)}`
    expect(read(webannoTsvReader, [fileOf('a.tsv', wide)]).refused).toHaveLength(10_000)
    const array = { '%ID': 'all', '%TYPE': 'x.Y[]', '%ELEMENTS': Array.from({ length: 10_000 }, () => 1) }
    const holders = Array.from({ length: 100 }, (_, i) => ({
      '%ID': i,
      '%TYPE': 'x.Y',
      begin: 0,
      end: 1,
      '@all': 'all',
    }))
    const reading = casJsonReader.read([
      fileOf('a.json', JSON.stringify({ '%FEATURE_STRUCTURES': [array, ...holders] })),
    ])
    expect(reading).toMatchObject({ problem: expect.stringContaining('a.json') })
  })

  it('names the line of what makes a table unreadable', () => {
    const problemOf = (text: string) => {
      const reading = webannoTsvReader.read([fileOf('a.tsv', text)])
      return reading.ok ? '' : reading.problem
    }
    expect(problemOf('#FORMAT=WebAnno TSV 2.0\n')).toContain('a.tsv, line 1')
    expect(problemOf(`${head}#Text=one\n1-1\t0-x\tone\t_\t\n`)).toContain('line 6')
    expect(problemOf(`${head}#Text=one\n1-1\t0-3\tone\t_\t\n\n#Text=two\n2-1\t1-4\ttwo\t_\t\n`)).toContain('line 9')
    expect(problemOf(`${head}#Text=one\n1-1\t9999999999-9999999999\tone\t_\t\n`)).toContain('9999999999')
  })
})

describe('structures of a CAS', () => {
  const cas = (...structures: object[]) => {
    const sofa = { '%ID': 1, '%TYPE': 'uima.cas.Sofa', sofaID: '_InitialView', sofaString: 'Ada says no.' }
    return [fileOf('a.json', JSON.stringify({ '%FEATURE_STRUCTURES': [...structures, sofa] }))]
  }
  const mark = (id: number, begin: unknown, end: unknown, more = {}) => ({
    '%ID': id,
    '%TYPE': 'x.Y',
    '@sofa': 1,
    begin,
    end,
    ...more,
  })

  it('refuses what is no span and what has the id of another, and counts all of it', () => {
    const document = read(
      casJsonReader,
      cas(mark(2, 0, 3), mark(2, 4, 8), mark(3, 5, 1), mark(4, -1, 2), mark(5, 'a', {}), mark(6, 0.5, 1)),
    )
    expect(document.marks).toHaveLength(1)
    expect(document.refused.map(({ where }) => where.path)).toEqual(
      [1, 2, 3, 4, 5].map((i) => `/%FEATURE_STRUCTURES/${i}`),
    )
  })

  it('accounts for each structure: found, refused or reported, in JSON as in XMI', () => {
    const id = fc.nat(6)
    const offset = fc.constantFrom(-1, 0, 3, 7, 1e9, 'x')
    const anyStructure = fc.record(
      { begin: offset, end: offset, ends: fc.tuple(id, id), label: fc.constantFrom('a', '') },
      { requiredKeys: [] },
    )
    const countOf = (document: FoundDocument) => {
      const skipped = plain(document).reduce((sum, { count }) => sum + count, 0)
      return document.marks.length + document.relations.length + skipped
    }
    fc.assert(
      fc.property(fc.array(fc.tuple(id, anyStructure), { maxLength: 10 }), (given) => {
        const inJson = given.map(([of, { ends, ...one }]) => ({
          '%ID': of + 10,
          '%TYPE': 'x.Y',
          ...(ends && { '@Governor': ends[0] + 10, '@Dependent': ends[1] + 10 }),
          ...one,
        }))
        const elements = given.map(([of, { ends, ...one }]) => {
          const all = { ...one, ...(ends && { Governor: ends[0], Dependent: ends[1] }) }
          const features = Object.entries(all).map(([name, value]) => ` ${name}="${value}"`)
          return `<x:Y xmi:id="${of}"${features.join('')}/>`
        })
        const inXmi = `<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:x="http:///x.ecore">${elements.join('')}</xmi:XMI>`
        expect(countOf(read(casJsonReader, cas(...inJson)))).toBe(given.length)
        expect(countOf(read(casXmiReader, [fileOf('a.xmi', inXmi)]))).toBe(given.length)
      }),
      { numRuns: 60 },
    )
  })

  it('takes names that objects have anyway for the words they are', () => {
    const text =
      '{"%FEATURE_STRUCTURES":[{"%ID":"__proto__","%TYPE":"constructor","begin":0,"end":1,"__proto__":"x","toString":"y"}]}'
    const [found] = read(casJsonReader, [fileOf('a.json', text)]).marks
    expect(found).toMatchObject({ id: '__proto__', label: 'constructor' })
    expect([...(found?.attributes ?? [])]).toEqual([
      ['__proto__', 'x'],
      ['toString', 'y'],
    ])
  })

  it('follows references in a circle no further than they go', () => {
    const document = read(
      casJsonReader,
      cas(
        mark(2, 0, 3, { '@next': 3 }),
        mark(3, 4, 8, { '@next': 2, '@self': 3 }),
        { '%ID': 4, '%TYPE': 'x.R', '@Governor': 4, '@Dependent': 4 },
        { '%ID': 5, '%TYPE': 'x.Y[]', '%ELEMENTS': [5, 5] },
        mark(6, 0, 1, { '@all': 5 }),
      ),
    )
    expect(document.relations.map(({ from, to }) => [from, to])).toEqual([
      ['2', '3'],
      ['3', '2'],
      ['3', '3'],
      ['4', '4'],
      // To nothing that is a mark, twice: that is for whoever takes it in to say.
      ['6', '5'],
      ['6', '5'],
    ])
  })

  it('refuses XML that claims to be more than it is', () => {
    const problemOf = (text: string) => {
      const reading = casXmiReader.read([fileOf('a.xmi', text)])
      return reading.ok ? '' : reading.problem
    }
    const laughs = `<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "${'&a;'.repeat(1000)}">]><a>&b;</a>`
    expect(problemOf(laughs)).toMatch(/a\.xmi, line 1: A document type/)
    expect(problemOf('<a>&b;</a>')).toContain('no well-formed XML')
    expect(problemOf('<a>'.repeat(1_000_000))).toContain('nested')
    expect(problemOf('<a/>')).toContain('is no XMI')
    expect(problemOf('')).not.toBe('')
  })
})
