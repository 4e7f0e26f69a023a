/** A round of a blind project for tests: its people, with browsers and sockets, and articles that they mark unseen. */
import type { Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ArticlePage } from '@attest/schema/api'
import { layerRoom } from '@attest/schema/room-name'
import { createAdaptorServer } from '@hono/node-server'
import { onTestFinished } from 'vitest'
import { WebSocket as NodeSocket } from 'ws'
import { createWebSockets } from '../../apps/server/src/sync/sync.ts'
import { type Browser, openServer, origin, type Server } from '../http/support.ts'
import { Peer, until } from './sync-peer.ts'

export const roundText = 'The bridge\nThe old bridge fell on Monday, said the mayor.\nNobody was hurt, the police said.'

export const names = ['olga', 'rita', 'ada', 'bo', 'vic'] as const
export type Name = (typeof names)[number]

const roles = { olga: 'owner', rita: 'reviewer', ada: 'annotator', bo: 'annotator', vic: 'viewer' } as const

export type Round = Awaited<ReturnType<typeof openRound>>

/** Olga owns it, Rita reviews, Ada and Bo annotate, Vic only reads. */
export async function openRound({ folder, mode = 'blind' }: { folder?: string; mode?: 'open' | 'blind' } = {}) {
  const server = await openServer(folder === undefined ? {} : { folder })
  const browsers = Object.fromEntries(names.map((name) => [name, server.browser()])) as Record<Name, Browser>
  const ids = {} as Record<Name, string>
  for (const name of names) ids[name] = (await browsers[name].join(name)).id
  const made = await answerOf<{ id: string }>(browsers.olga.post('/api/projects', { name: 'Round' }))
  const project = made.id
  for (const name of names) await server.catalog.projects.setRole(project, ids[name], roles[name])
  if (mode === 'blind') await patch(browsers.olga, `/api/projects/${project}`, { mode })
  const port = await listen(server)
  return {
    server,
    browsers,
    ids,
    project,
    async article(text = roundText): Promise<string> {
      return (await answerOf<{ id: string }>(browsers.olga.post(`/api/projects/${project}/articles`, { text }))).id
    },
    page: (name: Name, article: string) => browsers[name].read<ArticlePage>(`/api/articles/${article}`),
    layer: (name: Name, article: string) => layerRoom(article, ids[name]),
    change: (body: unknown) => patch(browsers.olga, `/api/projects/${project}`, body),
    assign: (articles: string[], people: readonly Name[]) =>
      answerOf(
        browsers.olga.post(`/api/projects/${project}/work/assign`, {
          articles,
          people: people.map((name) => ids[name]),
          how: 'all',
        }),
      ),
    step: (name: Name, step: string, article: string, note?: string) =>
      answerOf(
        browsers[name].post(`/api/projects/${project}/work/step`, { step, articles: [article], ...(note && { note }) }),
      ),
    /** A page of this person's in a room, by the stock client. */
    enters(name: Name, room: string): Peer {
      const peer = new Peer(ids[name], { url: `ws://127.0.0.1:${port}/sync`, room, socket: socketOf(browsers[name]) })
      onTestFinished(() => peer.leaves())
      return peer
    },
    /** With what code the server ends a connection to this address below `/sync`. */
    async isSentAway(name: Name, address: string): Promise<number> {
      const socket = new (socketOf(browsers[name]))(`ws://127.0.0.1:${port}/sync/${address}`)
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => resolve(0), 1500)
        socket.on('error', reject)
        socket.on('close', (code) => {
          clearTimeout(late)
          resolve(code)
        })
      })
    },
  }
}

/** Marks words of the text of the round; the id of the mark. */
export function marks(peer: Peer, words: string, kind = 'claim'): string {
  const start = roundText.indexOf(words)
  const id = `${peer.name}.${words.replace(/\W+/g, '-')}`
  const spans: [number, number][] = [[start, start + words.length]]
  peer.puts('annotations', { id, kind, spans, attributes: {}, author: peer.name, at: Date.now() })
  return id
}

export async function answerOf<T>(asked: Response | Promise<Response>): Promise<T> {
  const answer = await asked
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

/** Resolves when the room has so many annotations on disk. */
export async function holds(server: Server, room: string, count: number): Promise<void> {
  let found = -1
  for (const end = Date.now() + 10_000; found !== count; ) {
    found = (await server.rooms.records(room)).annotations.size
    if (Date.now() > end) throw new Error(`${room} has ${found} annotations, not ${count}`)
  }
}

export { until }

function patch(browser: Browser, path: string, body: unknown): Promise<unknown> {
  return answerOf(
    browser.send('PATCH', path, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  )
}

function socketOf({ jar }: Browser) {
  return class extends NodeSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      const cookie = Array.from(jar, ([name, value]) => `${name}=${value}`).join('; ')
      super(address, protocols, { headers: { cookie, origin, host: new URL(origin).host } })
    }
  }
}

async function listen({ app }: Server): Promise<number> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    overrideGlobalObjects: false,
    // ws is what @hono/node-server asks for; their types differ in optional properties only.
    websocket: { server: createWebSockets() as never },
  }) as HttpServer
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return (server.address() as AddressInfo).port
}
