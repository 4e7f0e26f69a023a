/**
 * Signing articles off, and reopening them. What the page lists is never trusted: the records are read here, and nobody
 * writes between the look at them and the state that closes the room.
 */
import { isHidden } from '@attest/schema/layer'
import { countedRecords } from '@attest/schema/predicted'
import { emptyRecords, type Records, roots } from '@attest/schema/room'
import { blocking, type Check, type CheckKind, checksOf, openPoints } from '@attest/schema/signoff'
import type { TakeStep } from '@attest/schema/work'
import type { RoomRecords } from '../articles/annotated.ts'
import { HttpProblem } from '../problem.ts'
import type { Catalog } from '../store/catalog.ts'
import type { SeenProject } from '../store/projects.ts'
import type { Signing } from '../store/sign-offs.ts'
import { DamagedRoom } from '../store/store.ts'
import { type Changed, UncheckedSignOff } from '../store/work.ts'

/** Articles whose records one request reads. */
const MOST_READ = 500

interface Parts {
  catalog: Catalog
  rooms: Pick<RoomRecords, 'records'>
  recheckRooms: () => Promise<void>
}

/** Takes a step of the work; where that signs articles off, only those that can be, unless an owner says why all the same. */
export async function takeStep(parts: Parts, project: SeenProject, person: string, body: TakeStep): Promise<Changed> {
  if (body.step === 'finish') return finish(parts, project, person, body)
  if (body.step === 'reopen') return reopen(parts, project, person, body)
  return parts.catalog.work.takeStep({ project: project.id, person }, body)
}

async function finish(parts: Parts, project: SeenProject, person: string, body: TakeStep): Promise<Changed> {
  const { catalog, recheckRooms } = parts
  const act = { project: project.id, person }
  const closed = await catalog.work.closedBy(act, body)
  refuseMany(closed, 'sign off')
  for (const article of closed)
    if (isHidden(await catalog.reveals.stateOf(article)))
      throw new HttpProblem(
        409,
        'A blind article is revealed before it is signed off: nobody has seen it as a whole yet.',
      )
  const despite = project.role === 'owner' ? (body.despite ?? null) : null
  const changed = await catalog.rooms.whileHeld(closed, async () => {
    const signing = new Map<string, Signing>()
    const refused = new Map<string, Check[]>()
    for (const article of closed) {
      const checks = await checksIn(parts, project, article)
      const open = blocking(checks)
      if (open.length > 0 && despite === null) refused.set(article, open)
      else signing.set(article, { open: openPoints(checks), reason: open.length > 0 ? despite : null })
    }
    const articles = body.articles.filter((article) => !refused.has(article))
    const [first] = refused.values()
    if (articles.length === 0 && first) throw new HttpProblem(409, refusalText(first, refused.size, project.role))
    const taken = await catalog.work.takeStep(act, { ...body, articles }, signing).catch((error: unknown) => {
      if (!(error instanceof UncheckedSignOff)) throw error
      throw new HttpProblem(409, 'The work on it has changed meanwhile, so it was not signed off. Please look again.')
    })
    if (!taken.ok && taken.reason !== 'not-now' && refused.size > 0 && first)
      throw new HttpProblem(409, refusalText(first, refused.size, project.role))
    return taken.ok ? { ...taken, skipped: taken.skipped + refused.size } : taken
  })
  if (closed.length > 0) await recheckRooms()
  return changed
}

async function reopen(parts: Parts, project: SeenProject, person: string, body: TakeStep): Promise<Changed> {
  const { catalog, rooms, recheckRooms } = parts
  const articles = [...new Set(body.articles)]
  refuseMany(articles, 'reopen')
  const mine = new Set((await catalog.figures.articles(project.id)).map(({ id }) => id))
  const authors = new Map<string, Set<string>>()
  for (const article of articles)
    if (mine.has(article)) authors.set(article, authorsOf(await soundRecords(rooms, article)))
  const changed = await catalog.work.takeStep({ project: project.id, person }, body, new Map(), authors)
  for (const article of articles) catalog.rooms.forgetRoom(article)
  await recheckRooms()
  return changed
}

/** What stands against signing an article off, by its records as they are on disk. */
export async function checksIn(
  { catalog, rooms }: Pick<Parts, 'catalog' | 'rooms'>,
  project: Pick<SeenProject, 'id' | 'labelSet' | 'peersJudge'>,
  article: string,
): Promise<Check[]> {
  const roleOf = (person: string) => catalog.roles.of(project.id, person)
  const judging = { roleOf, peersJudge: project.peersJudge }
  // In a revision that was replaced nobody decides any more.
  const isNewest = (await catalog.revisions.newer(article)) === null
  const doubts = isNewest ? await catalog.revisions.doubts(article) : []
  const sources = await catalog.sources.among(project.id)
  const isModel = (person: string) => sources.get(person)?.kind === 'prediction'
  return checksOf(countedRecords(await rooms.records(article), isModel, judging), project.labelSet, judging, doubts)
}

/** A damaged room keeps nobody from reopening what it is about. */
async function soundRecords(rooms: Parts['rooms'], article: string): Promise<Records> {
  return rooms.records(article).catch((error: unknown) => {
    if (!(error instanceof DamagedRoom)) throw error
    return emptyRecords()
  })
}

function authorsOf(records: Records): Set<string> {
  const authors = new Set<string>()
  for (const root of roots) for (const { author } of records[root].values()) authors.add(author)
  return authors
}

function refuseMany(articles: readonly string[], what: string): void {
  if (articles.length > MOST_READ)
    throw new HttpProblem(422, `At most ${MOST_READ} articles can be looked at in one go; ${what} fewer at a time.`)
}

const pointText: Record<CheckKind, (count: number) => string> = {
  disputed: (count) => `${some(count, 'mark is', 'marks are')} disputed`,
  undecided: (count) => `${some(count, 'mark is', 'marks are')} not decided`,
  doubts: (count) => `${some(count, 'mark is', 'marks are')} in doubt since the text was revised`,
  relations: (count) => `${some(count, 'mark lacks', 'marks lack')} a link`,
  attributes: (count) => `${some(count, 'mark lacks', 'marks lack')} an attribute`,
  threads: (count) => `${some(count, 'thread is', 'threads are')} not resolved`,
}

function some(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}

function refusalText(open: readonly Check[], articles: number, role: string): string {
  if (articles > 1)
    return `${articles} articles cannot be signed off: something is open in each of them. Sign them off one by one.`
  const points = open.map(({ is, points }) => pointText[is](points.length)).join(', ')
  const way =
    role === 'owner'
      ? 'As an owner you can sign it off all the same: say why.'
      : 'An owner can sign it off all the same.'
  return `This cannot be signed off yet: ${points}. ${way}`
}
