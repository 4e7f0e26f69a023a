/** What a blind article keeps secret until its reveal, from whom, and at which doors. */
import type { AttestJson } from '@attest/schema/formats/attest-json'
import type { ActsPage, RemovalPreview } from '@attest/schema/history'
import type { Layers } from '@attest/schema/layer'
import type { Reveal } from '@attest/schema/reveal'
import { layerRoom } from '@attest/schema/room-name'
import type { Asked } from '@attest/schema/suggestion-api'
import type { Dashboard, ProjectWork } from '@attest/schema/work'
import { strFromU8, unzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { answerOf, holds, marks, openRound, type Round, roundText, until } from '../support/round.ts'
import { type Browser, problemOf } from './support.ts'

/** Every GET route there is, with its parameters filled in for each article; those that take queries also with some. */
async function everyAddress(round: Round, articles: readonly string[]): Promise<string[]> {
  const { browsers, project, ids } = round
  const { paths } = await browsers.olga.read<{ paths: Record<string, object> }>('/api/openapi.json')
  const gets = Object.entries(paths).flatMap(([path, methods]) => ('get' in methods ? [path] : []))
  expect(gets.length).toBeGreaterThan(30)
  const addresses = gets.flatMap((path) => {
    const rest = path
      .replace(/\{(number|version)\}/, '1')
      .replace('{token}', 'x')
      .replace(/\{(?!id\})\w+\}/g, 'none')
    if (rest.startsWith('/api/articles/{id}')) return articles.map((id) => rest.replace('{id}', id))
    return [rest.replace('{id}', project)]
  })
  const queries = articles.flatMap((id) =>
    [
      'export?format=attest-json',
      'export?layers=gold',
      'layers?when=now',
      'layers?when=before',
      'history?order=oldest&limit=1',
      `history?person=${ids.ada}`,
      `history?layer=${ids.ada}`,
      `history?about=${ids.ada}.1`,
      `layers?person=${ids.ada}`,
    ].map((query) => `/api/articles/${id}/${query}`),
  )
  const others = [
    `/api/projects/${project}/dashboard?zone=Europe/Zurich`,
    `/api/projects/${project}/agreement?against=gold&gamma=all`,
    `/api/projects/${project}/agreement?people=${ids.ada},${ids.bo}&when=before`,
    `/api/projects/${project}/agreement/differences?a=${ids.ada}&b=${ids.bo}`,
    `/api/articles/${layerRoom(articles[0] ?? '', ids.ada)}`,
  ]
  // The figures of the process change by themselves; that they name nobody is looked at below.
  return [...addresses, ...queries, ...others].filter((path) => path !== '/metrics')
}

async function answersOf(browser: Browser, addresses: readonly string[]): Promise<Map<string, string>> {
  const answers = new Map<string, string>()
  for (const address of addresses) {
    const answer = await browser.get(address)
    const headers = [...answer.headers].filter(([name]) => name !== 'date' && name !== 'set-cookie')
    let body = await answer.text()
    // The one clock there is.
    if (/\/layers/.test(address) && answer.ok) body = body.replace(/"at":\d+}$/, '"at":0}')
    // And a page has another nonce each time.
    const whole = `${answer.status} ${JSON.stringify(headers)} ${body}`
    answers.set(address, whole.replaceAll(/nonce[-="\\]+[A-Za-z0-9+/]+=*/g, 'nonce'))
  }
  return answers
}

async function textOf(answer: Response): Promise<string> {
  return `${answer.status} ${await answer.text()}`
}

/** What is in an export of the whole project, by the names of its files. */
async function exportOf(browser: Browser, project: string): Promise<Record<string, string>> {
  const path = `/api/projects/${project}/exports`
  const { id } = await answerOf<{ id: string }>(browser.post(path, { format: 'attest-json' }))
  const state = async () => (await browser.read<{ state: string }>(`${path}/${id}`)).state
  await expect.poll(state, { timeout: 10_000 }).toBe('done')
  const bytes = new Uint8Array(await (await browser.get(`${path}/${id}/file`)).arrayBuffer())
  return Object.fromEntries(Object.entries(unzipSync(bytes)).map(([name, content]) => [name, strFromU8(content)]))
}

/** Ada marks, links, comments and submits, by her page; and Rita looks at it and judges. */
async function work(round: Round, articles: readonly string[]): Promise<void> {
  const { ids, server } = round
  for (const article of articles) {
    const ada = await round.enters('ada', round.layer('ada', article)).arrives()
    const [one, other] = [marks(ada, 'old bridge'), marks(ada, 'Nobody was hurt', 'denial')]
    ada.relates(other, one, 'denies')
    const comment = { id: `${ids.ada}.c`, on: one, body: 'Look, Bo', mentions: [ids.bo], gap: true as const }
    ada.puts('comments', { ...comment, author: ids.ada, at: 5 })
    await ada.saved()
    const rita = await round.enters('rita', round.layer('rita', article)).arrives()
    rita.judges(one, 'accept')
    rita.judges(other, 'reject')
    await rita.saved()
    await holds(server, round.layer('ada', article), 2)
  }
}

describe('before the reveal', () => {
  it('tells another annotator, a viewer and strangers at every address the same, whatever is done', async () => {
    const round = await openRound()
    const { browsers, ids, project, server } = round
    const articles = [await round.article(), await round.article(`Second\n${roundText}`)]
    const [both = '', hers = ''] = articles
    const [nobodys, open] = [await round.article(`Third\n${roundText}`), await round.article(`Fourth\n${roundText}`)]
    await round.assign([both], ['ada', 'bo'])
    await round.assign([hers], ['ada'])
    await browsers.olga.send('PUT', `/api/articles/${open}/blind`, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ isBlind: false }),
    })
    // Each has one more than it needs, or lacks one; neither may make a difference.
    await browsers.olga.post(`/api/projects/${project}/work/settings`, { perArticle: 1, mayTake: true })
    // What one takes by oneself is the open one, and no blind one after it.
    const take = (browser: Browser) => browser.post(`/api/projects/${project}/work/next`)
    expect(await answerOf(take(browsers.bo))).toMatchObject({ article: open })
    const noMore = await textOf(await take(browsers.bo))
    expect(noMore).toContain('There is no article left to take.')
    // Bo has begun, so that there is something of his own to be told.
    const bo = await round.enters('bo', round.layer('bo', both)).arrives()
    marks(bo, 'the mayor', 'attribution')
    await bo.saved()
    const addresses = await everyAddress(round, articles)
    const lookers = { bo: browsers.bo, vic: browsers.vic }
    const settle = async () => {
      await answersOf(browsers.olga, [`/api/projects/${project}/dashboard`, `/api/projects/${project}/work`])
      for (const browser of Object.values(lookers))
        await answersOf(
          browser,
          addresses.filter((one) => /work|dashboard/.test(one)),
        )
    }
    await settle()
    await settle()
    const exported = await exportOf(browsers.bo, project)
    const before = { bo: await answersOf(browsers.bo, addresses), vic: await answersOf(browsers.vic, addresses) }
    expect(await textOf(await take(browsers.ada))).toBe(noMore)

    await round.assign([nobodys], ['ada'])
    expect(await textOf(await take(browsers.bo))).toBe(noMore)
    await work(round, articles)
    await round.step('ada', 'start', both)
    await round.step('ada', 'submit', both)
    await round.step('ada', 'submit', hers)
    await round.step('rita', 'review', hers)
    // What is proposed, told to webhooks and exported by those who see all is nothing for the others either.
    const asked = await answerOf<Asked>(browsers.rita.post(`/api/articles/${both}/suggestions`, {}))
    expect(asked.added).toBe(1)
    const hook = { name: 'Ours', url: 'https://example.org/', events: ['marks.changed'], hasContents: true }
    await answerOf(browsers.olga.post(`/api/projects/${project}/webhooks`, hook))
    await answerOf(browsers.olga.post(`/api/projects/${project}/exports`, { format: 'brat' }))
    await answerOf(browsers.ada.get(`/api/articles/${both}/export`))
    await answerOf(
      browsers.olga.post(`/api/projects/${project}/work/unassign`, { articles: [nobodys], people: [ids.ada] }),
    )
    await round.assign([nobodys], ['rita'])
    // Once before it is counted, and once after.
    for (const _ of [1, 2]) {
      for (const name of ['bo', 'vic'] as const) {
        const after = await answersOf(browsers[name], addresses)
        const told = [...after].filter(([address, answer]) => answer !== before[name].get(address))
        expect([name, told]).toEqual([name, []])
      }
      await settle()
    }
    expect(await textOf(await take(browsers.bo))).toBe(noMore)
    expect(await exportOf(browsers.bo, project)).toEqual(exported)
    await browsers.rita.send('DELETE', `/api/articles/${both}/suggestions/${asked.prediction.source}`)
    const all = [...before.bo.values(), ...before.vic.values()].join('\n')
    expect(all).not.toContain('Look, Bo')
    // What a person does there says nothing of the others either.
    const next = await browsers.bo.post(`/api/projects/${project}/work/step`, { step: 'start', articles: [both, hers] })
    expect(await next.json()).toEqual({ changed: 1, skipped: 1 })

    const metrics = await (await browsers.bo.get('/metrics')).text()
    for (const secret of [...articles, ...Object.values(ids), project]) expect(metrics).not.toContain(secret)
    // Those who review see all of it, all the while.
    const layers = await browsers.rita.read<Layers>(`/api/articles/${both}/layers`)
    expect(layers).toMatchObject({
      state: 'blind',
      verdicts: [{ author: ids.rita }, { author: ids.rita }],
      comments: [{ author: ids.ada }],
    })
    expect(
      layers.layers.map(({ person, annotations, relations }) => [person, annotations.length, relations.length]),
    ).toEqual(
      [
        [ids.ada, 2, 1],
        [ids.bo, 1, 0],
      ].sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)),
    )
    const file = await browsers.olga.read<AttestJson>(`/api/articles/${both}/export`)
    expect([file.annotations.length, file.verdicts.length, file.comments.length]).toEqual([3, 2, 1])
    const dashboard = await browsers.olga.read<Dashboard>(`/api/projects/${project}/dashboard`)
    expect(dashboard.totals).toMatchObject({ marks: 5, openThreads: 2 })
    const reveal = await browsers.rita.read<Reveal>(`/api/articles/${both}/reveal`)
    expect(reveal.people).toMatchObject([
      { name: 'bo', state: 'in-progress', marks: 1 },
      { name: 'ada', state: 'submitted', marks: 2 },
    ])
    // And each their own.
    const own = await browsers.ada.read<Layers>(`/api/articles/${both}/layers`)
    expect(own.layers.map(({ person }) => person)).toEqual([ids.ada])
    expect(own.verdicts).toEqual([])
    const history = await browsers.ada.read<ActsPage>(`/api/articles/${both}/history`)
    expect(new Set(history.acts.map(({ person }) => person))).toEqual(new Set([ids.ada]))
    const rows = await browsers.ada.read<ProjectWork>(`/api/projects/${project}/work`)
    const told = new Map(rows.articles.map(({ id, ...row }) => [id, row]))
    expect(articles.map((id) => told.get(id))).toMatchObject([
      { marks: 2, ownMarks: 2, state: 'submitted', others: 0 },
      { marks: 2, ownMarks: 2, state: 'in-review', others: 0 },
    ])
    await server.close()
  }, 60_000)

  it('opens a room to nobody but the person it is of, by any spelling', async () => {
    const round = await openRound()
    const { browsers, ids, server } = round
    const article = await round.article()
    const ada = await round.enters('ada', round.layer('ada', article)).arrives()
    const mark = marks(ada, 'old bridge')
    await ada.saved()
    expect(await round.page('ada', article)).toMatchObject({ blind: 'blind', room: round.layer('ada', article) })
    expect(await round.page('vic', article)).toMatchObject({ blind: 'blind', room: null })

    const hers = round.layer('ada', article)
    const gone = 4404
    // To take oneself for somebody else is another matter, and told before.
    for (const name of ['olga', 'rita', 'bo', 'vic'] as const)
      for (const room of [
        hers,
        `${article}%7E${ids.ada}`,
        `${hers}?as=${ids.ada}`,
        `${hers}?has=AA`,
        `${article}~nobody`,
        article,
        `${article}~`,
        `${article}~~${ids[name]}`,
        `${hers}?as=${ids[name]}`,
      ])
        expect([name, room, await round.isSentAway(name, room)]).toEqual([
          name,
          room,
          room.endsWith(`as=${ids.ada}`) ? 4401 : gone,
        ])
    expect(await round.isSentAway('vic', round.layer('vic', article))).toBe(gone)
    expect(await round.isSentAway('ada', article)).toBe(gone)

    // Nobody is seen by anybody, and one does not judge what one cannot see.
    const bo = await round.enters('bo', round.layer('bo', article)).arrives()
    bo.provider.awareness.setLocalState({ selection: [0, 3] })
    await bo.saved()
    expect([ada.sees.size, bo.sees.size]).toEqual([0, 0])
    bo.judges(mark, 'accept')
    await until(() => bo.refusals.includes('may-not-judge'), 'nothing was refused')
    expect((await server.rooms.records(round.layer('bo', article))).verdicts.size).toBe(0)

    // Whoever may not mark any more has no room either; and what they made is not lost.
    await browsers.olga.send('PUT', `/api/projects/${round.project}/members/${ids.ada}`, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ role: 'viewer' }),
    })
    await until(() => ada.endings.some(({ code }) => code === gone || code === 4501), 'Ada is still in')
    expect(await round.isSentAway('ada', hers)).toBe(gone)
    expect((await server.rooms.records(hers)).annotations.size).toBe(1)
  }, 30_000)

  it('makes only those articles blind in which nobody has marked anything, and says why', async () => {
    const round = await openRound({ mode: 'open' })
    const { browsers, project, server } = round
    const [empty, marked] = [await round.article(), await round.article()]
    const ada = await round.enters('ada', marked).arrives()
    marks(ada, 'old bridge')
    await ada.saved()
    const bo = await round.enters('bo', empty).arrives()
    const put = (article: string, isBlind: boolean) =>
      browsers.olga.send('PUT', `/api/articles/${article}/blind`, {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ isBlind }),
      })
    expect(await problemOf(await put(marked, true))).toMatch(/marks or comments in this article already/)
    await answerOf(
      browsers.olga.send('PUT', `/api/articles/${empty}/public-link`, {
        headers: { 'content-type': 'application/json' },
        body: '{"showsNames":true}',
      }),
    )
    expect(await answerOf(browsers.olga.post(`/api/projects/${project}/blind`, { isBlind: true }))).toEqual({
      changed: 1,
      kept: [{ id: marked, title: 'The bridge' }],
    })
    // Whoever was in it is told to ask again, and what is open to the public is so no more.
    await until(() => bo.endings.some(({ code }) => code === 4501), 'Bo is still in')
    expect(await server.catalog.publicLinks.of(empty)).toBeNull()
    const link = await browsers.olga.send('PUT', `/api/articles/${empty}/public-link`, {
      headers: { 'content-type': 'application/json' },
      body: '{"showsNames":true}',
    })
    expect(link.status).toBe(409)
    const hidden = await round.enters('bo', round.layer('bo', empty)).arrives()
    marks(hidden, 'Nobody')
    await hidden.saved()
    expect(await problemOf(await put(empty, false))).toMatch(/Reveal it instead/)
    expect((await browsers.olga.post(`/api/articles/${empty}/revisions`, { text: 'Other words' })).status).toBe(409)
    const removal = { person: round.ids.bo, article: null, since: null }
    const preview = await answerOf<RemovalPreview>(
      browsers.olga.post(`/api/projects/${project}/removals/preview`, removal),
    )
    expect(preview.articles).toMatchObject([{ id: empty, counts: { annotations: 1 } }])
    // Taken out of his room it is nowhere, so the article can be opened.
    await answerOf(browsers.olga.post(`/api/projects/${project}/removals`, removal))
    expect((await put(empty, false)).status).toBe(200)
    expect(await round.page('bo', empty)).toMatchObject({ blind: 'open', room: empty })
    expect(await browsers.olga.read(`/api/projects/${project}/audit?act=article.blind`)).toMatchObject({
      entries: [{ detail: 'open' }, { detail: 'blind' }],
    })
  }, 30_000)
})
