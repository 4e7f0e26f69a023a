/** The reveal of a blind article: all that was made is in its own room afterwards, once, whatever happened meanwhile. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Annotation } from '@attest/schema/annotation'
import type { Article } from '@attest/schema/article'
import type { AttestJson } from '@attest/schema/formats/attest-json'
import type { Gaps } from '@attest/schema/gap'
import type { ActsPage } from '@attest/schema/history'
import type { Layers } from '@attest/schema/layer'
import type { Reveal } from '@attest/schema/reveal'
import { emptyRecords, type Records } from '@attest/schema/room'
import { layerRoom } from '@attest/schema/room-name'
import type { Dashboard } from '@attest/schema/work'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Revealing } from '../../apps/server/src/blind/revealing.ts'
import { verify } from '../../apps/server/src/commands/verify.ts'
import { names } from '../../apps/server/src/folder.ts'
import { createLogger } from '../../apps/server/src/log.ts'
import { openCatalog } from '../../apps/server/src/store/catalog.ts'
import { purge } from '../../apps/server/src/store/purge.ts'
import { openSqlite } from '../../apps/server/src/store/sqlite.ts'
import { createSync } from '../../apps/server/src/sync/sync.ts'
import { answerOf, marks, openRound, type Round, roundText, until } from '../support/round.ts'
import { openServer, problemOf } from './support.ts'

function claim(author: string, name: string, at: number): Annotation {
  return { id: `${author}.${name}`, kind: 'claim', spans: [[4, 10]], attributes: {}, author, at }
}

function recordsOf(...annotations: Annotation[]): Records {
  const records = emptyRecords()
  for (const one of annotations) records.annotations.set(one.id, one)
  return records
}

const reveal = (round: Round, article: string) =>
  answerOf<Reveal>(round.browsers.olga.post(`/api/articles/${article}/reveal`))

describe('a reveal', () => {
  it('takes everybody to one room where all of it is, in the names of those who made it', async () => {
    const round = await openRound()
    const { browsers, ids, server, project } = round
    const article = await round.article()
    await round.assign([article], ['ada', 'bo'])
    const ada = await round.enters('ada', round.layer('ada', article)).arrives()
    const bo = await round.enters('bo', round.layer('bo', article)).arrives()
    const one = marks(ada, 'old bridge')
    const gone = marks(ada, 'police')
    ada.removes('annotations', gone)
    const other = marks(bo, 'old bridge', 'denial')
    await Promise.all([ada.saved(), bo.saved()])
    const rita = await round.enters('rita', round.layer('rita', article)).arrives()
    const verdict = rita.judges(other, 'reject')
    await rita.saved()
    // Made three days ago, as far as its author's clock goes.
    const old = Date.now() - 3 * 86_400_000
    await server.rooms.putRecords(round.layer('ada', article), recordsOf(claim(ids.ada, 'old', old)), ids.ada)

    expect(await problemOf(await browsers.rita.post(`/api/articles/${article}/reveal`))).toMatch(/Only an owner/)
    const before = await browsers.olga.read<Layers>(`/api/articles/${article}/layers`)
    const [told, again] = await Promise.all([reveal(round, article), reveal(round, article)])
    expect([told.state, again.state]).toEqual(['revealed', 'revealed'])
    expect(told.revealed?.by).toBe(ids.olga)
    for (const peer of [ada, bo, rita])
      await until(() => peer.endings.some(({ code }) => code === 4501), `${peer.name} was not told`)

    const file = await browsers.bo.read<AttestJson>(`/api/articles/${article}/export`)
    expect(file.annotations.map(({ id }) => id).sort()).toEqual([`${ids.ada}.old`, one, other].sort())
    expect(file.annotations.find(({ id }) => id === `${ids.ada}.old`)?.at).toBe(old)
    expect(file.verdicts.map(({ id }) => id)).toEqual([verdict])
    const history = await browsers.bo.read<ActsPage>(`/api/articles/${article}/history`)
    expect(history.acts.map(({ person, id, type }) => [person, id, type]).sort()).toEqual(
      [
        [ids.ada, `${ids.ada}.old`, 'put'],
        [ids.ada, one, 'put'],
        [ids.bo, other, 'put'],
        [ids.rita, verdict, 'put'],
      ].sort(),
    )
    // What was before the discussion stays as it was, for all to read, and nobody writes in it.
    for (const name of ['ada', 'vic'] as const) {
      const kept = await browsers[name].read<Layers>(`/api/articles/${article}/layers?when=before`)
      expect({ ...kept, at: 0, state: '' }).toEqual({ ...before, at: 0, state: '' })
    }
    expect(await round.isSentAway('ada', round.layer('ada', article))).toBe(4404)
    expect(await round.page('vic', article)).toMatchObject({ blind: 'revealed', room: article })
    const now = await round.enters('bo', article).arrives()
    expect(now.ids('annotations').length).toBe(3)
    now.removes('annotations', other)
    marks(now, 'Nobody was hurt')
    await now.saved()
    const kept = await browsers.bo.read<Layers>(`/api/articles/${article}/layers?when=before`)
    expect({ ...kept, at: 0, state: '' }).toEqual({ ...before, at: 0, state: '' })

    // Everything is counted when it was made, and once.
    const figures = async () => browsers.olga.read<Dashboard>(`/api/projects/${project}/dashboard`)
    let counted = await figures()
    for (let i = 0; i < 50 && counted.counting > 0; i++) counted = await figures()
    expect(counted.totals.marks).toBe(3)
    expect(counted.days.reduce((sum, day) => sum + day.marks, 0)).toBe(5)
    const acts = await browsers.olga.read<{ entries: unknown[] }>(`/api/projects/${project}/audit?act=article.reveal`)
    expect(acts.entries).toMatchObject([{ person: ids.olga, subject: article }])
    await server.close()
    const progress = { tell: () => {}, end: () => {} }
    expect((await verify({ dataFolder: server.folder, rooms: [], progress })).say).toMatch(/All is sound/)
  }, 40_000)

  it('comes by itself once all who are wanted have submitted, where the project says so', async () => {
    const round = await openRound()
    const { browsers, ids, server, project } = round
    const [article, other] = [await round.article(), await round.article(`Other\n${roundText}`)]
    await answerOf(browsers.olga.post(`/api/projects/${project}/work/settings`, { perArticle: 2, mayTake: true }))
    await round.assign([article], ['ada', 'bo'])
    await round.assign([other], ['ada'])
    await round.step('ada', 'submit', article)
    await round.step('ada', 'submit', other)
    await round.step('bo', 'submit', article)
    await server.revealing.settled()
    expect(await server.catalog.reveals.stateOf(article)).toBe('blind')
    await round.step('bo', 'take-back', article)
    await round.change({ revealsItself: true })
    await server.revealing.settled()
    expect(await server.catalog.reveals.stateOf(article)).toBe('blind')
    await round.step('bo', 'submit', article)
    await server.revealing.settled()
    expect(await server.catalog.reveals.stateOf(article)).toBe('revealed')
    // One of two has: the other place is not taken yet.
    expect(await server.catalog.reveals.stateOf(other)).toBe('blind')
    expect(await browsers.olga.read(`/api/projects/${project}/audit?act=article.reveal`)).toMatchObject({
      entries: [{ person: null, detail: 'all have submitted' }],
    })

    // What owners take out is out before and after, and what goes for good goes whole.
    const rooms = [layerRoom(other, ids.ada), other]
    await server.rooms.putRecords(layerRoom(other, ids.ada), recordsOf(claim(ids.ada, '1', 1)), ids.ada)
    const removal = await answerOf<{ id: string }>(
      browsers.olga.post(`/api/projects/${project}/removals`, { person: ids.ada, article: other, since: null }),
    )
    await reveal(round, other)
    const sizes = async () =>
      Promise.all(rooms.map(async (room) => (await server.rooms.records(room)).annotations.size))
    expect(await sizes()).toEqual([0, 0])
    const late = await round.enters('ada', other).arrives()
    late.puts('annotations', claim(ids.ada, '1', 1))
    await until(() => late.refusals.includes('removed'), 'it could be put again')
    await browsers.olga.post(`/api/projects/${project}/removals/${removal.id}/undo`)
    expect(await sizes()).toEqual([1, 1])
    await browsers.olga.send('DELETE', `/api/articles/${other}`)
    await purge(server.database.db, Date.now() + 31 * 86_400_000)
    for (const room of rooms) expect((await server.database.log.read(room)).seq).toBe(0)
  }, 40_000)
})

describe('a reveal of which a layer cannot be read', () => {
  it('says whose, waits, goes on without it where an owner says so, and puts it in once it is mended', async () => {
    const { folder, article, authors, all } = await prepare(2)
    const [ada = '', bo = ''] = authors
    const open = async () => {
      const server = await openServer({ folder })
      const owner = server.browser()
      await server.catalog.projects.setRole(article.projectId, (await owner.join('Olga the second')).id, 'owner')
      const asked = (without?: string[]) =>
        owner.post(`/api/articles/${article.id}/reveal`, ...(without ? [{ without }] : []))
      const seen = async () =>
        [...(await server.rooms.records(article.id)).annotations.values()].map((one) => one.author)
      return { server, owner, asked, seen }
    }
    const before = await open()
    const { db } = before.server.database
    const lost = await db.selectFrom('room_update').selectAll().where('room', '=', layerRoom(article.id, ada)).execute()
    await db.deleteFrom('room_update').where('room', '=', layerRoom(article.id, ada)).execute()
    expect(await problemOf(await before.asked())).toMatch(/^What is stored of the marks of ada is damaged, so nothing/)
    // Nobody else can be left out.
    expect((await before.asked([bo])).status).toBe(409)
    const told = await before.owner.read<Reveal>(`/api/articles/${article.id}/reveal`)
    expect(told.state).toBe('blind')
    expect(told.people.filter(({ isDamaged }) => isDamaged).map(({ person }) => person)).toEqual([ada])
    const done = await answerOf<Reveal>(before.asked([ada, bo]))
    expect(done).toMatchObject({ state: 'revealed', revealed: { without: [{ person: ada, name: 'ada' }] } })
    expect(new Set(await before.seen())).toEqual(new Set([bo, 'guest']))
    const layers = await before.owner.read<Layers>(`/api/articles/${article.id}/layers?when=before`)
    expect(layers.layers.map(({ person }) => person).sort()).toEqual([bo, 'guest'].sort())
    // Nobody waits for ever until it is counted.
    const gaps = () => before.owner.read<Gaps>(`/api/projects/${article.projectId}/gaps`)
    await expect.poll(async () => (await gaps()).counting, { timeout: 10_000 }).toBe(0)
    expect((await gaps()).unread).toEqual([{ article: article.id, title: article.title }])
    // Asked again it is as damaged as it was.
    expect(await answerOf<Reveal>(before.asked())).toMatchObject({ revealed: { without: [{ person: ada }] } })
    await db.insertInto('room_update').values(lost).execute()
    await before.server.close()

    const mended = await open()
    expect(await answerOf<Reveal>(mended.asked())).toMatchObject({ state: 'revealed', revealed: { without: [] } })
    expect((await mended.seen()).sort()).toEqual(all.map(({ author }) => author).sort())
  }, 40_000)

  it('keeps no other article from being revealed by itself', async () => {
    const { folder, article } = await prepare(1)
    const bare = await openBare(folder)
    const due = bare.catalog.reveals.due.bind(bare.catalog.reveals)
    const names = await bare.catalog.reveals.layerRooms(article.id)
    const other = { ...article, id: 'other' }
    await bare.catalog.articles.add({ ...((await bare.catalog.articles.find(article.id)) as Article), id: other.id })
    await bare.catalog.reveals.setBlind(other, true)
    bare.catalog.reveals.due = async () => [article, other]
    await bare.db
      .deleteFrom('room_update')
      .where('room', '=', names[0]?.room ?? '')
      .execute()
    bare.revealing.lookForDue()
    await bare.revealing.settled()
    bare.catalog.reveals.due = due
    expect(await bare.catalog.reveals.stateOf(article.id)).toBe('blind')
    expect(await bare.catalog.reveals.stateOf(other.id)).toBe('revealed')
    await bare.close()
  }, 20_000)
})

/** Rooms, catalog and reveals on a folder, and nothing else; with `endAt` all ends before that step, as by a crash. */
async function openBare(folder: string, endAt = Number.POSITIVE_INFINITY) {
  const database = await openSqlite(join(folder, names.database))
  const catalog = await openCatalog(database.db)
  const sync = createSync({
    log: database.log,
    catalog: catalog.rooms,
    sessions: { identify: async () => null, standing: async () => new Set() },
    origins: new Set(),
  })
  const rooms = { ...sync, records: async (room: string) => (await sync.records(room)).records }
  const steps: string[] = []
  const revealing = new Revealing({
    catalog,
    rooms,
    recheckRooms: sync.recheck,
    log: createLogger('silent'),
    beforeStep(step) {
      if (steps.length >= endAt) {
        void revealing.close()
        throw new Error('it ends here')
      }
      steps.push(step)
    },
  })
  const close = async () => {
    await revealing.close()
    await sync.close()
    await database.close()
  }
  return { catalog, rooms, db: database.db, log: database.log, revealing, steps, close }
}

/** A data folder with a blind article with three layers, of which one came with a file. */
async function prepare(perPerson: number) {
  const folder = mkdtempSync(join(tmpdir(), 'attest-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const round = await openRound({ folder })
  const { server, ids } = round
  const id = await round.article()
  const made = (author: string) =>
    recordsOf(...Array.from({ length: perPerson }, (_, i) => claim(author, String(i), 1000 + i)))
  for (const name of ['ada', 'bo'] as const)
    await server.rooms.putRecords(round.layer(name, id), made(ids[name]), ids[name])
  await server.rooms.putRecords(id, made('guest'), ids.olga)
  await server.close()
  const authors = [ids.ada, ids.bo, 'guest']
  const all = authors.flatMap((author) => [...made(author).annotations.values()])
  return { folder, article: { id, projectId: round.project, title: 'The bridge' }, authors, all }
}

describe('a reveal that is cut short', () => {
  it('is brought to its end by the next start, wherever it ended, and puts nothing twice', async () => {
    const { folder, article, authors, all } = await prepare(3)
    const byId = (a: Annotation, b: Annotation) => (a.id < b.id ? -1 : 1)
    const whole: string[] = []
    for (let endAt = 0; ; endAt++) {
      const copy = mkdtempSync(join(tmpdir(), 'attest-'))
      onTestFinished(() => rmSync(copy, { recursive: true, force: true }))
      cpSync(folder, copy, { recursive: true })
      const first = await openBare(copy, endAt)
      expect(await first.revealing.begin(article, 'olga')).toBe(true)
      await first.revealing.settled()
      const isCut = first.steps.length === endAt && (await first.catalog.reveals.of(article.id)) === null
      await first.close()
      const second = await openBare(copy)
      await second.revealing.resume()
      await second.revealing.settled()
      expect(await second.catalog.reveals.stateOf(article.id)).toBe('revealed')
      expect([...(await second.rooms.records(article.id)).annotations.values()].sort(byId)).toEqual([...all].sort(byId))
      for (const author of authors)
        expect((await second.rooms.records(layerRoom(article.id, author))).annotations.size).toBe(3)
      // What came with the file, and one update for each layer of those who have marked here.
      expect((await second.log.read(article.id)).seq).toBe(3)
      expect(await second.revealing.begin(article, 'olga')).toBe(false)
      await second.close()
      if (isCut) continue
      whole.push(...first.steps)
      break
    }
    expect(whole.length).toBeGreaterThanOrEqual(5)
  }, 40_000)

  it('goes on when the server itself is started again', async () => {
    const { folder, article, all } = await prepare(2)
    const cut = await openBare(folder, 2)
    await cut.revealing.begin(article, 'olga')
    await cut.close()
    const server = await openServer({ folder })
    await server.revealing.settled()
    expect((await server.rooms.records(article.id)).annotations.size).toBe(all.length)
    expect(await server.catalog.reveals.stateOf(article.id)).toBe('revealed')
  }, 20_000)

  it('takes ten thousand marks in seconds', async () => {
    const { folder, article, all } = await prepare(3334)
    const bare = await openBare(folder)
    const from = performance.now()
    await bare.revealing.begin(article, 'olga')
    await bare.revealing.settled()
    const ms = performance.now() - from
    expect((await bare.rooms.records(article.id)).annotations.size).toBe(all.length)
    expect(ms).toBeLessThan(10_000)
    await bare.close()
  }, 40_000)
})
