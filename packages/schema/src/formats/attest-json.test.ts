import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, it } from 'vitest'
import * as z from 'zod'
import { blocksOf, hashText } from '../article.ts'
import { emptyRecords } from '../room.ts'
import { type AnnotatedArticle, attestJsonSchema, readAttestJson, writeAttestJson } from './attest-json.ts'

const published = `${JSON.stringify(
  {
    title: 'An annotated article, as Attest exports it (attest-json, version 1, or 2 with a history)',
    description:
      'Offsets count UTF-16 code units of article.text; spans are [start, end), end not included. What a schema cannot ' +
      'say, such as that quotes are the words under their spans, the reader of Attest checks as well.',
    ...z.toJSONSchema(attestJsonSchema, { target: 'draft-2020-12' }),
  },
  null,
  2,
)}\n`

const text = 'Ada says “no 👩‍🚀 was there”\nZażółć gęślą jaźń\r\n\nالخبر كاذب'

function annotated(): AnnotatedArticle {
  const records = emptyRecords()
  const claim = {
    id: 'ada.m1',
    kind: 'claim',
    spans: [[10, 28]] as [number, number][],
    attributes: { worth: null },
    author: 'ada',
    at: 5,
  }
  records.annotations.set(claim.id, claim)
  records.annotations.set('ben.m1', {
    ...claim,
    id: 'ben.m1',
    author: 'ben',
    spans: [
      [0, 3],
      [30, 36],
    ],
    attributes: {},
  })
  records.relations.set('ben.r1', { id: 'ben.r1', type: 'denies', from: 'ben.m1', to: 'ada.m1', author: 'ben', at: 6 })
  records.comments.set('ada.c1', { id: 'ada.c1', on: 'article', body: 'hm', author: 'ada', at: 7 })
  records.comments.set('ben.c1', { id: 'ben.c1', thread: 'ada.c1', state: 'resolved', author: 'ben', at: 8 })
  records.verdicts.set('ben.v1', { id: 'ben.v1', on: 'ada.m1', decision: 'accept', note: 'yes', author: 'ben', at: 9 })
  return {
    article: {
      id: 'article',
      title: 'Ada says',
      language: 'en',
      direction: 'auto',
      text,
      sha256: hashText(text),
      blocks: blocksOf(text),
      inlines: [{ type: 'bold', start: 0, end: 3 }],
      source: {
        outlet: 'The Paper',
        published: '2015-10-01',
        url: 'https://example.org/a',
        fileName: 'a.html',
        encoding: 'windows-1252',
      },
    },
    project: { id: 'project', name: 'Project', mode: 'open', peersJudge: true },
    labelSet: {
      id: 'labels',
      version: 1,
      name: 'Labels',
      kinds: [
        {
          id: 'claim',
          label: 'Claim',
          key: '1',
          pattern: 'solid',
          color: { light: '#000000', dark: '#ffffff' },
          guideline: '',
          attributes: [{ id: 'worth', label: 'Worth', type: 'enum', values: ['high'] }],
        },
      ],
      relations: [{ id: 'denies', label: 'denies', from: ['claim'], to: ['claim'], guideline: '' }],
    },
    people: [
      { id: 'ben', name: 'Ben', role: 'annotator' },
      { id: 'ada', name: 'Ada', role: null },
    ],
    records,
  }
}

it('reads a file from before articles said where they come from, and does not add it', () => {
  const { source: _, ...article } = annotated().article
  const old = JSON.parse(JSON.stringify(writeAttestJson({ ...annotated(), article })))
  expect('source' in old.article).toBe(false)
  const reading = readAttestJson(old)
  if (!reading.ok) throw new Error(reading.problem)
  expect(reading.value.article).toEqual(article)
  expect(JSON.parse(JSON.stringify(writeAttestJson(reading.value)))).toEqual(old)
})

it('refuses words that only JSON can spell', () => {
  const file = JSON.parse(JSON.stringify(writeAttestJson(annotated())))
  file.annotations[0].attributes.worth = 'half \ud83d'
  expect(readAttestJson(file)).toEqual({
    ok: false,
    problem: 'annotations.0.attributes.worth: has half of a surrogate pair, which no UTF-8 file can hold.',
  })
})

it('publishes the schema that it reads by (`vitest -u` writes it anew)', async () => {
  await expect(published).toMatchFileSnapshot('../../attest-json.schema.json')
})

it('writes what its published schema describes, and the schema refuses what it does not describe', () => {
  const validate = new Ajv2020().compile(JSON.parse(published))
  const file = JSON.parse(JSON.stringify(writeAttestJson(annotated())))
  expect(validate(file), JSON.stringify(validate.errors)).toBe(true)
  for (const odd of [
    { ...file, version: 3 },
    { ...file, extra: true },
    { ...file, annotations: [{ ...file.annotations[0], spans: [[1]] }] },
    { ...file, people: [{ id: 'a.b', name: 'A', role: null }] },
  ])
    expect(validate(odd)).toBe(false)
})

it('gives back what was written, and writes it the same again', () => {
  const given = annotated()
  const file = JSON.parse(JSON.stringify(writeAttestJson(given)))
  const reading = readAttestJson(file)
  if (!reading.ok) throw new Error(reading.problem)
  expect(reading.value.records).toEqual(given.records)
  expect(writeAttestJson(reading.value)).toEqual(file)
  expect(file.outcomes).toEqual([
    { on: 'ben.m1', outcome: 'open' },
    { on: 'ada.m1', outcome: 'accepted' },
  ])
})

it('writes the same bytes in whatever order the records came', () => {
  const given = annotated()
  const turned = annotated()
  for (const root of ['annotations', 'relations', 'comments', 'verdicts'] as const) {
    const entries = [...turned.records[root]].reverse()
    turned.records[root].clear()
    // The entries are of this very map; the union of the four hides that.
    for (const [id, record] of entries) (turned.records[root] as Map<string, unknown>).set(id, record)
  }
  turned.people = turned.people.toReversed()
  expect(JSON.stringify(writeAttestJson(turned))).toBe(JSON.stringify(writeAttestJson(given)))
})

it('has the history where it is given, in a version of its own', () => {
  const act = {
    number: 2,
    turn: 1,
    at: 5,
    person: 'ada',
    root: 'annotations',
    id: 'ada.m1',
    type: 'put',
    before: null,
    after: { kind: 'claim' },
    isLast: true,
  } as const
  const given = { ...annotated(), history: [act, { ...act, number: 1, isLast: false }] }
  const file = JSON.parse(JSON.stringify(writeAttestJson(given)))
  expect(file).toMatchObject({ version: 2, history: [{ number: 1 }, { number: 2 }] })
  expect(new Ajv2020().compile(JSON.parse(published))(file)).toBe(true)
  expect(readAttestJson(file)).toMatchObject({ ok: true, value: { history: given.history.toReversed() } })
  expect(readAttestJson({ ...file, version: 1 })).toMatchObject({ ok: false })
  expect(writeAttestJson(annotated())).toMatchObject({ version: 1 })
})

it('writes attributes in one order, however they were filled in', () => {
  const given = annotated()
  const mark = given.records.annotations.get('ada.m1')
  const written = [
    { worth: null, gloss: 'x' },
    { gloss: 'x', worth: null },
  ].map((attributes) => {
    if (mark) given.records.annotations.set(mark.id, { ...mark, attributes })
    return JSON.stringify(writeAttestJson(given))
  })
  expect(written[0]).toBe(written[1])
})
