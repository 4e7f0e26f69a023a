/**
 * The page's own room, outside a browser: real sockets to a real server, without a copy on disk. `line` is the cable:
 * it can be pulled, and whose cookie goes through it can change.
 */
import { readFileSync } from 'node:fs'
import type { ArticlePage, Me } from '@attest/schema/api'
import { blocksOf, hashText } from '@attest/schema/article'
import { labelSetSchema } from '@attest/schema/labelset'
import { onTestFinished, vi } from 'vitest'
import { WebSocket as NodeSocket } from 'ws'
import { ArticleRoom } from '../../apps/web/src/live/article-room.ts'
import { origin, type TestServer, text } from './sync-server.ts'

export class Line {
  #isCut = false
  /** Whose cookie the browser has. */
  cookie: string

  constructor(cookie: string) {
    this.cookie = cookie
    const line = this
    // Browsers have no say over these headers; here they stand for the cookie jar and the address of the page.
    class Socket extends NodeSocket {
      constructor(url: string) {
        super(line.#isCut ? 'ws://127.0.0.1:9' : url, { origin, headers: { cookie: `person=${line.cookie}` } })
      }
    }
    vi.stubGlobal('WebSocket', Socket)
  }

  cut(): void {
    this.#isCut = true
  }

  mend(): void {
    this.#isCut = false
  }
}

/** A room opened by this person's page. */
export function openPage(server: TestServer, { person = 'ada', room = 'harbour' } = {}) {
  const line = new Line(person)
  const me: Me = { id: person, name: person, color: 0, ownsWorkspace: false }
  const labels = JSON.parse(readFileSync(new URL('../../seeds/label-set.json', import.meta.url), 'utf8'))
  const page: ArticlePage = {
    id: room,
    projectId: 'town',
    title: 'The harbour',
    language: 'en',
    direction: 'ltr',
    text,
    sha256: hashText(text),
    blocks: blocksOf(text),
    inlines: [],
    project: {
      id: 'town',
      name: 'Town',
      mode: 'open',
      peersJudge: true,
      role: 'annotator',
      articleCount: 1,
      guidelines: '',
    },
    labelSet: labelSetSchema.parse(labels),
    people: [],
  }
  const opened = new ArticleRoom(page, me, `ws://127.0.0.1:${server.port}`)
  onTestFinished(() => {
    opened.close()
    vi.unstubAllGlobals()
  })
  const phase = () => opened.status.get().connection.phase
  const isSaved = () => phase() === 'online' && opened.status.get().waiting === 0
  const settle = { timeout: 15_000, interval: 10 }
  return {
    room: opened,
    line,
    comesOnline: () => vi.waitUntil(() => phase() === 'online', settle),
    isSaved: () => vi.waitUntil(isSaved, settle),
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
    /** A mark by a clock that is a day ahead: this page lets it pass, the server does not. */
    marksTomorrow(word: number): string {
      const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 86_400_000)
      const id = this.marks(word, 'claim')
      clock.mockRestore()
      return id
    },
    shown: (id: string) => opened.records.get().annotations.get(id)?.kind,
    tray: () => opened.refused.get().map(({ key, reason }) => [key, reason]),
  }
}
