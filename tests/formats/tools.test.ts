/** The formats of tools whose marks are plain spans: Label Studio, doccano, Prodigy, spaCy. */
import { readdirSync, readFileSync } from 'node:fs'
import type { AnnotatedArticle } from '@attest/schema/formats/attest-json'
import { doccanoReader, doccanoWriter } from '@attest/schema/formats/doccano'
import { type FoundDocument, lossInWords, type Reader, type TextFile, type Writer } from '@attest/schema/formats/format'
import { labelStudioReader, labelStudioWriter } from '@attest/schema/formats/label-studio'
import { land } from '@attest/schema/formats/landing'
import { proposeMapping } from '@attest/schema/formats/mapping'
import { annotatorsOf, linksOf } from '@attest/schema/formats/pieces'
import { prodigyReader, prodigyWriter } from '@attest/schema/formats/prodigy'
import { recogniseFormats } from '@attest/schema/formats/registry'
import { spacyReader, spacyWriter } from '@attest/schema/formats/spacy'
import { surveyOf } from '@attest/schema/formats/survey'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyMarked, landed, type Meaning, marked, meaningOf, reversed, seedArticle } from '../support/marked.ts'

interface Tool {
  writer: Writer
  reader: Reader
  /** What it has a place for. */
  keeps: { names: boolean; attributes: boolean; relations: 'all' | 'own' | 'none' }
  /** What is left out of the sample annotation. */
  leaves: string[]
}

const times = '47 times at which a mark was made'
const attributes = '110 attributes of marks'

const tools: Tool[] = [
  {
    writer: labelStudioWriter,
    reader: labelStudioReader,
    keeps: { names: true, attributes: true, relations: 'own' },
    leaves: [times],
  },
  {
    writer: doccanoWriter,
    reader: doccanoReader,
    keeps: { names: false, attributes: false, relations: 'all' },
    leaves: ['47 names of who made a mark', attributes, times],
  },
  {
    writer: prodigyWriter,
    reader: prodigyReader,
    keeps: { names: true, attributes: false, relations: 'own' },
    leaves: [attributes, times],
  },
  {
    writer: spacyWriter,
    reader: spacyReader,
    keeps: { names: true, attributes: false, relations: 'none' },
    leaves: [attributes, '36 relations', times],
  },
]

function read(reader: Reader, ...files: (string | TextFile)[]): FoundDocument[] {
  const given = files.map((file, i) => (typeof file === 'string' ? { name: `file${i}.json`, text: file } : file))
  const reading = reader.read(given)
  if (!reading.ok) throw new Error(reading.problem)
  return reading.documents
}

function only(documents: FoundDocument[]): FoundDocument {
  const [document] = documents
  if (!document || documents.length > 1) throw new Error(`${documents.length} documents`)
  return document
}

/** Through the format and back. */
function through({ writer, reader }: Tool, annotated: AnnotatedArticle): FoundDocument {
  const { before = '', after = '' } = writer.series ?? {}
  const files = writer.write(annotated).files.map(({ name, text }) => ({ name, text: `${before}${text}${after}` }))
  for (const file of files) if (annotated.records.annotations.size > 0) expect(reader.fits(file)).toBe(true)
  return only(read(reader, ...files))
}

/** What the format promises to keep of an article, as it would be found in its file. */
function promised({ keeps }: Tool, annotated: AnnotatedArticle): Meaning {
  const names = annotatorsOf(annotated)
  const { annotations, relations } = annotated.records
  const sayOf = (id: string) => {
    const mark = annotations.get(id)
    const name = keeps.names ? names.get(mark?.author ?? '') : null
    const attributes = keeps.attributes ? Object.entries(mark?.attributes ?? {}).sort() : []
    return (mark?.spans ?? []).map((span, i) => JSON.stringify([name, mark?.kind, [span], i === 0 ? attributes : []]))
  }
  const kept = { all: [...relations.values()], own: [...linksOf(annotated).values()].flat(), none: [] }[keeps.relations]
  return {
    marks: [...annotations.keys()].flatMap(sayOf).sort(),
    relations: kept.map(({ type, from, to }) => JSON.stringify([type, sayOf(from)[0], sayOf(to)[0]])).sort(),
  }
}

describe.each(tools)('$writer.label', (tool) => {
  const { writer, reader } = tool
  const folder = new URL(`../fixtures/formats/${writer.name}/`, import.meta.url)
  const fixtures = readdirSync(folder)
    .filter((name) => name !== 'SOURCES.tsv')
    .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }))

  it.each(fixtures)('reads $name, and finds the same in what it writes of that', (file) => {
    expect(reader.fits(file)).toBe(true)
    const documents = read(reader, file)
    expect(documents.flatMap(({ marks, reported }) => [...marks, ...reported]).length).toBeGreaterThan(0)
    for (const document of documents) {
      expect(document.refused).toEqual([])
      if (document.text === null) continue
      const again = through(tool, landed(document))
      const meaning = meaningOf(document)
      expect(meaningOf(again)).toEqual(meaning)
      expect(again.text).toBe(document.text)
    }
  })

  it('keeps what it promises of any article, and says what it leaves out', () => {
    fc.assert(
      fc.property(anyMarked, (annotated) => {
        const found = through(tool, annotated)
        expect(found.text).toBe(annotated.article.text)
        expect(found.refused).toEqual([])
        const meaning = meaningOf(found)
        expect(meaning).toEqual(promised(tool, annotated))
        // A second time changes nothing.
        expect(meaningOf(through(tool, landed(found)))).toEqual(meaning)
        const { left } = writer.write(annotated)
        const said = (about: string) =>
          left.filter(({ what }) => what.startsWith(about)).reduce((sum, one) => sum + one.count, 0)
        expect(said('relations') + found.relations.length).toBe(annotated.records.relations.size)
        expect(said('comments') + found.comments.length).toBe(annotated.records.comments.size)
        expect(said('verdicts')).toBe(annotated.records.verdicts.size)
      }),
      { numRuns: 60 },
    )
  })

  it('writes the same bytes however the records came about', () => {
    fc.assert(
      fc.property(anyMarked, (annotated) => {
        expect(writer.write(reversed(annotated))).toEqual(writer.write(annotated))
      }),
      { numRuns: 30 },
    )
  })

  it('keeps the sample annotation', () => {
    const seed = seedArticle()
    expect(meaningOf(through(tool, seed))).toEqual(promised(tool, seed))
    expect(writer.write(seed).left.map(({ what, count }) => `${count} ${what.split(':', 1)[0]}`)).toEqual(tool.leaves)
  })

  it('comes in whole, as records of the article it is about', () => {
    const seed = seedArticle()
    const document = through(tool, seed)
    const mapping = proposeMapping(surveyOf([document]), seed.labelSet)
    const ground = { labelSet: seed.labelSet, layerOf: () => 'layer', at: 1 }
    const { records, report } = land(document, seed.article.text, mapping, ground)
    const given = document.marks.length + document.relations.length
    expect(report).toMatchObject({ given, imported: given, refused: [], reported: [] })
    const placesOf = (all: Iterable<{ kind: string; spans: unknown }>) =>
      Array.from(all, ({ kind, spans }) => JSON.stringify([kind, spans])).sort()
    expect(placesOf(records.annotations.values())).toEqual(placesOf(seed.records.annotations.values()))
    expect(recogniseFormats([{ name: `x${writer.extension}`, text: writer.write(seed).files[0]?.text ?? '' }])[0]).toBe(
      writer.name,
    )
  })

  it('reads many articles from one file', () => {
    const { before, between, after } = writer.series ?? { before: '', between: '', after: '' }
    const seed = seedArticle()
    const other = marked('Another text. 👩‍🚀')
    const text = before + [seed, other, seed].map((one) => writer.write(one).files[0]?.text ?? '').join(between) + after
    const documents = read(reader, text)
    expect(new Set(documents.map((one) => one.text))).toEqual(new Set([seed.article.text, other.article.text]))
  })

  it('says where a file that was cut off ends', () => {
    const { series, write } = writer
    const { files } = write(seedArticle())
    const whole = (series?.before ?? '') + (files[0]?.text ?? '')
    const reading = reader.read([{ name: 'cut.json', text: whole.slice(0, whole.length - 40) }])
    expect(reading).toMatchObject({ ok: false })
    if (reading.ok) return
    const line = whole.slice(0, whole.length - 40).split('\n').length
    expect(reading.problem).toMatch(
      new RegExp(`^cut\\.json is no JSON: at line ${line}, column \\d+, it ends in the middle\\.$`),
    )
  })

  it('takes anything at all without a crash, and counts what it found', () => {
    const keys = [
      'text',
      'data',
      'label',
      'labels',
      'entities',
      'annotations',
      'predictions',
      'result',
      'value',
      'id',
      'type',
      'start',
    ]
    const names = fc.constantFrom(
      ...keys,
      'end',
      'spans',
      'relations',
      'paragraphs',
      'sentences',
      'tokens',
      'ner',
      'orth',
      '__proto__',
      'meta',
      'answer',
    )
    const leaf = fc.oneof(
      fc.constantFrom(null, true, -1, 0, 3, 1e308, 0.5, 'labels', 'relation', 'choices', '/div[1]', 'B-x', 'a\ud800'),
      fc.string(),
    )
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 6 },
        leaf,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(names, tie('value'), { maxKeys: 6 }),
      ),
    }))
    fc.assert(
      fc.property(value, (any) => {
        const reading = reader.read([{ name: 'any.json', text: JSON.stringify(any) }])
        if (!reading.ok) {
          expect(reading.problem).toMatch(/^any\.json /)
          return
        }
        for (const { marks, refused, reported } of reading.documents) {
          expect(new Set(marks.map(({ id }) => id)).size).toBe(marks.length)
          for (const { why, count, where } of [...refused, ...reported]) {
            expect(why.length).toBeGreaterThan(10)
            expect(count).toBeGreaterThanOrEqual(0)
            expect(where.file).toBe('any.json')
          }
        }
      }),
      { numRuns: 300 },
    )
  })
})

/** Why each thing that was not taken was not, with how many it stands for. */
function told({ refused, reported }: FoundDocument): { refused: string[]; reported: string[] } {
  const say = (all: FoundDocument['refused']) =>
    all.map(({ why, count, where }) => `${count} at ${where.path ?? where.line}: ${why}`)
  return { refused: say(refused), reported: say(reported) }
}

describe('Label Studio’s tasks', () => {
  const region = (id: string, start: unknown, end: unknown, labels: unknown = ['claim'], more: object = {}) => ({
    id,
    from_name: 'label',
    to_name: 'text',
    type: 'labels',
    value: { start, end, labels, ...more },
  })
  const task = (annotation: object, more: object = {}) =>
    JSON.stringify([{ id: 7, data: { text: 'a 👩‍🚀 said no' }, annotations: [annotation], ...more }])
  const readTask = (annotation: object, more?: object) => only(read(labelStudioReader, task(annotation, more)))

  it('have all that was said of a region under its id, in any order', () => {
    const answer = (type: string, name: string, value: object) => ({ id: 'r', type, from_name: name, value })
    const document = readTask({
      completed_by: { id: 3, email: 'ada@example.org', first_name: 'Ada' },
      updated_at: '2024-01-02T03:04:05Z',
      result: [
        { type: 'relation', from_id: 'r', to_id: 's', direction: 'left', labels: ['denies', '__proto__'] },
        answer('choices', 'claim.mode', { choices: ['a', 'b'] }),
        answer('textarea', 'constructor', { text: ['one', 'two'] }),
        answer('taxonomy', '__proto__', { taxonomy: [['x', 'y']] }),
        answer('rating', 'stars', { rating: 4 }),
        region('r', 0, 1, ['claim', 'denial'], { text: 'a' }),
        { ...region('s', 2, 5, ['constructor']), meta: { text: ['hm'] } },
        { type: 'relation', from_id: 's', to_id: 'r', direction: 'bi' },
      ],
    })
    expect(document.marks.map(({ id, label, by, at }) => ({ id, label, by, at }))).toEqual([
      { id: 'r', label: 'claim', by: 'ada@example.org', at: Date.UTC(2024, 0, 2, 3, 4, 5) },
      { id: 'r (2)', label: 'denial', by: 'ada@example.org', at: Date.UTC(2024, 0, 2, 3, 4, 5) },
      { id: 's', label: 'constructor', by: 'ada@example.org', at: Date.UTC(2024, 0, 2, 3, 4, 5) },
    ])
    expect([...(document.marks[0]?.attributes ?? [])]).toEqual([
      ['mode', 'a; b'],
      ['constructor', 'one\ntwo'],
      ['__proto__', 'x / y'],
      ['stars', '4'],
    ])
    expect(document.relations.map(({ type, from, to }) => [type, from, to])).toEqual([
      ['denies', 's', 'r'],
      ['__proto__', 's', 'r'],
      ['relation', 's', 'r'],
      ['relation', 'r', 's'],
    ])
    expect(document.comments).toMatchObject([{ on: 's', body: 'hm', by: 'ada@example.org' }])
    expect(told(document)).toEqual({ refused: [], reported: [] })
  })

  it('keep guesses apart from work, and say what was not submitted', () => {
    const document = readTask(
      { completed_by: 4, was_cancelled: true, result: [region('r', 0, 1), region('s', 2, 3)] },
      {
        predictions: [
          { model_version: 'v2', score: 0.25, result: [region('r', 0, 1), { ...region('q', 2, 5), score: 0.75 }] },
        ],
        drafts: [{ result: [region('d', 0, 1)] }],
      },
    )
    expect(document.marks.map(({ by, score }) => [by, score])).toEqual([
      ['v2', 0.25],
      ['v2', 0.75],
    ])
    expect(told(document).reported).toEqual([
      '2 at /0/annotations/0: The annotation was cancelled.',
      '1 at /0/drafts/0: This is a draft, which its annotator has not submitted.',
    ])
  })

  it('are read as far as they are sound, and tell of the rest', () => {
    const document = readTask({
      result: [
        region('r', 0, 1),
        region('r', 2, 5),
        region('back', 5, 2),
        region('half', 0.5, 2),
        region('none', 0, 1, []),
        region('path', '/div[1]/text()[1]', '/div[1]/text()[1]', ['claim'], { text: 'nowhere' }),
        { id: 'box', type: 'rectanglelabels', value: { rectanglelabels: ['cat'] } },
        { type: 'relation', from_id: 'r', to_id: 'ghost', labels: ['denies'] },
        { id: 'whole', from_name: 'topic', type: 'choices', value: { choices: ['war'] } },
        7,
      ],
    })
    expect(document.marks).toHaveLength(1)
    expect(told(document)).toEqual({
      refused: [
        '1 at /0/annotations/0/result/1: Another region has the id “r” already.',
        '1 at /0/annotations/0/result/2: It ends at 2, before or where it starts, at 5.',
        '1 at /0/annotations/0/result/3: Its start is 0.5, which is no offset.',
        '1 at /0/annotations/0/result/4: The region has no label.',
        '1 at /0/annotations/0/result/5: The region is placed by the nodes of a page (“/div[1]/text()[1]”), and its words “nowhere” are not in the text.',
        '1 at /0/annotations/0/result/9: There is 7 where a result should be.',
        '1 at /0/annotations/0/result/6: Regions of the type “rectanglelabels” are none of a text.',
        '1 at /0/annotations/0/result/7: The relation has the end “ghost”, and there is no such region.',
      ],
      reported: [
        '1 at /0/annotations/0/result/8: “topic” is about no region with a label: here only marks have answers.',
      ],
    })
  })

  it('place regions of a page by their words, where these are there once', () => {
    const document = readTask({ result: [region('r', '/p', '/p', ['claim'], { text: 'said' })] })
    expect(meaningOf(document).marks).toEqual([JSON.stringify([null, 'claim', [[8, 12]], []])])
  })

  it('of before version 1.0 count UTF-16', () => {
    const old = JSON.stringify({
      data: { text: '👍 yes' },
      completions: [{ result: [region('r', 3, 6, ['claim'], { text: 'yes' })] }],
    })
    expect(meaningOf(only(read(labelStudioReader, old))).marks).toEqual([JSON.stringify([null, 'claim', [[3, 6]], []])])
  })

  it('of its smaller export are the regions of each annotator, without what it has left out', () => {
    const row = {
      body: '👍 yes, no',
      note: 'of the importer',
      id: 7,
      label: [
        { start: 2, end: 5, text: 'yes', labels: ['claim', 'new'] },
        { start: 7, end: 9, text: 'no', labels: ['denial'] },
      ],
      sure: [
        { start: 7, end: 9, choices: ['very'] },
        { start: 0, end: 1, choices: ['not'] },
      ],
      mood: 'Positive',
      annotator: 3,
      annotation_id: 1,
      created_at: '2024-01-02T00:00:00Z',
    }
    const min = JSON.stringify([
      row,
      { ...row, label: [{ start: 9, end: 2, labels: ['claim'] }], sure: [], annotator: 'b@c' },
    ])
    expect(labelStudioReader.fits({ name: 'min.json', text: min })).toBe(true)
    const found = only(read(labelStudioReader, min))
    expect(found).toMatchObject({ name: '7', text: '👍 yes, no', unit: 'code-points' })
    expect(
      found.marks.map(({ label, spans, quotes, by, attributes }) => [label, spans, quotes, by, [...attributes]]),
    ).toEqual([
      ['claim', [[2, 5]], ['yes'], '3', []],
      ['new', [[2, 5]], ['yes'], '3', []],
      ['denial', [[7, 9]], ['no'], '3', [['sure', 'very']]],
    ])
    expect(found.refused.map(({ where }) => where.path)).toEqual(['/1/label/0'])
    expect(found.reported.map(({ where }) => where.path)).toEqual(['/0/sure/1'])
  })

  it('are written with notes, gold, and the interface that they need', () => {
    const annotations = (['gold', 'ben'] as const).map((author) => ({
      id: `${author}.m`,
      author,
      kind: 'claim',
      spans: [[0, 1]] as [number, number][],
      attributes: { gloss: '<&">', verdict: null },
      at: Date.UTC(2024, 0, 2),
    }))
    const comments = [
      { id: 'ben.c', on: 'ben.m', body: 'mine', author: 'ben', at: 1 },
      { id: 'ada.c', on: 'ben.m', body: 'yours', author: 'ada', at: 2 },
    ]
    const { files, left } = labelStudioWriter.write(marked('a b', { annotations, comments }))
    const written = JSON.parse(files[0]?.text ?? '')
    expect(written.annotations).toMatchObject([
      {
        ground_truth: false,
        created_at: '2024-01-02T00:00:00.000Z',
        result: [{ meta: { text: ['mine'] } }, { type: 'textarea' }, { type: 'choices', value: { choices: [] } }],
      },
      { ground_truth: true },
    ])
    expect(written.data.annotators).toEqual(['ben', 'gold'])
    expect(left.map(({ count, what }) => `${count} ${what.split(':', 1)[0]}`)).toEqual([
      '2 times at which a mark was made',
      '1 comments',
    ])
    const [config] = labelStudioWriter.once?.(marked('a').labelSet) ?? []
    expect(config?.text).toContain('<Choices name="claim.verdict" toName="text" perRegion="true"')
    expect(config?.text).toContain('<Relation value="denies"/>')
  })
})

describe('doccano’s lines', () => {
  it('have no link with an end that is not there, and it is told', () => {
    const written = doccanoWriter.write(
      marked('Ada says no.', {
        annotations: [{ id: 'ada.m', kind: 'claim', spans: [[0, 3]], attributes: {}, author: 'ada', at: 1 }],
        relations: [{ id: 'ada.r', type: 'denies', from: 'ada.m', to: 'ada.gone', author: 'ada', at: 2 }],
      }),
    )
    expect(JSON.parse(written.files[0]?.text ?? '')).toMatchObject({ relations: [] })
    expect(written.left.map(lossInWords)).toContain('relation with an end that is not in the file')
  })

  it('may be called otherwise, have comments, and come as a file for each person', () => {
    const ada = '{"id":1,"sentence":"Ada was here","tags":[[0,3,"PER"]],"Comments":["hm"]}\n'
    const ben = '{"id":1,"sentence":"Ada was here","tags":[[4,7,"__proto__"],[4,7,"__proto__"]]}\n'
    const document = only(read(doccanoReader, { name: 'ada.jsonl', text: ada }, { name: 'out/ben.jsonl', text: ben }))
    expect(document.marks.map(({ by, label }) => [by, label])).toEqual([
      ['ada', 'PER'],
      ['ben', '__proto__'],
      ['ben', '__proto__'],
    ])
    expect(document.comments).toMatchObject([{ on: null, body: 'hm', by: 'ada' }])
  })

  it('are read as far as they are sound, and tell of the rest', () => {
    const line = {
      text: 'a b',
      entities: [
        { id: 1, start_offset: 0, end_offset: 1, label: 'x' },
        { id: 1, start_offset: 2, end_offset: 3, label: 'x' },
        { id: 2, start_offset: 3, end_offset: 3, label: 'x' },
        [0, '1', 'x'],
        [0, 1, {}],
        'politics',
      ],
      relations: [{ from_id: 1, to_id: 9, type: 't' }, null, { from_id: 1, to_id: 1 }],
      cats: ['news'],
    }
    expect(told(only(read(doccanoReader, JSON.stringify(line))))).toEqual({
      refused: [
        '1 at /entities/1: Another entity has the id “1” already.',
        '1 at /entities/2: It ends at 3, before or where it starts, at 3.',
        '1 at /entities/3: Its end is “1”, which is no offset.',
        '1 at /entities/4: Its label is an object, which is none.',
        '1 at /relations/0: Its end 9 is no entity of this text.',
        '1 at /relations/1: null is no relation.',
        '1 at /relations/2: Its type is nothing, which is none.',
      ],
      reported: [
        '1 at /entities/5: “politics” is a label of the whole text, and here only marks have some.',
        '1 at /cats/0: “news” is a label of the whole text, and here only marks have some.',
      ],
    })
  })

  it('refuse a text that no file can hold, with all about it', () => {
    const document = only(read(doccanoReader, '{"text":"ab\\ud800","label":[[0,1,"x"],[1,2,"x"]],"Comments":["c"]}'))
    expect(document).toMatchObject({ text: null, marks: [], comments: [] })
    expect(told(document).refused).toHaveLength(3)
    expect(told(document).refused[0]).toContain('half of a surrogate pair at 2')
  })
})

describe('Prodigy’s lines', () => {
  it('are taken where they were accepted, of several people on one text', () => {
    const span = { start: 0, end: 3, token_start: 0, token_end: 0, label: 'PER' }
    const line = (more: object) => `${JSON.stringify({ text: 'Ada was here', spans: [span], ...more })}\n`
    const document = only(
      read(
        prodigyReader,
        line({ answer: 'accept', _session_id: 'news-ada', _timestamp: 1.5 }) +
          line({ answer: 'reject', relations: [{}] }) +
          line({ answer: 'ignore' }) +
          line({ answer: 'accept', _session_id: 'news-ben' }),
      ),
    )
    expect(document.marks.map(({ by, at }) => [by, at])).toEqual([
      ['news-ada', 1500],
      ['news-ben', null],
    ])
    expect(told(document).reported).toEqual([
      '2 at 2: The answer is “reject”, and only what was accepted is taken.',
      '1 at 3: The answer is “ignore”, and only what was accepted is taken.',
    ])
  })

  it('name the ends of relations by spans or by their last tokens', () => {
    const spans = [
      { start: 0, end: 7, token_start: 0, token_end: 1, label: 'A' },
      { start: 8, end: 12, token_start: 2, token_end: 2, label: 'B' },
    ]
    const relations = [
      { head: 1, child: 2, label: 'x' },
      { head: 0, child: 0, head_span: spans[1], child_span: { ...spans[0], label: null }, label: 'y' },
      { head: 0, child: 2, label: 'z' },
      { head: 1, child: 2 },
    ]
    const document = only(read(prodigyReader, JSON.stringify({ text: 'Ada was here', spans, relations })))
    expect(document.relations.map(({ type, from, to }) => [type, from, to])).toEqual([
      ['x', '1', '2'],
      ['y', '2', '1'],
    ])
    expect(told(document).refused).toEqual([
      '1 at /relations/2: Its head, the token 0, is no end of a span.',
      '1 at /relations/3: Its label is nothing, which is none.',
    ])
  })

  it('have tokens that make the text, and begin and end with every mark', () => {
    fc.assert(
      fc.property(anyMarked, (annotated) => {
        for (const line of prodigyWriter.write(annotated).files[0]?.text.trimEnd().split('\n') ?? []) {
          const { text, tokens, spans } = JSON.parse(line)
          const points = [...text]
          expect(
            tokens.map((token: { text: string; ws: boolean }) => token.text + (token.ws ? ' ' : '')).join(''),
          ).toBe(text)
          for (const [i, { start, end, id, text: words }] of tokens.entries()) {
            expect(id).toBe(i)
            expect(points.slice(start, end).join('')).toBe(words)
          }
          for (const span of spans) {
            expect(tokens[span.token_start].start).toBe(span.start)
            expect(tokens[span.token_end].end).toBe(span.end)
          }
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('spaCy’s documents', () => {
  const tagged = (...tags: [string, string][]) => [{ tokens: tags.map(([orth, ner]) => ({ orth, ner })) }]
  const v2 = (sentences: object, raw?: string) =>
    JSON.stringify([{ id: 'd', paragraphs: [{ sentences, ...(raw !== undefined && { raw }) }] }])

  it('have groups of spans, which are whose marks they are', () => {
    const doc = {
      text: 'Ada 👍 was',
      ents: [{ start: 0, end: 3, label: 'PER' }],
      spans: { sc: [{ start: 4, end: 5, label: 'x' }], __proto__: [] },
    }
    const text = JSON.stringify(doc).replace('}]}', '}],"__proto__":[{"start":6,"end":9,"label":"constructor"}]}')
    expect(meaningOf(only(read(spacyReader, text))).marks).toEqual([
      JSON.stringify(['__proto__', 'constructor', [[7, 10]], []]),
      JSON.stringify([null, 'PER', [[0, 3]], []]),
      JSON.stringify([null, 'x', [[4, 6]], []]),
    ])
  })

  it('of version 2 stand in their raw text, or in the one that is given', () => {
    const words = tagged(['Ada', 'B-PER'], ['L', 'L-PER'], ['.', 'O'], ['Paris', 'U-LOC'])
    const expected = [JSON.stringify([null, 'LOC', [[8, 13]], []]), JSON.stringify([null, 'PER', [[0, 5]], []])]
    expect(meaningOf(only(read(spacyReader, v2(words, 'Ada L.\n\nParis')))).marks).toEqual(expected)
    const given = spacyReader.read([{ name: 'x.json', text: v2(words) }], {
      textOf: (name) => (name === 'd' ? 'Ada L.\n\nParis' : null),
    })
    expect(given.ok && meaningOf(only(given.documents)).marks).toEqual(expected)
  })

  it('of version 2 are read as far as their tags and words are sound', () => {
    const words = tagged(
      ['a', 'B-X'],
      ['b', 'O'],
      ['c', 'L-X'],
      ['d', 'Q-X'],
      ['e', 'U-Y'],
      ['f', 'B-X'],
      ['g', 'L-X'],
      ['h', 'U-X'],
    )
    const document = only(read(spacyReader, v2(words, 'a b c d e f WRONG')))
    expect(meaningOf(document).marks).toEqual([JSON.stringify([null, 'Y', [[8, 9]], []])])
    expect(told(document).refused).toEqual([
      '1 at /paragraphs/0/sentences/0/tokens/0: An entity “X” begins there that has no last token (L-).',
      '1 at /paragraphs/0/sentences/0/tokens/2: “L-X” goes on with what has not begun.',
      '1 at /paragraphs/0/sentences/0/tokens/3: “Q-X” is no tag of the scheme BILUO.',
      '1 at /paragraphs/0/sentences/0/tokens/5: The text does not go on with “g”, or not before it.',
      '1 at /paragraphs/0/sentences/0/tokens/7: The text does not go on with “h”, or not before it.',
    ])
  })
})

describe('JSON that is broken', () => {
  const problems: [text: string, line: number, column: number][] = [
    ['{"a": 1,}', 1, 9],
    ['{"a": 1', 1, 8],
    ['{\n  "a": tru\n}', 2, 8],
    ['[1, 2\n 3]', 2, 2],
    ['{"a\\x": 1}', 1, 4],
    ['[1] 2', 1, 5],
    ['{"a": "b\nc"}', 1, 9],
    ['{a: 1}', 1, 2],
    ['', 1, 1],
    ['\ufeff{"a"}', 1, 6],
    ['[01]', 1, 2],
  ]
  it.each(problems)('is told by its place: %j', (text, line, column) => {
    const reading = labelStudioReader.read([{ name: 'f.json', text }])
    expect(reading).toMatchObject({
      ok: false,
      problem: expect.stringContaining(`at line ${line}, column ${column}, `),
    })
  })

  it('is read to its end, however deep it goes', () => {
    const text = `${'['.repeat(1_000_000)}x`
    expect(labelStudioReader.read([{ name: 'f.json', text }])).toMatchObject({
      problem: expect.stringContaining('column 1000001'),
    })
  })
})
