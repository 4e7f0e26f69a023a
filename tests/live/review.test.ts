/** Reviewing in the open room: what one decides is one's own verdict, others see what it comes to, and undo takes it back. */
import type { Cluster } from '@attest/schema/cluster'
import { goldOf } from '@attest/schema/gold'
import type { Role } from '@attest/schema/roles'
import { expect, it, onTestFinished, vi } from 'vitest'
import { asChanged, putContent } from '../../apps/web/src/editor/own.ts'
import {
  acceptingOne,
  alikeTo,
  answeringAnew,
  candidatesOf,
  rejectingAll,
  saying,
  standIns,
} from '../../apps/web/src/review/decide.ts'
import { temporaryFile } from '../support/files.ts'
import { openPage } from '../support/page-room.ts'
import { startSync, text } from '../support/sync-server.ts'

const roles: Record<string, Role> = { ada: 'annotator', bob: 'annotator', rita: 'reviewer', olga: 'owner' }
const settle = { timeout: 15_000, interval: 5 }

async function open() {
  const server = await startSync({ file: temporaryFile() })
  onTestFinished(() => server.stop())
  const people = Object.entries(roles).map(([id, role]) => ({ id, name: id, color: 0, role }))
  const arrive = async (person: string) => {
    const page = openPage(server, { person, readPage: async (page) => page })
    page.room.setPage({ ...page.room.page, people })
    await page.comesOnline()
    return page
  }
  const [ada, bob, rita, olga] = await Promise.all([arrive('ada'), arrive('bob'), arrive('rita'), arrive('olga')])
  const all = [ada, bob, rita, olga]
  /** Until everybody has seen so much of it. */
  const allSee = (root: 'annotations' | 'verdicts', count: number) =>
    vi.waitUntil(() => all.every(({ room }) => room.records.get()[root].size === count), settle)
  return { ada, bob, rita, olga, allSee }
}

type Page = Awaited<ReturnType<typeof open>>['ada']

const outcomes = ({ room }: Page) => Object.fromEntries(room.records.get().outcomes)
const mark = ({ room }: Page, id: string) => {
  const found = room.records.get().annotations.get(id)
  if (!found) throw new RangeError(`no mark ${id}`)
  return found
}
function clusterOf({ room }: Page, id: string): Cluster {
  const found = room.records.get().clusters.find(({ annotations }) => annotations.some((one) => one.id === id))
  if (!found) throw new RangeError(`no cluster of ${id}`)
  return found
}

it('accepts one of what several marked in one act; the others see what it comes to, and undo takes all of it back', async () => {
  const { ada, bob, rita, allSee } = await open()
  const [one, same, other] = [ada.marks(1, 'claim'), bob.marks(1, 'claim'), bob.marks(2, 'denial')]
  await allSee('annotations', 3)
  const cluster = clusterOf(rita, one)
  expect(candidatesOf(rita.room, cluster)).toMatchObject([{ marks: [{ id: one }, { id: same }] }])
  expect(rita.room.act(acceptingOne(rita.room, cluster, mark(rita, one))).ok).toBe(true)
  await allSee('verdicts', 2)
  expect(outcomes(ada)).toEqual({ [one]: 'accepted', [same]: 'rejected', [other]: 'open' })
  expect(ada.room.records.get().rulings.get(same)?.of).toBe(one)
  // Again it is so already.
  expect(acceptingOne(rita.room, clusterOf(rita, one), mark(rita, one))).toEqual([])
  rita.room.undo()
  await allSee('verdicts', 0)
  expect(outcomes(ada)).toEqual({ [one]: 'open', [same]: 'open', [other]: 'open' })
})

it('puts a curator’s own mark in the place of all, until somebody who may says otherwise', async () => {
  const { ada, bob, rita, olga, allSee } = await open()
  const [one, other] = [ada.marks(1, 'claim'), bob.marks(1, 'denial')]
  await allSee('annotations', 2)
  const done = rita.room.act(answeringAnew(rita.room, clusterOf(rita, one), mark(rita, one)))
  const answer = done.ok ? (done.ids[0] ?? '') : ''
  await allSee('verdicts', 2)
  expect(outcomes(olga)).toEqual({ [one]: 'rejected', [other]: 'rejected', [answer]: 'accepted' })
  const { records, page } = olga.room
  const judging = { roleOf: (person: string) => roles[person] ?? null, peersJudge: page.project.peersJudge }
  expect(goldOf(records.get(), judging, page.labelSet).annotations).toMatchObject([
    { id: answer, standsFor: [one, other].sort() },
  ])
  // An owner accepts what it stands for: then it does not stand for that, and the owner decides about both.
  olga.room.act([
    ...saying(olga.room, one, { decision: 'accept' }),
    ...saying(olga.room, answer, { decision: 'reject' }),
  ])
  await allSee('verdicts', 4)
  expect(outcomes(rita)).toEqual({ [one]: 'accepted', [other]: 'rejected', [answer]: 'rejected' })
})

it('corrects another’s mark in one’s verdict, of which the author takes over what they like', async () => {
  const { ada, bob, rita, allSee } = await open()
  const id = ada.marks(1, 'claim')
  await allSee('annotations', 1)
  const before = mark(rita, id)
  const [[from, to] = [0, 0]] = before.spans
  const wanted = { kind: 'denial', spans: [[from, to - 1] as [number, number]], attributes: { mode: 'explicit' } }
  expect(putContent(rita.room, before, wanted).ok).toBe(true)
  await allSee('verdicts', 1)
  expect(mark(ada, id)).toEqual(before)
  expect(asChanged(rita.room, mark(rita, id))).toMatchObject(wanted)
  const [verdict] = ada.room.records.get().verdictsOn.get(id) ?? []
  expect(verdict).toMatchObject({ author: 'rita', decision: 'accept', fix: wanted })
  // Nobody else writes it into the mark, not even by the same way.
  expect(putContent(bob.room, mark(bob, id), wanted).ok).toBe(true)
  expect(mark(bob, id)).toEqual(before)
  expect(putContent(ada.room, mark(ada, id), wanted).ok).toBe(true)
  await vi.waitUntil(() => rita.shown(id) === 'denial', settle)
  // A reviewer who rejects it after all corrects nothing any more.
  rita.room.act(saying(rita.room, id, { decision: 'reject', note: 'Not here' }))
  expect(
    rita.room.records
      .get()
      .verdictsOn.get(id)
      ?.find(({ author }) => author === 'rita'),
  ).toMatchObject({
    decision: 'reject',
    note: 'Not here',
  })
  expect(
    rita.room.records
      .get()
      .verdictsOn.get(id)
      ?.find(({ author }) => author === 'rita'),
  ).not.toHaveProperty('fix')
})

it('offers what a mark could be a duplicate of, and never what stands as a duplicate of it', async () => {
  const { ada, bob, rita, allSee } = await open()
  const [one, same] = [ada.marks(1, 'claim'), bob.marks(1, 'claim')]
  await allSee('annotations', 2)
  expect(standIns(rita.room.records.get(), mark(rita, one)).map(({ id }) => id)).toEqual([same])
  rita.room.act(saying(rita.room, same, { decision: 'duplicate', of: one }))
  expect(standIns(rita.room.records.get(), mark(rita, one))).toEqual([])
})

it('decides the same words elsewhere, where they were marked as the same', async () => {
  const { ada, bob, rita, allSee } = await open()
  const places = [...text.matchAll(/Putin/g)].slice(0, 3).map(({ index }) => index)
  const put = ({ room }: Page, at: number, kind: string) => {
    const done = room.put('annotations', { kind, spans: [[at, at + 5]], attributes: {} })
    if (!done.ok) throw new Error(done.reason)
    return done.id
  }
  const [first, second] = [put(ada, places[0] ?? 0, 'attribution'), put(bob, places[1] ?? 0, 'attribution')]
  put(ada, places[2] ?? 0, 'claim')
  await allSee('annotations', 3)
  const decided = clusterOf(rita, first)
  rita.room.act(rejectingAll(rita.room, decided))
  const alike = alikeTo(rita.room, decided, { is: 'reject' })
  expect(alike.map(({ mark }) => mark.id)).toEqual([second])
  rita.room.act(alike.flatMap(({ changes }) => changes))
  await allSee('verdicts', 2)
  expect(outcomes(ada)[second]).toBe('rejected')
  expect(alikeTo(rita.room, decided, { is: 'reject' })).toEqual([])
})
