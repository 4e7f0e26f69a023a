/**
 * Makes a new revision of an article, and sees to the marks that a person has to decide about. As with an import the
 * records come first and the article last, in one transaction: whatever goes wrong before leaves the old one as it was.
 */
import type { Annotation } from '@attest/schema/annotation'
import { type Article, type ArticleContent, hashText } from '@attest/schema/article'
import type { Place } from '@attest/schema/reanchor'
import type { Decided, NewRevision, RevisionPreview } from '@attest/schema/revision'
import { type Records, recordKey } from '@attest/schema/room'
import { misfit, quotesOf, type Spans } from '@attest/schema/span'
import type { RoomRecords } from '../articles/annotated.ts'
import { articleFromText } from '../articles/plain.ts'
import type { History } from '../chronicle/chronicles.ts'
import { HttpProblem } from '../problem.ts'
import type { Catalog } from '../store/catalog.ts'
import { newId } from '../store/id.ts'
import type { NewDoubt, StoredDoubt } from '../store/revisions.ts'
import { carried, fixName, keysOf, without } from './carry.ts'
import { type Plan, type Planner, placesOf } from './plan.ts'

interface World {
  catalog: Catalog
  rooms: RoomRecords
  history: History
  planner: Planner
}

/** Doubtful marks that a preview shows. */
const SHOWN_DOUBTS = 200
/** Code units of the text around a place that is offered. */
const EXCERPT = 60

export class Reviser {
  readonly #world: World
  /** How much of the history of the revision before was looked at for what came late, by article. */
  readonly #looked = new Map<string, number>()
  #last: Promise<unknown> = Promise.resolve()

  constructor(world: World) {
    this.#world = world
  }

  async preview(old: Article, given: NewRevision): Promise<RevisionPreview> {
    const { content, notes, plan, records } = await this.#plan(old, given, { hasDifference: true })
    const doubts = doubtsOf(records, plan.places, old.text)
    return {
      title: content.title,
      notes,
      difference: plan.difference,
      isCut: plan.isCut,
      counts: {
        marks: records.annotations.size,
        sure: records.annotations.size - doubts.length,
        doubtful: doubts.length,
      },
      doubts: doubts.slice(0, SHOWN_DOUBTS).map((doubt) => ({
        ...doubt,
        excerpts: doubt.proposals.map((spans) => excerptOf(content.text, spans)),
      })),
    }
  }

  async make(old: Article, given: NewRevision, person: string): Promise<Article> {
    const { catalog, rooms } = this.#world
    return this.#inTurn(async () => {
      const { content, plan, records } = await this.#plan(old, given, { hasDifference: false })
      const article: Article = { ...content, id: newId(), projectId: old.projectId }
      const doubts = doubtsOf(records, plan.places, old.text)
      const doubtful = new Set(doubts.map(({ mark }) => mark.id))
      await rooms.putRecords(
        article.id,
        carried(records, (name) => (doubtful.has(name) ? null : sureSpans(plan.places.get(name)))),
        person,
      )
      if (!(await catalog.revisions.add(article, { replaces: old.id, person, doubts })))
        throw new HttpProblem(
          409,
          'Somebody else has just made a new revision of this article. Please look at that one.',
        )
      // From here on the old one keeps what it has.
      catalog.rooms.forgetRoom(old.id)
      await this.#carryOver(article, old)
      return article
    })
  }

  /**
   * Brings along what reached the article before only after this one was made: from pages that were off line, or in the
   * moment in between. Doing it again changes nothing.
   */
  async carryOver(article: Article): Promise<void> {
    const { catalog, history } = this.#world
    const { replaces } = await catalog.revisions.standing(article.id)
    if (replaces === null) return
    const { total } = await history.page(replaces, { limit: 1 })
    if (this.#looked.get(article.id) === total) return
    const old = await catalog.articles.find(replaces)
    if (!old) return
    await this.#inTurn(() => this.#carryOver(article, old))
    this.#looked.set(article.id, total)
  }

  /** Does what somebody decided about a doubtful mark. */
  async decide(article: Article, mark: string, decided: Decided, person: string): Promise<void> {
    const { catalog, rooms } = this.#world
    await this.#inTurn(async () => {
      const doubt = await catalog.revisions.doubt(article.id, mark)
      if (!doubt) throw new HttpProblem(404, 'There is no such mark to decide about.')
      if (isDone(doubt))
        throw new HttpProblem(409, 'Somebody has decided about this mark already: it is in the article.')
      if (decided.do === 'let-go' || decided.do === 'reopen') {
        await catalog.revisions.decide(article.id, mark, decided.do === 'reopen' ? 'open' : 'let-go', person)
        return
      }
      const spans = decided.do === 'move' ? decided.spans : doubt.proposals[decided.proposal]
      if (!spans) throw new HttpProblem(422, 'There is no such proposal.')
      if (misfit(article.text, spans))
        throw new HttpProblem(422, 'These words are not in the text, or cut a character.')
      const { replaces } = await catalog.revisions.standing(article.id)
      const old = replaces === null ? null : await catalog.articles.find(replaces)
      if (!old) throw new HttpProblem(404, 'The revision before is not there any more.')
      const records = await rooms.records(old.id)
      // The mark may have been deleted there since it was last read; as it was then, it is in the tray.
      records.annotations.set(mark, doubt.mark)
      const doubts = new Map((await catalog.revisions.doubts(article.id)).map((one) => [one.mark.id, one]))
      const places = await this.#placesOfFixes(old, article, records)
      const placeOf = (isOpen: (name: string) => boolean) => (name: string) =>
        isOpen(name)
          ? null
          : name === mark
            ? spans
            : (sureSpans(places.get(name)) ?? records.annotations.get(name)?.spans ?? null)
      const isWaiting = (name: string) => doubts.has(name) && !isDone(doubts.get(name))
      const before = carried(records, placeOf(isWaiting))
      const after = carried(
        records,
        placeOf((name) => name !== mark && isWaiting(name)),
      )
      // Only what had waited for this one: all else went along before, and may have been changed since.
      await rooms.putMissing(article.id, without(after, new Set(keysOf(before))), person)
      await catalog.revisions.decide(article.id, mark, decided.do === 'move' ? 'moved' : 'confirmed', person)
    })
  }

  async #plan(old: Article, { title, text }: NewRevision, { hasDifference }: { hasDifference: boolean }) {
    const { rooms, planner } = this.#world
    const { language, direction } = old
    // A text whose first line was its title goes on so; else the title stays what it was called.
    const named = title ?? (old.blocks[0]?.type === 'title' ? undefined : old.title)
    const { content, notes } = articleFromText({ title: named, text, language })
    if (content.sha256 === old.sha256) throw new HttpProblem(422, 'This is the text as it is already.')
    const records = await rooms.records(old.id)
    const plan: Plan = await planner.plan({
      before: old,
      after: content.text,
      places: [...placesOf(records.annotations.values()), ...placesOfFixes(records)],
      hasDifference,
    })
    const { blocks, inlines } = plan
    const whole: ArticleContent = { ...content, direction, blocks, inlines, sha256: hashText(content.text) }
    return { content: whole, notes, plan, records }
  }

  async #carryOver(article: Article, old: Article): Promise<void> {
    const { catalog, rooms, history, planner } = this.#world
    const records = await rooms.records(old.id)
    const doubts = new Map((await catalog.revisions.doubts(article.id)).map((one) => [one.mark.id, one]))
    const known = new Set(await history.known(article.id, keysOf(records)))
    const isNew = ({ id }: Annotation) => !doubts.has(id) && !known.has(recordKey('annotations', id))
    const late = [...records.annotations.values()].filter(isNew)
    const { places } = await planner.plan({
      before: old,
      after: article.text,
      places: [...placesOf(late), ...placesOfFixes(records)],
      hasDifference: false,
    })
    const fresh = doubtsOf({ ...records, annotations: new Map(late.map((mark) => [mark.id, mark])) }, places, old.text)
    await catalog.revisions.addDoubts(article.id, fresh)
    const waiting = new Set([
      ...fresh.map(({ mark }) => mark.id),
      ...[...doubts].flatMap(([id, doubt]) => (isDone(doubt) ? [] : [id])),
    ])
    const all = carried(records, (name) =>
      waiting.has(name) ? null : (sureSpans(places.get(name)) ?? records.annotations.get(name)?.spans ?? null),
    )
    // What is known was there once: it may have been changed since, or deleted.
    const missing = without(all, known)
    if (keysOf(missing).length === 0) return
    const [newest] = (await catalog.revisions.all(article.id)).filter(({ id }) => id === article.id)
    await rooms.putMissing(article.id, missing, newest?.person ?? '')
  }

  async #placesOfFixes(old: Article, article: Article, records: Records): Promise<Map<string, Place>> {
    const places = placesOfFixes(records)
    if (places.length === 0) return new Map()
    return (await this.#world.planner.plan({ before: old, after: article.text, places, hasDifference: false })).places
  }

  /** One at a time: two who decide at once must not both put what waits for both. */
  #inTurn<T>(job: () => Promise<T>): Promise<T> {
    const result = this.#last.then(job, job)
    this.#last = result.catch(() => {})
    return result
  }
}

function isDone(doubt: StoredDoubt | undefined): boolean {
  return doubt?.state === 'confirmed' || doubt?.state === 'moved'
}

function sureSpans(place: Place | undefined): Spans | null {
  return place?.is === 'sure' ? place.spans : null
}

function placesOfFixes(records: Records) {
  return [...records.verdicts.values()].flatMap(({ id, fix }) =>
    fix?.spans ? [{ name: fixName(id), spans: fix.spans as Spans }] : [],
  )
}

/** The marks that a person has to look at: also where it is the correction of a verdict that has lost its place. */
function doubtsOf(records: Records, places: ReadonlyMap<string, Place>, text: string): NewDoubt[] {
  const doubts = new Map<string, NewDoubt>()
  const add = (mark: Annotation, reason: NewDoubt['reason'], proposals: readonly Spans[]) => {
    const told = proposals.map((spans) => spans.map(([start, end]): [number, number] => [start, end]))
    doubts.set(mark.id, { mark, quotes: quotesOf(text, mark.spans), reason, proposals: told })
  }
  for (const mark of records.annotations.values()) {
    const place = places.get(mark.id)
    if (place?.is === 'doubtful') add(mark, place.reason, place.proposals)
  }
  for (const { id, on, fix } of records.verdicts.values()) {
    const [mark, place] = [records.annotations.get(on), places.get(on)]
    if (fix?.spans && mark && place?.is === 'sure' && places.get(fixName(id))?.is !== 'sure')
      add(mark, 'changed', [place.spans])
  }
  return [...doubts.values()].sort((a, b) => (a.mark.spans[0]?.[0] ?? 0) - (b.mark.spans[0]?.[0] ?? 0))
}

/** The words of a place with some around them. */
function excerptOf(text: string, spans: Spans): string {
  const [first, last] = [spans[0]?.[0] ?? 0, spans.at(-1)?.[1] ?? 0]
  return text.slice(Math.max(0, first - EXCERPT), last + EXCERPT).toWellFormed()
}
