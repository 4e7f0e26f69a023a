/** Articles with marks, for tests of formats: the sample with its reference annotation, and any that chance can think of. */
import { readFileSync } from 'node:fs'
import { type Annotation, annotationSchema } from '@attest/schema/annotation'
import { blocksOf, hashText } from '@attest/schema/article'
import type { Comment } from '@attest/schema/comment'
import type { AnnotatedArticle } from '@attest/schema/formats/attest-json'
import type { FoundDocument, FoundMark } from '@attest/schema/formats/format'
import { fittingUnits, unitOf, unitToTake } from '@attest/schema/formats/unit'
import { type LabelSet, labelSetSchema } from '@attest/schema/labelset'
import { type Relation, relationSchema } from '@attest/schema/relation'
import { emptyRecords } from '@attest/schema/room'
import type { Verdict } from '@attest/schema/verdict'
import fc from 'fast-check'
import labelSetJson from '../../seeds/label-set.json' with { type: 'json' }
import projectJson from '../../seeds/project.json' with { type: 'json' }
import referenceJson from '../../seeds/reference.json' with { type: 'json' }
import { anyText, graphemeBorders } from './hostile-text.ts'

export const labelSet: LabelSet = labelSetSchema.parse(labelSetJson)

const seedText = readFileSync(new URL('../../seeds/article.txt', import.meta.url), 'utf8')

export interface Marks {
  annotations?: readonly Annotation[]
  relations?: readonly Relation[]
  comments?: readonly Comment[]
  verdicts?: readonly Verdict[]
}

/** An article of this text, with these records by ada, ben, and whoever else they name. */
export function marked(
  text: string,
  marks: Marks = {},
  more: Partial<AnnotatedArticle['article']> = {},
): AnnotatedArticle {
  const records = emptyRecords()
  for (const one of marks.annotations ?? []) records.annotations.set(one.id, one)
  for (const one of marks.relations ?? []) records.relations.set(one.id, one)
  for (const one of marks.comments ?? []) records.comments.set(one.id, one)
  for (const one of marks.verdicts ?? []) records.verdicts.set(one.id, one)
  const authors = Object.values(records).flatMap((all: ReadonlyMap<string, { author: string }>) =>
    Array.from(all.values(), ({ author }) => author),
  )
  const people = [...new Set(['ada', 'ben', ...authors])].map((id) => ({
    id,
    name: id === 'ada' ? 'Ada L.' : id,
    role: null,
  }))
  return {
    article: {
      id: 'article',
      title: 'An article',
      language: 'en',
      direction: 'auto',
      text,
      sha256: hashText(text),
      blocks: blocksOf(text),
      inlines: [],
      ...more,
    },
    project: { id: 'project', name: 'Project', mode: 'open', peersJudge: true },
    labelSet,
    people,
    records,
  }
}

/** The sample article, with the reference annotation of it. */
export function seedArticle(): AnnotatedArticle {
  const annotations = annotationSchema.array().parse(referenceJson.annotations)
  const relations = relationSchema.array().parse(referenceJson.relations)
  const { title, language } = projectJson.article
  return marked(seedText, { annotations, relations }, { title, language })
}

/** The same article with so many marks all over its text, always the same ones. */
export function manySpread({ article }: AnnotatedArticle, count: number): AnnotatedArticle {
  const words = [...article.text.matchAll(/[\p{L}\p{N}]+/gu)]
  const annotations = Array.from({ length: count }, (_, i): Annotation => {
    const n = (i * 7919) % words.length
    const [first, last] = [words[n], words[Math.min(words.length - 1, n + ((i * 31) % 14))]]
    if (!first || !last) throw new Error('the text has no words')
    const author = i % 3 === 0 ? 'ben' : 'ada'
    const spans: [number, number][] = [[first.index, last.index + last[0].length]]
    return { id: `${author}.m${i}`, author, kind: claimKinds[i % 4] ?? '', spans, attributes: { gloss: `${i}` }, at: i }
  })
  const relations = annotations.slice(1, count / 4).map(({ id, author }, i): Relation => {
    return { id: `${author}.r${i}`, type: 'denies', from: id, to: annotations[i]?.id ?? '', author, at: i }
  })
  return marked(article.text, { annotations, relations }, article)
}

/** Labels and values as files have them that somebody wishes us ill with. */
const word = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    '<b>x</b>',
    '"\'`&',
    '👩‍🚀 e\u0301',
    'قال',
    '=1+1',
    ' a\tb\r\nc ',
    '\u2028',
  ),
  anyText.filter((text) => text.isWellFormed()).map((text) => text.slice(0, 40).toWellFormed()),
)

const claimKinds = ['claim', 'denial', 'attribution', 'citation'] as const

/** Any article that can be here: hostile text, marks that overlap and are in pieces, of several people, related, judged. */
export const anyMarked: fc.Arbitrary<AnnotatedArticle> = anyText
  .filter((text) => text.isWellFormed() && text !== '')
  .chain((text) => {
    const borders = [...graphemeBorders(text)].sort((a, b) => a - b)
    const spans = fc.uniqueArray(fc.nat(borders.length - 1), { minLength: 2, maxLength: 6 }).map((all) => {
      const ends = all.sort((a, b) => a - b).map((i) => borders[i] as number)
      return ends.flatMap((start, i): [number, number][] =>
        i % 2 === 0 && i + 1 < ends.length ? [[start, ends[i + 1] as number]] : [],
      )
    })
    const author = fc.constantFrom('ada', 'ben', 'gold')
    const mark = fc.record({
      author,
      kind: fc.constantFrom(...claimKinds),
      spans,
      attributes: fc.dictionary(fc.constantFrom('mode', 'source', 'gloss', 'constructor'), fc.option(word), {
        maxKeys: 3,
      }),
      at: fc.nat(2_000_000_000_000),
    })
    return fc
      .record({
        marks: fc.array(mark, { maxLength: borders.length > 1 ? 8 : 0 }),
        links: fc.array(fc.tuple(fc.nat(7), fc.nat(7), fc.constantFrom('denies', 'attributes', 'cites')), {
          maxLength: 6,
        }),
        talk: fc.array(fc.record({ on: fc.option(fc.nat(7)), body: word.filter((body) => body !== ''), author }), {
          maxLength: 4,
        }),
        verdicts: fc.array(fc.tuple(fc.nat(7), fc.constantFrom('accept', 'reject', 'unsure')), { maxLength: 4 }),
      })
      .map(({ marks, links, talk, verdicts }) => {
        const annotations = marks.map((one, i) => ({ ...one, id: `${one.author}.m${i}` }))
        const relations = links.flatMap(([a, b, type], i): Relation[] => {
          const [from, to] = [annotations[a], annotations[b]]
          return from && to && from !== to
            ? [{ id: `ben.r${i}`, type, from: from.id, to: to.id, author: 'ben', at: i }]
            : []
        })
        const comments = talk.map(({ on, body, author: by }, i) => ({
          id: `${by}.c${i}`,
          on: annotations[on ?? -1]?.id ?? ('article' as const),
          body,
          author: by,
          at: i,
        }))
        const judged = verdicts.flatMap(([i, decision], n): Verdict[] => {
          const on = annotations[i]?.id
          return on ? [{ id: `eve.v${n}`, on, decision, author: 'eve', at: n }] : []
        })
        return marked(text, { annotations, relations, comments, verdicts: judged })
      })
  })

/** The same records, put in the other way round. */
export function reversed(annotated: AnnotatedArticle): AnnotatedArticle {
  const turn = <T>(all: Map<string, T>) => new Map([...all].reverse())
  const { annotations, relations, comments, verdicts } = annotated.records
  return {
    ...annotated,
    people: annotated.people.toReversed(),
    records: {
      annotations: turn(annotations),
      relations: turn(relations),
      comments: turn(comments),
      verdicts: turn(verdicts),
    },
  }
}

/** What a file says of one text, by what it means: no ids, places in UTF-16, in no order. */
export interface Meaning {
  marks: string[]
  relations: string[]
}

/** Who has made the marks of which a file does not say whose they are, once they are here. */
const NOBODY = 'nobody'

/** The words of each mark are compared with the text they are said to stand in, by the unit of the document. */
export function meaningOf(document: FoundDocument, text = document.text ?? ''): Meaning {
  const unit = unitOf(text, unitToTake(fittingUnits(text, document.marks), document.unit))
  const sayOf = ({ label, spans, quotes, attributes, by }: FoundMark) => {
    const places = spans.map(([start, end], i) => {
      const [from, to] = [unit.toUtf16(start), unit.toUtf16(end)]
      if (from === null || to === null) throw new RangeError(`${start}–${end} is no span of ${JSON.stringify(text)}`)
      const quote = quotes[i]
      if (typeof quote === 'string' && quote !== text.slice(from, to))
        throw new RangeError(`${JSON.stringify(quote)} is not at ${start}–${end} of ${JSON.stringify(text)}`)
      return [from, to]
    })
    return JSON.stringify([by === NOBODY ? null : by, label, places, [...attributes].sort()])
  }
  const byId = new Map(document.marks.map((mark) => [mark.id, sayOf(mark)]))
  const end = (id: string) => {
    const found = byId.get(id)
    if (found === undefined) throw new RangeError(`there is no mark ${id}`)
    return found
  }
  return {
    marks: [...byId.values()].sort(),
    relations: document.relations.map(({ type, from, to }) => JSON.stringify([type, end(from), end(to)])).sort(),
  }
}

/** What was found, as an article: for a second time through its format. */
export function landed(document: FoundDocument, text = document.text ?? ''): AnnotatedArticle {
  const unit = unitOf(text, unitToTake(fittingUnits(text, document.marks), document.unit))
  const people = [...new Set(document.marks.map(({ by }) => by))]
  const personOf = (by: string | null) => `p${people.indexOf(by)}`
  const idOf = new Map(document.marks.map(({ id, by }, i) => [id, `${personOf(by)}.m${i}`]))
  const annotations = document.marks.map(
    ({ id, label, spans, attributes, by }): Annotation => ({
      id: idOf.get(id) ?? '',
      kind: label,
      spans: spans.map(([start, end]): [number, number] => [unit.toUtf16(start) ?? -1, unit.toUtf16(end) ?? -1]),
      attributes: Object.fromEntries(attributes),
      author: personOf(by),
      at: 0,
    }),
  )
  const relations = document.relations.map(({ type, from, to }, i): Relation => {
    const id = idOf.get(from) ?? ''
    const author = id.slice(0, id.indexOf('.'))
    return { id: `${author}.r${i}`, type, from: id, to: idOf.get(to) ?? '', author, at: 0 }
  })
  const article = marked(text, { annotations, relations })
  return { ...article, people: people.map((by) => ({ id: personOf(by), name: by ?? NOBODY, role: null })) }
}
