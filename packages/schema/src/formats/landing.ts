/**
 * Records out of what a reader has found: the one way in for the marks of every format. Each mark, relation, comment and
 * verdict comes in whole, or the report says why not; nothing is rounded, guessed or dropped in silence. The same file
 * makes the same records.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Annotation } from '../annotation.ts'
import { type Comment, MOST_CHARACTERS, MOST_MENTIONS, type Remark } from '../comment.ts'
import { allowsEnds, type LabelSet } from '../labelset.ts'
import type { Relation } from '../relation.ts'
import { emptyRecords, type Records } from '../room.ts'
import type { Verdict } from '../verdict.ts'
import type {
  FoundComment,
  FoundDocument,
  FoundMark,
  FoundRelation,
  FoundVerdict,
  Skipped,
  Place as Where,
} from './format.ts'
import type { Mapping } from './mapping.ts'
import { type Place, placingOf } from './placing.ts'
import { type Prediction, quoted, Terms } from './terms.ts'

/** Where the marks come to. */
export interface Ground {
  labelSet: LabelSet
  /** The id under which those of somebody are kept, or of a model, by the name that the mapping gives them. */
  layerOf(name: string | null, prediction: Prediction | null): string
  /** The id of the one person here who is called so: comments may mention them. Where it is missing, nobody is known. */
  personOf?(name: string): string | null
  /** Milliseconds since 1970: of what has no time of its own, or claims one that is yet to come. */
  at: number
}

export interface Report {
  /** What the document has: the sum of the imported, the refused and the reported. */
  given: number
  imported: number
  /** Broken, or not fitting the text. */
  refused: Skipped[]
  /** Sound, and left out: there is no place for it here, or it was chosen so. */
  reported: Skipped[]
  /** Imported, and not quite as it was given. */
  changed: Skipped[]
}

export interface Landed {
  records: Records
  report: Report
  /** How sure a model was of its mark, from 0 to 1, by the mark’s id. */
  scores: Map<string, number>
}

/** The longest note of a verdict. */
const LONGEST_NOTE = 2000

/** `text` is that of the article; marks of a document with a text of its own move to where its words stand here. */
export function land(document: FoundDocument, text: string, mapping: Mapping, ground: Ground): Landed {
  const report: Report = {
    given: 0,
    imported: 0,
    refused: [...document.refused],
    reported: [...document.reported],
    changed: [],
  }
  const { marks, relations, comments, verdicts } = document
  const things = marks.length + relations.length + comments.length + verdicts.length
  report.given = things + countOf(document.refused) + countOf(document.reported)
  if (!text.isWellFormed() || document.text?.isWellFormed() === false) {
    const why = 'The text has half of a surrogate pair, which no UTF-8 file can hold.'
    report.refused.push({ where: { file: document.name }, why, count: things })
    return { records: emptyRecords(), report, scores: new Map() }
  }
  const landing = new Landing(document, placingOf(document, text, mapping), mapping, ground, report)
  landing.landMarks(marks)
  landing.landRelations(relations)
  landing.landComments(comments)
  landing.landVerdicts(verdicts)
  const { records, scores } = landing
  report.imported = Object.values(records).reduce((sum, { size }) => sum + size, 0)
  return { records, report, scores }
}

function countOf(skipped: readonly Skipped[]): number {
  return skipped.reduce((sum, { count }) => sum + count, 0)
}

/** Why something does not come in, as the end of a sentence about it. What is sound has no place, or was not wanted. */
interface Refusal {
  why: string
  isSound: boolean
}

const broken = (why: string): Refusal => ({ why, isSound: false })
const leftOut = (why: string): Refusal => ({ why, isSound: true })

const isRefusal = (value: object): value is Refusal => 'isSound' in value

type Given = { by: string | null; at: number | null; where: Where }
type Author = { author: string; at: number }

class Landing {
  readonly records = emptyRecords()
  readonly scores = new Map<string, number>()
  readonly #place: Place
  readonly #ground: Ground
  readonly #report: Report
  readonly #terms: Terms
  /** Ids are made of the document’s, so that the documents of one import have different ones, and each time the same. */
  readonly #prefix: string
  /** What has come of each thing in the file, by its id there; a refusal where nothing has. */
  readonly #marks = new Map<string, Annotation | Refusal>()
  readonly #relations = new Map<string, Relation | Refusal>()
  /** As the file has them, by the ids of marks: for corrections, which few files have. */
  readonly #labels: ReadonlyMap<string, string>
  /** Who has something in the document: others cannot be mentioned by a name that stands for nobody. */
  readonly #authors: ReadonlySet<string | null>

  constructor(document: FoundDocument, place: Place, mapping: Mapping, ground: Ground, report: Report) {
    this.#place = place
    this.#ground = ground
    this.#report = report
    this.#terms = new Terms(mapping, ground.labelSet)
    this.#prefix = digest(document.name).slice(0, 8)
    const { marks, relations, comments, verdicts } = document
    const isFixed = verdicts.some(({ fix }) => fix !== undefined)
    this.#labels = new Map(isFixed ? marks.toReversed().map(({ id, label }) => [id, label]) : [])
    this.#authors = new Set([...marks, ...relations, ...comments, ...verdicts].map(({ by }) => by))
  }

  landMarks(marks: readonly FoundMark[]): void {
    for (const mark of marks) {
      const { id } = mark
      const isSecond = this.#marks.has(id)
      const landed = isSecond ? broken('has the id of one before it') : this.#mark(mark)
      if (isRefusal(landed)) this.#skip(nameOfMark(mark), mark, landed)
      else {
        this.records.annotations.set(landed.id, landed)
        if (mark.score !== null) this.scores.set(landed.id, mark.score)
      }
      if (!isSecond) this.#marks.set(id, landed)
    }
  }

  #mark(mark: FoundMark): Annotation | Refusal {
    const kind = this.#terms.kindOf(mark.label)
    if (!kind) return leftOut('is of no kind here')
    const author = this.#authorOf(mark)
    if (isRefusal(author)) return author
    const least = this.#terms.predictionOf(mark.by)?.threshold ?? 0
    if (mark.score !== null && mark.score < least)
      return leftOut(`has the score ${mark.score}, and less than ${least} was not wanted`)
    const placed = this.#place(mark)
    if (!placed.ok) return broken(placed.why)
    const { attributes, changes } = this.#terms.attributesOf(mark.label, mark.attributes, kind)
    for (const change of [...placed.changes, ...changes]) this.#change(nameOfMark(mark), mark, change)
    return {
      id: this.#idOf(author, mark.id),
      kind: kind.id,
      spans: placed.spans.map(([a, b]) => [a, b]),
      attributes,
      ...author,
    }
  }

  landRelations(relations: readonly FoundRelation[]): void {
    const landed = relations.map((relation) => {
      const known = this.#relations.has(relation.id)
      const made = known ? broken('has the id of one before it') : this.#relation(relation)
      if (!known) this.#relations.set(relation.id, made)
      return made
    })
    const closing = closingOf(
      landed.flatMap((one) => (!isRefusal(one) && this.#terms.isAcyclic(one.type) ? [one] : [])),
    )
    for (const [i, relation] of relations.entries()) {
      let made = landed[i] as Relation | Refusal
      if (!isRefusal(made) && closing.has(made.id)) {
        made = broken('leads back to where it began, which its type must not')
        this.#relations.set(relation.id, made)
      }
      if (isRefusal(made)) this.#skip(`The relation ${quoted(relation.id)} (${quoted(relation.type)})`, relation, made)
      else this.records.relations.set(made.id, made)
    }
  }

  #relation(relation: FoundRelation): Relation | Refusal {
    const { id, from, to } = relation
    const type = this.#terms.relationOf(relation.type)
    if (!type) return leftOut('is of no type here')
    const author = this.#authorOf(relation)
    if (isRefusal(author)) return author
    const [source, target] = type.isTurned
      ? [this.#markOf(to), this.#markOf(from)]
      : [this.#markOf(from), this.#markOf(to)]
    if (isRefusal(source)) return source
    if (isRefusal(target)) return target
    if (source.id === target.id) return broken('leads from a mark to itself')
    if (!allowsEnds(this.#ground.labelSet, type.id, source.kind, target.kind))
      return leftOut(`does not lead from “${source.kind}” to “${target.kind}” here`)
    return { id: this.#idOf(author, id), type: type.id, from: source.id, to: target.id, ...author }
  }

  landComments(comments: readonly FoundComment[]): void {
    const firstOf = threadsOf(comments)
    const firsts = new Map<string, Remark | Refusal>()
    const known = new Set<string>()
    // Those that begin threads come before the rest, wherever the file has them.
    const isFirst = ({ replyTo }: FoundComment) => replyTo === null
    for (const comment of [...comments.filter(isFirst), ...comments.filter((one) => !isFirst(one))]) {
      const { id } = comment
      const first = firsts.get(firstOf.get(id) ?? '')
      const made = known.has(id) ? broken('has the id of one before it') : this.#comment(comment, first)
      if (isFirst(comment) && !known.has(id)) firsts.set(id, made as Remark | Refusal)
      known.add(id)
      if (isRefusal(made)) this.#skip(`The comment ${quoted(id)}`, comment, made)
      else this.records.comments.set(made.id, made)
    }
  }

  /** `first` is what has come of the comment that its thread began with; that one itself has none. */
  #comment(comment: FoundComment, first: Comment | Refusal | undefined): Comment | Refusal {
    const author = this.#authorOf(comment)
    if (isRefusal(author)) return author
    const { body, turn, replyTo } = comment
    if (replyTo !== null && first === undefined) return broken(`answers ${quoted(replyTo)}, which begins nowhere`)
    if (first !== undefined && isRefusal(first)) return { ...first, why: 'belongs to a comment that did not come in' }
    const base = { id: this.#idOf(author, comment.id), ...author }
    if (turn) return first ? { ...base, thread: first.id, state: turn } : broken('ends a thread that is not there')
    if (body === '') return broken('says nothing')
    if (body.length > MOST_CHARACTERS)
      return broken(`has ${body.length} characters, and at most ${MOST_CHARACTERS} can be kept`)
    if (!body.isWellFormed()) return broken('has half of a surrogate pair, which no UTF-8 file can hold')
    if (first && 'on' in first)
      return { ...base, on: first.on, replyTo: first.id, body, ...this.#besides(comment, author.at) }
    const on = comment.on === null ? { id: 'article' } : this.#aboutOf(comment.on)
    return isRefusal(on) ? on : { ...base, on: on.id, body, ...this.#besides(comment, author.at) }
  }

  /** What a remark has beside its words. Nothing was said after it was last changed, or changed before it was said. */
  #besides(comment: FoundComment, at: number): Pick<Remark, 'mentions' | 'since' | 'editedAt' | 'gap'> {
    const { since, editedAt, isGap } = comment
    const mentions = this.#mentionsOf(comment)
    return {
      ...(mentions.length > 0 && { mentions }),
      ...(isTime(since) && since <= at && { since }),
      ...(isTime(editedAt) && editedAt <= this.#ground.at && { editedAt }),
      ...(isGap && { gap: true }),
    }
  }

  /** Those who are here, or whose layer comes in with it. */
  #mentionsOf(comment: FoundComment): string[] {
    const found = new Set<string>()
    for (const by of comment.mentions ?? []) {
      const name = this.#terms.annotatorOf(by)
      const layer =
        name != null && this.#authors.has(by) ? this.#ground.layerOf(name, this.#terms.predictionOf(by)) : null
      const id = this.#ground.personOf?.(name ?? by) ?? layer
      const what = `The comment ${quoted(comment.id)}`
      if (id === null) this.#change(what, comment, `came in without its mention of ${quoted(by)}, who is not here`)
      else if (found.size < MOST_MENTIONS) found.add(id)
      else
        this.#change(what, comment, `came in without its mention of ${quoted(by)}, as it has ${MOST_MENTIONS} others`)
    }
    return [...found]
  }

  landVerdicts(verdicts: readonly FoundVerdict[]): void {
    for (const [i, verdict] of verdicts.entries()) {
      const what = `The verdict on ${quoted(verdict.on)}`
      const made = this.#verdict(verdict, i, what)
      if (isRefusal(made)) this.#skip(what, verdict, made)
      else this.records.verdicts.set(made.id, made)
    }
  }

  #verdict(verdict: FoundVerdict, number: number, what: string): Verdict | Refusal {
    const { decision, note } = verdict
    const author = this.#authorOf(verdict)
    if (isRefusal(author)) return author
    const on = this.#markOf(verdict.on)
    if (isRefusal(on)) return on
    if (on.author === author.author) return leftOut('is of the layer of its mark, and nobody judges their own')
    const base = { id: this.#idOf(author, `v${number + 1}`), on: on.id, decision, ...author }
    const isNote = note !== null && note !== ''
    if (isNote && (note.length > LONGEST_NOTE || !note.isWellFormed()))
      return broken(`has a note of ${note.length} characters, which cannot be kept`)
    const of = decision === 'duplicate' ? this.#markOf(verdict.of ?? '') : null
    if (of && isRefusal(of)) return of
    const fix = verdict.fix && this.#fixOf(verdict, on, what)
    return { ...base, ...(of && { of: of.id }), ...(fix && { fix }), ...(isNote && { note }) }
  }

  /** The correction, where all of it has a place here; the verdict is one without it as well. */
  #fixOf({ on, fix, where }: FoundVerdict, mark: Annotation, what: string): Verdict['fix'] | null {
    const label = fix?.label ?? this.#labels.get(on) ?? ''
    const kind = fix?.label === undefined ? this.#terms.kind(mark.kind) : this.#terms.kindOf(fix.label)
    const placed = fix?.spans && this.#place({ spans: fix.spans, quotes: [] })
    const given = fix?.attributes && kind ? this.#terms.attributesOf(label, fix.attributes, kind) : null
    if (!kind || placed?.ok === false || (given && given.changes.length > 0)) {
      this.#change(what, { where }, 'came in without its correction, which has no place here')
      return null
    }
    return {
      ...(fix?.label !== undefined && { kind: kind.id }),
      ...(placed && { spans: placed.spans.map(([start, end]): [number, number] => [start, end]) }),
      ...(given && { attributes: given.attributes }),
    }
  }

  #markOf(id: string): Annotation | Refusal {
    return arrival('mark', id, this.#marks.get(id))
  }

  #aboutOf(id: string): Annotation | Relation | Refusal {
    return arrival('mark', id, this.#marks.get(id) ?? this.#relations.get(id))
  }

  #authorOf({ by, at }: Given): Author | Refusal {
    const name = this.#terms.annotatorOf(by)
    if (name === undefined)
      return leftOut(`is of ${by === null ? 'nobody who is named' : quoted(by)}, whose were not wanted`)
    const time = isTime(at) && at <= this.#ground.at ? at : this.#ground.at
    return { author: this.#ground.layerOf(name, this.#terms.predictionOf(by)), at: time }
  }

  /** What people can read stays in it; anything else, such as an address, becomes a number. */
  #idOf({ author }: Author, id: string): string {
    return `${author}.${this.#prefix}-${/^[A-Za-z0-9_-]{1,32}$/.test(id) ? id : `x${digest(id).slice(0, 40)}`}`
  }

  #skip(what: string, { where }: { where: Where }, { why, isSound }: Refusal): void {
    const list = isSound ? this.#report.reported : this.#report.refused
    list.push({ where, why: `${what} ${why}.`, count: 1 })
  }

  #change(what: string, { where }: { where: Where }, change: string): void {
    this.#report.changed.push({ where, why: `${what} ${change}.`, count: 1 })
  }
}

function arrival<T extends object>(what: string, id: string, found: T | Refusal | undefined): T | Refusal {
  if (found === undefined) return broken(`names the ${what} ${quoted(id)}, which is not there`)
  return isRefusal(found) ? { ...found, why: `names the ${what} ${quoted(id)}, which did not come in` } : found
}

function nameOfMark({ id, label }: FoundMark): string {
  return `The mark ${quoted(id)} (${quoted(label)})`
}

function isTime(value: number | null | undefined): value is number {
  return value != null && Number.isSafeInteger(value) && value >= 0
}

/** The ids of those relations that would close a circle, those before them being there. */
function closingOf(relations: readonly Relation[]): Set<string> {
  const closing = new Set<string>()
  for (const all of Map.groupBy(relations, ({ type }) => type).values()) {
    const next = Map.groupBy(all, ({ from }) => from)
    const state = new Map<string, 'open' | 'done'>()
    for (const start of next.keys()) {
      if (state.has(start)) continue
      // A path, not a call: a chain of a hundred thousand is a file that somebody may send.
      const path = [{ at: start, left: [...(next.get(start) ?? [])].reverse() }]
      state.set(start, 'open')
      for (let step = path.at(-1); step; step = path.at(-1)) {
        const relation = step.left.pop()
        if (!relation) {
          state.set(step.at, 'done')
          path.pop()
        } else if (state.get(relation.to) === 'open') closing.add(relation.id)
        else if (!state.has(relation.to)) {
          state.set(relation.to, 'open')
          path.push({ at: relation.to, left: [...(next.get(relation.to) ?? [])].reverse() })
        }
      }
    }
  }
  return closing
}

/** The comment that the thread of each began with; of those that answer what is not there, or each other, none. */
function threadsOf(comments: readonly FoundComment[]): Map<string, string> {
  const answered = new Map<string, string | null>()
  for (const { id, replyTo } of comments) if (!answered.has(id)) answered.set(id, replyTo)
  const first = new Map<string, string>()
  const isLost = new Set<string>()
  for (const { id } of comments) {
    const path: string[] = []
    let at: string | null | undefined = id
    const onPath = new Set<string>()
    while (at != null && !first.has(at) && !isLost.has(at) && !onPath.has(at)) {
      path.push(at)
      onPath.add(at)
      const to = answered.get(at)
      if (to === null) first.set(at, at)
      else at = to
    }
    const found = at == null ? undefined : first.get(at)
    for (const one of path) {
      if (found === undefined) isLost.add(one)
      else first.set(one, found)
    }
  }
  return first
}

function digest(name: string): string {
  return bytesToHex(sha256(utf8ToBytes(name.toWellFormed())))
}
