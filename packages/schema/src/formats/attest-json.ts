/**
 * Attest's own interchange format: lossless, versioned, and the same bytes for the same content, so that two exports
 * can be compared. It carries the text with its hash, the unit of its offsets, and the quote under each span, so that a
 * reader in any language can check what it read. Reading it back gives the same records.
 */
import * as z from 'zod'
import { type Annotation, type Attributes, annotationSchema, inTextOrder } from '../annotation.ts'
import { type ArticleContent, articleContentSchema, entityId, flawOf } from '../article.ts'
import { commentSchema } from '../comment.ts'
import { type Act, actSchema } from '../history.ts'
import { type LabelSet, labelSetSchema } from '../labelset.ts'
import { order } from '../order.ts'
import { outcomes, rulingsOf } from '../outcome.ts'
import { authorOf, personId, recordId } from '../record.ts'
import { relationSchema } from '../relation.ts'
import { roleSchema } from '../roles.ts'
import { emptyRecords, type Records } from '../room.ts'
import { misfit, quotesOf } from '../span.ts'
import { type Verdict, verdictSchema } from '../verdict.ts'
import { judgingOf } from './pieces.ts'

export const FORMAT = 'attest-json'
/**
 * A file that has no history is of version 1, and so a program that knows no more reads it; one that has it is of version
 * 2, which that program refuses with a sentence that says so, rather than as a field it does not know.
 */
export const VERSION = 1
export const VERSION_WITH_HISTORY = 2

const personSchema = z.strictObject({
  id: personId,
  name: z.string().min(1).max(240),
  /** Null for somebody who wrote here and is not, or no longer, a member of the project. */
  role: roleSchema.nullable(),
})

export const attestJsonSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal([VERSION, VERSION_WITH_HISTORY]),
  /** All offsets in this file count UTF-16 code units of `article.text`; spans are [start, end), end not included. */
  offsetUnit: z.literal('utf16'),
  article: articleContentSchema.extend({ id: entityId }),
  project: z.strictObject({
    id: entityId,
    name: z.string().min(1).max(120),
    mode: z.enum(['open', 'blind']),
    peersJudge: z.boolean(),
  }),
  labelSet: labelSetSchema,
  people: z.array(personSchema),
  annotations: z.array(
    annotationSchema.extend({
      /** The words under each span. */
      quotes: z.array(z.string()),
    }),
  ),
  relations: z.array(relationSchema),
  comments: z.array(commentSchema),
  verdicts: z.array(verdictSchema),
  /** What the verdicts add up to, one for each annotation, in the same order; computed, so ignored when read. */
  outcomes: z.array(z.strictObject({ on: recordId, outcome: z.enum(outcomes) })),
  /** In version 2: what was done to these records, by whom and when, the oldest first. */
  history: z.array(actSchema).optional(),
})

export type AttestJson = z.infer<typeof attestJsonSchema>

export interface AnnotatedArticle {
  article: ArticleContent & { id: string }
  project: AttestJson['project']
  labelSet: LabelSet
  people: AttestJson['people']
  records: Records
  /** Where it is wanted. */
  history?: readonly Act[]
}

/** The file for these records. People who wrote nothing and are not members are left out by the caller. */
export function writeAttestJson(annotated: AnnotatedArticle): AttestJson {
  const { article, project, labelSet, people, records, history } = annotated
  const rulings = rulingsOf(records, judgingOf(annotated))
  const annotations = [...records.annotations.values()].sort(inTextOrder)
  return {
    format: FORMAT,
    version: history ? VERSION_WITH_HISTORY : VERSION,
    offsetUnit: 'utf16',
    article,
    project,
    labelSet,
    people: people.toSorted(byId),
    annotations: annotations.map((annotation) => ({
      ...annotation,
      attributes: inOrder(annotation.attributes),
      quotes: quotesOf(article.text, annotation.spans),
    })),
    relations: [...records.relations.values()].sort(byId),
    comments: [...records.comments.values()].sort(byId),
    verdicts: [...records.verdicts.values()].sort(byId).map(withFixInOrder),
    outcomes: annotations.map(({ id }) => ({ on: id, outcome: rulings.get(id)?.outcome ?? 'open' })),
    ...(history && { history: history.toSorted((a, b) => a.number - b.number) }),
  }
}

/** Attributes come in the order in which each writer filled them in. */
function inOrder(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => order(a, b)))
}

function withFixInOrder(verdict: Verdict): Verdict {
  const attributes = verdict.fix?.attributes
  return attributes ? { ...verdict, fix: { ...verdict.fix, attributes: inOrder(attributes) } } : verdict
}

export type Reading = { ok: true; value: AnnotatedArticle } | { ok: false; problem: string }

/** Reads a file that may be anything at all. A refusal says, for a person, what is wrong and where; nothing is half read. */
export function readAttestJson(input: unknown): Reading {
  const head = z.object({ format: z.literal(FORMAT), version: z.int() }).safeParse(input)
  if (!head.success) return refuse('This is not an annotated article of Attest (its "format" is not "attest-json").')
  if (head.data.version > VERSION_WITH_HISTORY)
    return refuse(
      `This file is of version ${head.data.version}; this Attest reads up to version ${VERSION_WITH_HISTORY}. Please update Attest.`,
    )
  const parsed = attestJsonSchema.safeParse(input)
  if (!parsed.success) return refuse(describe(parsed.error))
  const { version, article, project, labelSet, people, annotations, relations, comments, verdicts, history } =
    parsed.data
  if ((history !== undefined) !== (version === VERSION_WITH_HISTORY))
    return refuse(`A file has a history where it is of version ${VERSION_WITH_HISTORY}, and else none.`)
  const flaw = flawOf(article)
  if (flaw) return refuse(flaw)
  const half = halfIn(parsed.data)
  if (half) return refuse(`${half}: has half of a surrogate pair, which no UTF-8 file can hold.`)
  const records = emptyRecords()
  for (const { quotes, ...annotation } of annotations) {
    const problem = misplaced(annotation, quotes, article.text)
    if (problem) return refuse(problem)
    records.annotations.set(annotation.id, annotation)
  }
  for (const relation of relations) records.relations.set(relation.id, relation)
  for (const comment of comments) records.comments.set(comment.id, comment)
  for (const verdict of verdicts) records.verdicts.set(verdict.id, verdict)
  const known = new Set(people.map((person) => person.id))
  for (const [root, given] of [
    ['annotations', annotations],
    ['relations', relations],
    ['comments', comments],
    ['verdicts', verdicts],
  ] as const) {
    if (records[root].size !== given.length) return refuse(`Two ${root} have the same id.`)
    for (const record of given) {
      if (authorOf(record.id) !== record.author)
        return refuse(`The id ${record.id} does not name its author ${record.author}.`)
      if (!known.has(record.author))
        return refuse(`${record.author}, who wrote ${record.id}, is not among the people of this file.`)
    }
  }
  if (known.size !== people.length) return refuse('Two people have the same id.')
  return { ok: true, value: { article, project, labelSet, people, records, ...(history && { history }) } }
}

function misplaced(annotation: Annotation, quotes: string[], text: string): string | null {
  const { id, spans } = annotation
  const where = spans.map(([start, end]) => `${start}–${end}`).join(', ')
  const wrong = misfit(text, spans)
  if (wrong === 'out-of-range')
    return `The mark ${id} at ${where} lies outside the text, which has ${text.length} UTF-16 code units.`
  if (wrong === 'cuts-character') return `The mark ${id} at ${where} cuts through a character.`
  const there = quotesOf(text, spans)
  const odd = there.findIndex((quote, i) => quote !== quotes[i])
  if (odd >= 0 || quotes.length !== there.length)
    return `The mark ${id} at ${where} says “${shorten(quotes[Math.max(0, odd)] ?? '')}”, but the text there is “${shorten(there[Math.max(0, odd)] ?? '')}”.`
  return null
}

function shorten(quote: string): string {
  return quote.length > 60 ? `${quote.slice(0, 59).toWellFormed()}…` : quote
}

function describe(error: z.ZodError): string {
  const [issue] = error.issues
  const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : ''
  return `${issue?.path.join('.') || 'The file'}: ${issue?.message ?? 'is not as it should be'}${more}.`
}

function refuse(problem: string): Reading {
  return { ok: false, problem: problem.toWellFormed() }
}

/** Where words are that cannot be stored as they are: JSON can spell them, and nothing else can. */
function halfIn(file: object): string | null {
  const rest: { value: unknown; path: string }[] = [{ value: file, path: '' }]
  for (let next = rest.pop(); next; next = rest.pop()) {
    const { value, path } = next
    if (typeof value === 'string' && !value.isWellFormed()) return path
    if (typeof value !== 'object' || value === null) continue
    for (const [name, inner] of Object.entries(value))
      if (typeof inner === 'string' || typeof inner === 'object')
        rest.push({ value: inner, path: path === '' ? name : `${path}.${name}` })
  }
  return null
}

function byId(a: { id: string }, b: { id: string }): number {
  return order(a.id, b.id)
}
