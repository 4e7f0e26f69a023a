/**
 * Makes articles blind, and reveals them: what lies in the rooms of an article's annotators is put into its own room. A
 * reveal is written down before anything of it is done, and each step can be done again and changes nothing then; so a
 * crash between any two costs only time. While it is under way nobody writes in any of these rooms.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { isHidden } from '@attest/schema/layer'
import { emptyRecords, type RecordOf, type Records, type Root, roots } from '@attest/schema/room'
import { layerRoom } from '@attest/schema/room-name'
import type { Logger } from 'pino'
import type { RoomRecords } from '../articles/annotated.ts'
import type { Catalog } from '../store/catalog.ts'
import type { BlindArticle } from '../store/reveals.ts'
import { DamagedRoom, FullDisk } from '../store/store.ts'

export interface RevealingOptions {
  catalog: Catalog
  rooms: RoomRecords
  /** Has everybody in a room told at once that they may not be there any more; what came in before is on disk then. */
  recheckRooms: () => Promise<void>
  log: Logger
  /** Called before each step that changes anything, for tests that end it there. */
  beforeStep?: (step: string) => void
}

/** Why an article stays as it is. */
export type BlindRefusal = 'has-records' | 'has-revisions' | 'revealed' | 'revealing'

/** Not all that is to be revealed can be read, so nothing has begun. */
export class DamagedLayers extends Error {
  override name = 'DamagedLayers'
  /** Whose; none where it is what came with the article that is damaged, without which nothing can be revealed. */
  readonly people: readonly string[]

  constructor(article: string, people: readonly string[]) {
    super(`what is stored of ${article} is damaged: ${people.length > 0 ? people.join(', ') : 'its own room'}`)
    this.people = people
  }
}

/** Before a step is tried again. */
const AGAIN_MS = 300
/** After as many attempts something is wrong that needs a person, and perhaps another start. */
const ATTEMPTS = 4
/** How often it is looked for articles that are to be revealed by themselves and that nobody has told of. */
const LOOK_MS = 30_000

export class Revealing {
  readonly #options: RevealingOptions
  readonly #stopping = new AbortController()
  /** By the article, and the looks for such. */
  readonly #working = new Map<string, Promise<void>>()
  #last: Promise<unknown> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  /** By the article, whose layers were damaged when it was last to be revealed. */
  readonly #damaged = new Map<string, readonly string[]>()
  readonly #stuck = new Set<string>()
  #looks = 0

  constructor(options: RevealingOptions) {
    this.#options = options
  }

  /** Goes on with what was under way when the server went down. */
  async resume(): Promise<void> {
    await this.#goOn()
    this.lookForDue()
    this.#timer = setInterval(() => this.lookForDue(), LOOK_MS)
    this.#timer.unref()
  }

  /**
   * Makes an article blind or open. An article in which anything was marked stays what it is: what was seen cannot be
   * hidden, and what is hidden is revealed. Null when it is done.
   */
  setBlind(article: BlindArticle, isBlind: boolean, by: string): Promise<BlindRefusal | null> {
    return this.#inTurn(async () => {
      const { catalog, recheckRooms } = this.#options
      const { reveals } = catalog
      const state = await reveals.stateOf(article.id)
      if (state === 'revealed' || state === 'revealing') return state
      if (isHidden(state) === isBlind) return null
      const { number, replacedBy } = await catalog.revisions.standing(article.id)
      if (isBlind && (number > 1 || replacedBy !== null)) return 'has-revisions'
      if (await this.#hasRecords(article.id, isBlind)) return 'has-records'
      await reveals.setBlind(article, isBlind)
      catalog.rooms.forget(article.projectId)
      // Who was in the room goes to another; what they had sent before may have come in since it was looked at.
      await recheckRooms()
      if (await this.#hasRecords(article.id, isBlind)) {
        await reveals.setBlind(article, !isBlind)
        catalog.rooms.forget(article.projectId)
        await recheckRooms()
        return 'has-records'
      }
      await reveals.noteBlind(article, isBlind, by)
      return null
    })
  }

  /**
   * Begins to reveal an article, or goes on with that; `settled` is when it is done. False when it is not blind, or not
   * any more: then what was left out is put in as far as it can be read by now. Rejects with `DamagedLayers` when not all
   * that is to be revealed can be read, but for those whom somebody has said to do `without`.
   */
  begin(article: BlindArticle, by: string | null, without: readonly string[] = []): Promise<boolean> {
    return this.#inTurn(async () => {
      const { reveals } = this.#options.catalog
      const state = await reveals.stateOf(article.id)
      if (state === 'revealing') {
        this.#start(article)
        return true
      }
      if (state === 'revealed') await this.#addLeftOut(article.id)
      if (state !== 'blind') return false
      if (!(await this.#isSound(article.id))) throw new DamagedLayers(article.id, [])
      const damaged: string[] = []
      for (const { room, person } of await reveals.layerRooms(article.id))
        if (!(await this.#isSound(room))) damaged.push(person)
      this.#damaged.set(article.id, damaged)
      // What can be read is never left out.
      if (damaged.some((person) => !without.includes(person))) throw new DamagedLayers(article.id, damaged)
      if (!(await reveals.begin(article, { by, without: damaged }))) return false
      this.#damaged.delete(article.id)
      this.#start(article)
      return true
    })
  }

  /** Whose layers were damaged when the article was last to be revealed. */
  damagedIn(article: string): readonly string[] {
    return this.#damaged.get(article) ?? []
  }

  /** Whether its reveal is under way and could not be brought to its end; it is tried again now and then. */
  isStuck(article: string): boolean {
    return this.#stuck.has(article)
  }

  /** Of layers that could not be read at the reveal, and can be now: a backup was put back. */
  async #addLeftOut(article: string): Promise<void> {
    const { catalog, rooms } = this.#options
    const left: string[] = []
    const before = await catalog.reveals.leftOut(article)
    for (const person of before) {
      const room = layerRoom(article, person)
      if (await this.#isSound(room)) await rooms.putMissing(article, await rooms.records(room), person)
      else left.push(person)
    }
    if (left.length < before.length) await catalog.reveals.setLeftOut(article, left)
  }

  #isSound(room: string): Promise<boolean> {
    return this.#options.rooms.records(room).then(
      () => true,
      (error: unknown) => {
        if (!(error instanceof DamagedRoom)) throw error
        return false
      },
    )
  }

  /** Reveals what nobody has to be waited for, in projects that want it so. Safe to call at any time. */
  lookForDue(): void {
    if (this.#stopping.signal.aborted) return
    const { catalog, log } = this.#options
    const look = async () => {
      // One that could not be brought to its end is tried again as well.
      await this.#goOn()
      // The records are as the labels have them once those are through; it is looked for again.
      for (const article of await catalog.reveals.due()) {
        if (await catalog.labels.runningIn(article.projectId)) continue
        // It waits for a person, and keeps no other from being revealed.
        await this.begin(article, null).catch((error: unknown) => {
          if (!(error instanceof DamagedLayers)) throw error
          log.error(
            { err: error, article: article.id },
            'an article cannot be revealed: what is stored of it is damaged',
          )
        })
      }
    }
    const key = `look ${++this.#looks}`
    const looking = look()
      .catch((error: unknown) => log.error({ err: error }, 'what is to be revealed could not be looked for'))
      .finally(() => this.#working.delete(key))
    this.#working.set(key, looking)
  }

  /** Resolves when nothing is under way, or, with an article, when nothing of that is. */
  async settled(article?: string): Promise<void> {
    if (article !== undefined) await this.#working.get(article)
    else while (this.#working.size > 0) await Promise.all(this.#working.values())
  }

  /** Stops after the step that it is at; the rest is done after the next start. */
  async close(): Promise<void> {
    this.#stopping.abort()
    clearInterval(this.#timer)
    await this.settled()
  }

  async #goOn(): Promise<void> {
    for (const article of await this.#options.catalog.reveals.running()) this.#start(article)
  }

  #start(article: BlindArticle): void {
    if (this.#working.has(article.id) || this.#stopping.signal.aborted) return
    const work = this.#work(article)
      .then(() => void this.#stuck.delete(article.id))
      .catch((error: unknown) => {
        this.#stuck.add(article.id)
        this.#options.log.error({ err: error, article: article.id }, 'an article could not be revealed yet')
      })
      .finally(() => this.#working.delete(article.id))
    this.#working.set(article.id, work)
  }

  async #work(article: BlindArticle): Promise<void> {
    const { catalog, recheckRooms, log } = this.#options
    for (let attempt = 1; !this.#stopping.signal.aborted; attempt++)
      try {
        catalog.rooms.forget(article.projectId)
        // From here on nothing comes into its layers, and all that had come is on disk.
        await recheckRooms()
        await this.#putTogether(article)
        this.#step('finish')
        await catalog.reveals.finish(article)
        catalog.rooms.forget(article.projectId)
        this.#step('tell')
        await recheckRooms()
        return
      } catch (error) {
        // There will be room again; anything else that lasts is for a person to look at.
        if (error instanceof DamagedRoom || (!(error instanceof FullDisk) && attempt >= ATTEMPTS)) throw error
        log.warn({ err: error, article: article.id }, 'a step of a reveal failed')
        await sleep(AGAIN_MS, undefined, { signal: this.#stopping.signal }).catch(() => {})
      }
  }

  async #putTogether({ id }: BlindArticle): Promise<void> {
    const { catalog, rooms } = this.#options
    const leftOut = await catalog.reveals.leftOut(id)
    // What came with a file becomes a layer like the others, so that these are all there was before the discussion.
    for (const [author, records] of byAuthor(await rooms.records(id))) {
      if (this.#stopping.signal.aborted) throw new Error('the server is going down')
      if (leftOut.includes(author)) continue
      this.#step(`keep ${author}`)
      await rooms.putMissing(layerRoom(id, author), records, '')
    }
    for (const { room, person } of await catalog.reveals.layerRooms(id)) {
      if (this.#stopping.signal.aborted) throw new Error('the server is going down')
      if (leftOut.includes(person)) continue
      const records = await rooms.records(room)
      this.#step(`copy ${person}`)
      await rooms.putMissing(id, records, person)
    }
  }

  /** Of an open article in its own room; of a blind one in the rooms of its annotators. */
  async #hasRecords(article: string, isOpen: boolean): Promise<boolean> {
    const { catalog, rooms } = this.#options
    const names = isOpen ? [article] : (await catalog.reveals.layerRooms(article)).map(({ room }) => room)
    for (const name of names) {
      const records = await rooms.records(name)
      if (roots.some((root) => records[root].size > 0)) return true
    }
    return false
  }

  #step(name: string): void {
    this.#options.beforeStep?.(name)
  }

  /** One at a time, so that an article is not made open and revealed at once. */
  #inTurn<T>(job: () => Promise<T>): Promise<T> {
    const result = this.#last.then(job, job)
    this.#last = result.catch(() => {})
    return result
  }
}

function byAuthor(records: Records): Map<string, Records> {
  const found = new Map<string, Records>()
  const add = <R extends Root>(root: R) => {
    for (const record of records[root].values()) {
      const own = found.get(record.author) ?? emptyRecords()
      found.set(record.author, own)
      const to: Map<string, RecordOf[R]> = own[root]
      to.set(record.id, record as RecordOf[R])
    }
  }
  for (const root of roots) add(root)
  return found
}
