/** Small annotated articles with all that is hard about them, and what a reader should find in a file of one. */
import type { Annotation } from '@attest/schema/annotation'
import { blocksOf, hashText } from '@attest/schema/article'
import type { AnnotatedArticle } from '@attest/schema/formats/attest-json'
import type { FoundDocument, FoundMark, TextFile } from '@attest/schema/formats/format'
import type { LabelSet } from '@attest/schema/labelset'
import { emptyRecords } from '@attest/schema/room'
import fc from 'fast-check'
import { anyText, graphemeBorders } from '../support/hostile-text.ts'

/** Two attributes have the names of features that are taken, and some names cannot be features as they are. */
export const kinds = ['claim', 'has-part', 'a_b', 'constructor']
const attributes = ['label', 'begin', 'piece', 'check-worthiness', 'value', 'constructor']
const relationTypes = ['denies', 'said-by']

export const labelSet: LabelSet = {
  id: 'labels',
  version: 1,
  name: 'Labels <&>',
  kinds: kinds.map((id, i) => ({
    id,
    label: id,
    key: String(i + 1),
    pattern: 'solid',
    color: { light: '#000000', dark: '#ffffff' },
    guideline: '',
    attributes: attributes.map((attribute) => ({ id: attribute, label: attribute, type: 'text' })),
  })),
  relations: relationTypes.map((id) => ({ id, label: id, from: kinds, to: kinds, guideline: '' })),
}

const people = [
  { id: 'ada', name: 'Ada “A” <b>|[1]\\', role: 'annotator' as const },
  { id: 'ben', name: 'Ben', role: null },
  { id: 'ben2', name: 'Ben', role: null },
]

export function articleOf(text: string, marks: readonly Annotation[]): AnnotatedArticle {
  const records = emptyRecords()
  for (const mark of marks) records.annotations.set(mark.id, mark)
  return {
    article: {
      id: 'article',
      title: 'Title & more',
      language: 'en',
      direction: 'auto',
      text,
      sha256: hashText(text),
      blocks: blocksOf(text),
      inlines: [],
    },
    project: { id: 'project', name: 'Project', mode: 'open', peersJudge: true },
    labelSet,
    people,
    records,
  }
}

const value = fc.oneof(
  fc.constantFrom(null, '', '_', '*', '\\', 'a|b[1];c->d\\', 'tab\tfeed\nreturn\r', ']]>&lt;"\''),
  anyText.filter((text) => text.isWellFormed()),
)

const author = fc.constantFrom(...people.map(({ id }) => id))

function anyMarks(text: string): fc.Arbitrary<Annotation[]> {
  const borders = [...graphemeBorders(text)].sort((a, b) => a - b)
  const spans = fc
    .uniqueArray(fc.nat(borders.length - 1), { minLength: 2, maxLength: 6 })
    .map((picked) => picked.sort((a, b) => a - b).map((i) => borders[i] as number))
    .map((ends) =>
      Array.from({ length: Math.floor(ends.length / 2) }, (_, i): [number, number] => [
        ends[2 * i] as number,
        ends[2 * i + 1] as number,
      ]),
    )
  const mark = fc.record({
    author,
    kind: fc.constantFrom(...kinds),
    spans: fc.oneof({ weight: 2, arbitrary: spans.map((all) => all.slice(0, 1)) }, { weight: 1, arbitrary: spans }),
    attributes: fc.dictionary(fc.constantFrom(...attributes), value, { noNullPrototype: true }),
    at: fc.constantFrom(0, 5, 1_700_000_000_123, 8.64e15),
  })
  return fc.array(mark, { maxLength: 6 }).map((all) => all.map((one, i) => ({ ...one, id: `${one.author}.m${i}` })))
}

/** Texts that an article can have: not empty, and no half of a surrogate pair. */
export const anyArticleText = anyText.filter((text) => text !== '' && text.isWellFormed())

export const anyArticle: fc.Arbitrary<AnnotatedArticle> = anyArticleText.chain((text) =>
  anyMarks(text).chain((marks) => {
    const annotated = articleOf(text, marks)
    const ends = fc.tuple(fc.nat(5), fc.nat(5), fc.constantFrom(...relationTypes), author)
    return fc.array(ends, { maxLength: 4 }).map((all) => {
      for (const [i, [from, to, type, by]] of all.entries()) {
        const [a, b] = [marks[from], marks[to]]
        const id = `${by}.r${i}`
        if (a && b && a !== b)
          annotated.records.relations.set(id, { id, type, from: a.id, to: b.id, author: by, at: 7 })
      }
      return annotated
    })
  }),
)

const names: Record<string, string> = { ada: people[0]?.name ?? '', ben: 'Ben (ben)', ben2: 'Ben (ben2)' }

/** What there is to find of an article, in a form that can be compared. */
export function contentOf({ records }: AnnotatedArticle) {
  const wearers = new Set([...records.annotations.values(), ...records.relations.values()].map((one) => one.author))
  const nameOf = (id: string) => (id !== 'ada' && !(wearers.has('ben') && wearers.has('ben2')) ? 'Ben' : names[id])
  return {
    marks: sorted(
      Array.from(records.annotations.values(), (mark) => ({
        id: mark.id,
        label: mark.kind,
        spans: mark.spans,
        attributes: sorted(Object.entries(mark.attributes)),
        by: nameOf(mark.author),
        at: mark.at,
      })),
    ),
    relations: sorted(
      Array.from(records.relations.values(), ({ id, type, from, to, author: by, at }) => [
        id,
        type,
        from,
        to,
        nameOf(by),
        at,
      ]),
    ),
  }
}

export function foundIn({ marks, relations }: FoundDocument) {
  return {
    marks: sorted(
      marks.map(({ id, label, spans, attributes, by, at }) => ({
        id,
        label,
        spans,
        attributes: sorted([...attributes]),
        by,
        at,
      })),
    ),
    relations: sorted(relations.map(({ id, type, from, to, by, at }) => [id, type, from, to, by, at])),
  }
}

function sorted<T>(all: T[]): T[] {
  return all.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

/** The article turned around: the same records, come about in another order. */
export function turned(annotated: AnnotatedArticle): AnnotatedArticle {
  const records = emptyRecords()
  for (const mark of [...annotated.records.annotations.values()].reverse()) {
    const entries = Object.entries(mark.attributes).reverse()
    records.annotations.set(mark.id, { ...mark, attributes: Object.fromEntries(entries) })
  }
  for (const one of [...annotated.records.relations.values()].reverse()) records.relations.set(one.id, one)
  return { ...annotated, people: annotated.people.toReversed(), records }
}

/** The article with the records that were found in a file of it. */
export function readBack(annotated: AnnotatedArticle, { text, marks, relations }: FoundDocument): AnnotatedArticle {
  const authorOf = (id: string) => id.slice(0, id.indexOf('.'))
  const again = articleOf(
    text ?? '',
    marks.map(({ id, label, spans, attributes: given, at }) => ({
      id,
      kind: label,
      spans: spans.map(([start, end]): [number, number] => [start, end]),
      attributes: Object.fromEntries(given),
      author: authorOf(id),
      at: at ?? 0,
    })),
  )
  for (const { id, type, from, to, at } of relations)
    again.records.relations.set(id, { id, type, from, to, author: authorOf(id), at: at ?? 0 })
  return { ...annotated, article: again.article, records: again.records }
}

/**
 * An article of what was found: labels, attributes and relation types by their number, as our names are stricter. With what
 * these numbers stand for, so that a second reading can be compared with the first.
 */
export function taken(
  document: FoundDocument,
  text = document.text ?? '',
): { annotated: AnnotatedArticle; meant: FoundDocument } {
  const terms = new Map<string, string>()
  const term = (prefix: string, name: string) => {
    const key = `${prefix} ${name}`
    const known = terms.get(key) ?? `${prefix}${terms.size}`
    terms.set(key, known)
    return known
  }
  const marks = document.marks.filter(({ spans }) => spans.every(([start, end]) => start < end))
  const ids = new Map(marks.map(({ id }, i) => [id, `ada.m${i}`]))
  const mapped = marks.map(
    (mark): FoundMark => ({
      ...mark,
      id: ids.get(mark.id) ?? '',
      label: term('k', mark.label),
      attributes: new Map(Array.from(mark.attributes, ([name, said]) => [term('a', name), said])),
      by: people[0]?.name ?? '',
      at: 1,
    }),
  )
  const relations = document.relations.map((relation, i) => ({
    ...relation,
    id: `ada.r${i}`,
    type: term('t', relation.type),
    from: ids.get(relation.from) ?? '',
    to: ids.get(relation.to) ?? '',
    by: people[0]?.name ?? '',
    at: 1,
  }))
  const annotated = articleOf(
    text,
    mapped.map(({ id, label, spans, attributes: given }) => ({
      id,
      kind: label,
      spans: spans.map(([start, end]): [number, number] => [start, end]),
      attributes: Object.fromEntries(given),
      author: 'ada',
      at: 1,
    })),
  )
  for (const { id, type, from, to } of relations)
    annotated.records.relations.set(id, { id, type, from, to, author: 'ada', at: 1 })
  const [kind] = labelSet.kinds
  if (!kind) throw new Error('no kind')
  const used = [...terms.values()].filter((name) => name.startsWith('a'))
  annotated.labelSet = {
    ...labelSet,
    kinds: [{ ...kind, attributes: used.map((id) => ({ id, label: id, type: 'text' as const })) }],
  }
  return { annotated, meant: { ...document, marks: mapped, relations } }
}

export function fileOf(name: string, text: string): TextFile {
  return { name, text }
}
