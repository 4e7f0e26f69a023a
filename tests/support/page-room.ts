/**
 * The page's own room, outside a browser: real sockets to a real server, without a copy on disk. `line` is the cable:
 * it can be pulled, and whose cookie goes through it can change.
 */
import type { ArticlePage, Me } from '@attest/schema/api'
import { blocksOf, hashText } from '@attest/schema/article'
import type { LabelSet } from '@attest/schema/labelset'
import { closeCode } from '@attest/schema/protocol'
import type { Role } from '@attest/schema/roles'
import { onTestFinished, vi } from 'vitest'
import { WebSocket as NodeSocket } from 'ws'
import { ArticleRoom, type Left } from '../../apps/web/src/live/article-room.ts'
import { isSaved } from '../../apps/web/src/live/status.ts'
import { labelSet } from './labels.ts'
import { origin, type TestServer, text } from './sync-server.ts'

export class Line {
  #isCut = false
  /** Whose cookie the browser has. */
  cookie: string
  /** A socket that goes through this line. */
  readonly socket: typeof WebSocket
  /** The codes with which the server ended connections, in order. */
  readonly endings: number[] = []
  /** When the first refusal came, in milliseconds of `performance.now()`. */
  firstRefusalAt = 0
  /** How many messages the page has sent. */
  sent = 0

  constructor(cookie: string) {
    this.cookie = cookie
    const line = this
    // Browsers have no say over these headers; here they stand for the cookie jar and the address of the page.
    class Socket extends NodeSocket {
      constructor(url: string) {
        super(line.#isCut ? 'ws://127.0.0.1:9' : url, { origin, headers: { cookie: `person=${line.cookie}` } })
        this.on('close', (code) => {
          line.endings.push(code)
          if (code === closeCode.refused) line.firstRefusalAt ||= performance.now()
        })
      }
      override send(data: Uint8Array): void {
        line.sent++
        super.send(data)
      }
    }
    this.socket = Socket as unknown as typeof WebSocket
  }

  get isCut(): boolean {
    return this.#isCut
  }

  cut(): void {
    this.#isCut = true
  }

  mend(): void {
    this.#isCut = false
  }
}

export interface PageOptions {
  person?: string
  room?: string
  /** The article that the room is of, where that is not its name. */
  article?: string
  /** What the page had left in the room before. */
  left?: Left
  labels?: LabelSet
  /** What the server says about the article when it is asked anew; by default what its catalog has. */
  readPage?: (page: ArticlePage) => Promise<ArticlePage | null>
  now?: () => number
}

type Server = Pick<TestServer, 'port'> & Partial<Pick<TestServer, 'town'>>

/** A room opened by this person's page. */
export function openPage(server: Server, options: PageOptions = {}) {
  const { person = 'ada', room = 'harbour', labels = labelSet, now = Date.now } = options
  const line = new Line(person)
  const me: Me = { id: person, name: person, color: 0, ownsWorkspace: false, isByName: true }
  const pageOf = (role: Role, labelSet: LabelSet): ArticlePage => ({
    id: options.article ?? room,
    projectId: 'town',
    title: 'The harbour',
    language: 'en',
    direction: 'ltr',
    text,
    sha256: hashText(text),
    blocks: blocksOf(text),
    inlines: [],
    blind: options.article === undefined ? 'open' : 'blind',
    room,
    project: {
      id: 'town',
      name: 'Town',
      mode: 'open',
      revealsItself: false,
      peersJudge: true,
      joining: 'open',
      role,
      memberRole: role,
      archivedAt: null,
      articleCount: 1,
      guidelines: '',
    },
    labelSet,
    people: [],
  })
  const page = pageOf(server.town?.roles.get(person) ?? 'annotator', labels)
  const opened = new ArticleRoom({
    page,
    me,
    left: options.left ?? null,
    serverUrl: `ws://127.0.0.1:${server.port}`,
    async readPage() {
      if (line.isCut) return null
      if (options.readPage) return options.readPage(opened.page)
      const role = server.town?.roleOf('town', person)
      const setting = await server.town?.roomSetting(room)
      return role && setting ? pageOf(role, setting.labelSet) : null
    },
    now,
    socket: line.socket,
  })
  onTestFinished(() => {
    opened.close()
  })
  const phase = () => opened.status.get().connection.phase
  const settle = { timeout: 15_000, interval: 5 }
  return {
    room: opened,
    line,
    comesOnline: () => vi.waitUntil(() => phase() === 'online', settle),
    isSaved: () => vi.waitUntil(() => isSaved(opened.status.get()), settle),
    ends: () => vi.waitUntil(() => phase() === 'ended', settle),
    async drops(): Promise<void> {
      line.cut()
      opened.reconnect()
      await vi.waitUntil(() => phase() === 'offline', settle)
    },
    rejoins(): void {
      line.mend()
      opened.reconnect()
    },
    /** Marks the n-th word of the article, or marks it anew; returns the mark's id. */
    marks(word: number, kind: string, id?: string): string {
      const found = [...text.matchAll(/\p{L}{3,}/gu)][word]
      if (!found) throw new RangeError(`the article has no word ${word}`)
      const spans: [number, number][] = [[found.index, found.index + found[0].length]]
      const result = opened.put('annotations', { kind, spans, attributes: {}, ...(id === undefined ? {} : { id }) })
      if (!result.ok) throw new Error(`refused here already: ${result.reason}`)
      return result.id
    },
    shown: (id: string) => opened.records.get().annotations.get(id)?.kind,
    tray: () => opened.refused.get().map(({ key, reason }) => [key, reason]),
  }
}
