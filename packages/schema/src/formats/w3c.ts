/**
 * W3C Web Annotation (https://www.w3.org/TR/annotation-model/, Recommendation of 23 February 2017): a collection with one
 * page of annotations. Positions count code points (section 4.2.5), each with its quote and what stands around it (4.2.4).
 *
 * Marks classify; what the model has no word for is said with its own: relations link two annotations, verdicts assess one,
 * comments and replies are annotations of what they are about. Attributes are bodies that describe, with their name in a
 * vocabulary of ours, as the model allows (section 6.1 of the vocabulary), and so do comments say whom they mention and
 * that they flag a gap. The text itself has no place: each target says
 * by a hash which text it is about.
 */
import { type Annotation, sortInTextOrder } from '../annotation.ts'
import type { Comment } from '../comment.ts'
import { order } from '../order.ts'
import type { Relation } from '../relation.ts'
import type { Verdict } from '../verdict.ts'
import type { AnnotatedArticle } from './attest-json.ts'
import type { Reader, Writer } from './format.ts'
import { isoOf } from './pieces.ts'
import { type Unit, unitOf } from './unit.ts'
import { readW3c } from './w3c-read.ts'
import { ANNO, iris, TERMS } from './w3c-terms.ts'

export const w3cWriter: Writer = {
  name: 'w3c',
  label: 'W3C Web Annotation',
  extension: '.jsonld',
  mediaType: 'application/ld+json',
  write(annotated) {
    const { article } = annotated
    const items = itemsOf(annotated)
    const collection = `${iris.article}${article.id}:annotations`
    return {
      files: [
        {
          name: `${article.id}.jsonld`,
          text: `${JSON.stringify(
            {
              '@context': [ANNO, TERMS],
              id: collection,
              type: 'AnnotationCollection',
              label: article.title,
              total: items.length,
              first: { id: `${collection}:1`, type: 'AnnotationPage', startIndex: 0, items },
            },
            null,
            2,
          )}\n`,
        },
      ],
      left: [],
    }
  },
}

export const w3cReader: Reader = {
  name: 'w3c',
  read: readW3c,
  fits: ({ name, text }) =>
    text.slice(0, 5000).includes(ANNO) ||
    (/\.json(?:ld)?$/.test(name) && /"(?:TextQuoteSelector|TextPositionSelector)"/.test(text.slice(0, 5000))),
}

function itemsOf({ article, people, records }: AnnotatedArticle): object[] {
  const names = new Map(people.map(({ id, name }) => [id, name]))
  const personOf = (id: string) => ({ id: `${iris.person}${id}`, type: 'Person', name: names.get(id) ?? id })
  const made = ({ id, author, at }: { id: string; author: string; at: number }, motivation: string) => ({
    id: `${iris.record}${id}`,
    type: 'Annotation',
    motivation,
    creator: personOf(author),
    ...(isoOf(at) !== null && { created: isoOf(at) }),
  })
  const selectorsOf = selecting(article.text, unitOf(article.text, 'code-points'))
  // A hash as an address (RFC 6920, section 7).
  const about = {
    source: article.source?.url ?? `${iris.article}${article.id}`,
    state: { id: `nih:sha-256;${article.sha256}` },
  }
  const place = (span: readonly [number, number]) => ({ ...about, selector: selectorsOf(span) })
  const all = <R extends { id: string }>(records: ReadonlyMap<string, R>) =>
    [...records.values()].sort((a, b) => order(a.id, b.id))
  const itemOf = {
    mark: (mark: Annotation) => ({
      ...made(mark, 'classifying'),
      body: [textual('classifying', mark.kind), ...attributesOf(mark.attributes)],
      target: oneOrAll(mark.spans.map(place)),
    }),
    relation: (relation: Relation) => ({
      ...made(relation, 'linking'),
      body: [`${iris.record}${relation.to}`, textual('tagging', relation.type)],
      target: `${iris.record}${relation.from}`,
    }),
    comment(comment: Comment) {
      if ('thread' in comment)
        return {
          ...made(comment, 'moderating'),
          body: textual('moderating', comment.state),
          target: `${iris.record}${comment.thread}`,
        }
      const { on, replyTo, body, since, editedAt, mentions, gap } = comment
      const modified = editedAt === undefined ? null : isoOf(editedAt)
      return {
        ...made({ ...comment, at: since ?? comment.at }, replyTo === undefined ? 'commenting' : 'replying'),
        ...(modified !== null && { modified }),
        body: {
          ...textual(replyTo === undefined ? 'commenting' : 'replying', body),
          format: 'text/plain',
          ...(mentions && { 'attest:mentions': mentions.map(personOf) }),
          ...(gap && { 'attest:isGap': true }),
        },
        target: replyTo !== undefined ? `${iris.record}${replyTo}` : on === 'article' ? about : `${iris.record}${on}`,
      }
    },
    verdict: (verdict: Verdict) => ({
      ...made(verdict, 'assessing'),
      body: [
        textual('assessing', verdict.decision),
        ...(verdict.of === undefined
          ? []
          : [{ type: 'SpecificResource', purpose: 'linking', source: `${iris.record}${verdict.of}` }]),
        ...(verdict.fix?.kind === undefined ? [] : [textual('classifying', verdict.fix.kind)]),
        ...attributesOf(verdict.fix?.attributes ?? {}),
        ...(verdict.fix?.spans ?? []).map((span) => ({ type: 'SpecificResource', purpose: 'editing', ...place(span) })),
        ...(verdict.note === undefined ? [] : [textual('commenting', verdict.note)]),
      ],
      target: `${iris.record}${verdict.on}`,
    }),
  }
  return [
    ...sortInTextOrder(records.annotations.values()).map(itemOf.mark),
    ...all(records.relations).map(itemOf.relation),
    ...all(records.comments).map(itemOf.comment),
    ...all(records.verdicts).map(itemOf.verdict),
  ]
}

function textual(purpose: string, value: string) {
  return { type: 'TextualBody', purpose, value }
}

/** The model wants a value; where there is none, it is empty and says so. */
function attributesOf(attributes: Annotation['attributes']): object[] {
  return Object.entries(attributes)
    .sort(([a], [b]) => order(a, b))
    .map(([name, value]) => ({
      ...textual('describing', value ?? ''),
      'attest:attribute': name,
      ...(value === null && { 'attest:isNone': true }),
    }))
}

/** A list of one thing is that thing, as people write it. */
function oneOrAll<T>(all: T[]): T | T[] {
  const [only] = all
  return only !== undefined && all.length === 1 ? only : all
}

const AROUND = 32

function selecting(text: string, { fromUtf16 }: Unit) {
  return ([start, end]: readonly [number, number]) => [
    {
      type: 'TextQuoteSelector',
      exact: text.slice(start, end),
      prefix: whole(text.slice(Math.max(0, start - AROUND), start)),
      suffix: whole(text.slice(end, end + AROUND)),
    },
    { type: 'TextPositionSelector', start: fromUtf16(start), end: fromUtf16(end) },
  ]
}

/** Without half a surrogate pair at an end. */
function whole(words: string): string {
  return words.replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '')
}
