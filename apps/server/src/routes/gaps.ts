/** Where the guidelines are unclear: what was flagged in the articles of a project, and what its answer touches. */
import { setTimeout as sleep } from 'node:timers/promises'
import { sortInTextOrder } from '@attest/schema/annotation'
import type { Person } from '@attest/schema/api'
import {
  checkedSchema,
  type Gap,
  gapsIn,
  gapsSchema,
  isTouched,
  MOST_RECHECKS,
  quoteOf,
  type Recheck,
  rechecksSchema,
  settleSchema,
} from '@attest/schema/gap'
import type { LabelVersion } from '@attest/schema/label-api'
import { isHidden } from '@attest/schema/layer'
import { canAnnotate } from '@attest/schema/roles'
import type { Records } from '@attest/schema/room'
import { canAssign } from '@attest/schema/work'
import { type Context, Hono } from 'hono'
import { recordsSeen } from '../blind/layers.ts'
import { parseBody, readJson } from '../body.ts'
import { HttpProblem } from '../problem.ts'
import { placeKey } from '../store/gaps.ts'
import type { SeenProject } from '../store/projects.ts'
import { DamagedRoom } from '../store/store.ts'
import type { WorkArticle } from '../store/work-figures.ts'
import { type Env, lookerOf, projectOf, type RouteOptions, refuseArchived, requirePerson } from './context.ts'
import { describe } from './describe.ts'

const MAX_BYTES = 256 * 1024
/** How long an answer waits for articles that are not looked through yet, before it says that there are more. */
const COUNTING_MS = 600

const common = { 401: 'Nobody is signed in.', 404: 'There is no such project for you.' }

export function gapRoutes({ catalog, auth, rooms, counting }: RouteOptions): Hono<Env> {
  const routes = new Hono<Env>()
  routes.use('*', requirePerson(auth))

  routes.get(
    '/:id/gaps',
    describe({
      summary: 'Where the guidelines are unclear',
      description:
        'What was flagged at marks, with the words, who differs over them, and which version of the labels settled it. Of ' +
        'blind articles, annotators are told their own flags alone.',
      tag: 'Labels',
      answer: { schema: gapsSchema, description: 'The gaps, the oldest first, and the versions of the labels.' },
      problems: common,
    }),
    async (c) => {
      const project = await projectOf(c, catalog, c.req.param('id'))
      const uncounted = await catalog.figures.uncounted(project.id)
      const waited = new AbortController()
      await Promise.race([
        counting.count(
          project.id,
          uncounted.map(({ room }) => room),
        ),
        sleep(COUNTING_MS, undefined, { signal: waited.signal }).catch(() => {}),
      ])
      waited.abort()
      const settled = await catalog.gaps.settledIn(project.id)
      const gaps: Gap[] = []
      const articles = await catalog.figures.articles(project.id)
      const flagged = articles.filter(
        ({ figures, layers }) => figures.gaps > 0 || [...layers.values()].some((layer) => layer.gaps > 0),
      )
      const unread = await reading(c, project, flagged, ({ id, title }, records, text) => {
        for (const gap of gapsIn(records, text))
          gaps.push({ ...gap, article: id, title, settled: settled.get(placeKey(id, gap.id)) ?? null })
      })
      gaps.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
      const people = await namesOf(
        gaps.flatMap(({ by, views, settled }) => [by, settled?.by, ...views.map(({ person }) => person)]),
      )
      const versions = await catalog.labels.versions(project.id)
      const seen = (await catalog.figures.uncounted(project.id)).filter(({ blind }) => !isHidden(blind))
      const damaged = new Set(seen.flatMap(({ article, isDamaged }) => (isDamaged ? [article] : [])))
      for (const { id, title } of articles)
        if (damaged.has(id) && !unread.some(({ article }) => article === id)) unread.push({ article: id, title })
      const left = seen.filter(({ isDamaged }) => !isDamaged).length
      return c.json({ role: project.role, gaps, people, versions, counting: left, unread })
    },
  )

  routes.post(
    '/:id/gaps/settle',
    describe({
      summary: 'Say which version of the labels settles gaps',
      description: 'For owners and reviewers. With `version` null, none does (any more).',
      tag: 'Labels',
      body: settleSchema,
      answer: { status: 204, schema: null, description: 'It is kept.' },
      problems: {
        ...common,
        403: 'You are neither an owner nor a reviewer.',
        404: 'There is no such project, article or version for you.',
        422: 'The body is not as it should be.',
      },
    }),
    async (c) => {
      const project = await projectOf(c, catalog, c.req.param('id'))
      refuseArchived(project)
      if (!canAssign(project.role))
        throw new HttpProblem(403, 'Only an owner or a reviewer of the project can say what settles a gap.')
      const { gaps, version } = parseBody(settleSchema, await readJson(c, MAX_BYTES))
      if (version !== null) await versionOf(project.id, String(version))
      await refuseForeign(project, gaps)
      await catalog.gaps.settle({ project: project.id, person: c.var.person.id }, gaps, version)
      return c.body(null, 204)
    },
  )

  routes.get(
    '/:id/gaps/rechecks/:version',
    describe({
      summary: 'Marks to look at again after a version of the labels',
      description:
        'Of the kinds of the gaps that the version settled, what is older than it: in the articles of the gaps, and in all ' +
        'that are not signed off.',
      tag: 'Labels',
      answer: { schema: rechecksSchema, description: `At most ${MOST_RECHECKS} marks, and how many there are beside.` },
      problems: { ...common, 404: 'There is no such project or version for you.' },
    }),
    async (c) => {
      const project = await projectOf(c, catalog, c.req.param('id'))
      const version = await versionOf(project.id, c.req.param('version'))
      const settled = [...(await catalog.gaps.settledIn(project.id))].filter(
        ([, one]) => one.version === version.number,
      )
      const ofGaps = new Set(settled.map(([key]) => key.slice(0, key.indexOf('/'))))
      const keys = new Set(settled.map(([key]) => key))
      const articles = await catalog.figures.articles(project.id)
      const kinds = new Set<string>()
      const flagged = articles.filter(({ id }) => ofGaps.has(id))
      const unreadGaps = await reading(c, project, flagged, ({ id }, records, text) => {
        for (const gap of gapsIn(records, text))
          if (keys.has(placeKey(id, gap.id))) for (const kind of gap.kinds) kinds.add(kind)
      })
      const checked = await catalog.gaps.checkedFor(project.id, version.number)
      const marks: Recheck[] = []
      let more = 0
      const asked = articles.filter(
        ({ id, state, figures, layers }) =>
          (ofGaps.has(id) || state !== 'done') &&
          [figures, ...layers.values()].some((counted) => [...kinds].some((kind) => (counted.kinds[kind] ?? 0) > 0)),
      )
      const unread = await reading(c, project, asked, ({ id, title }, records, text) => {
        const touched = [...records.annotations.values()].filter((one) => isTouched(one, kinds, version.at))
        for (const mark of sortInTextOrder(touched)) {
          if (marks.length === MOST_RECHECKS) {
            more++
            continue
          }
          marks.push({
            article: id,
            title,
            mark: mark.id,
            kind: mark.kind,
            quote: quoteOf(mark, text),
            author: mark.author,
            at: mark.at,
            isOfGap: ofGaps.has(id),
            checked: checked.get(placeKey(id, mark.id)) ?? null,
          })
        }
      })
      const people = await namesOf(marks.flatMap(({ author, checked }) => [author, checked?.by]))
      const { number, at, by, note } = version
      return c.json({
        role: project.role,
        version: { number, at, by, note },
        kinds: [...kinds],
        marks,
        more,
        people,
        unread: [...unreadGaps, ...unread.filter(({ article }) => !unreadGaps.some((one) => one.article === article))],
      })
    },
  )

  routes.post(
    '/:id/gaps/rechecks/:version',
    describe({
      summary: 'Tick marks off that were looked at again',
      tag: 'Labels',
      body: checkedSchema,
      answer: { status: 204, schema: null, description: 'It is kept.' },
      problems: {
        ...common,
        403: 'You only read in this project.',
        404: 'There is no such project, article or version for you.',
        422: 'The body is not as it should be.',
      },
    }),
    async (c) => {
      const project = await projectOf(c, catalog, c.req.param('id'))
      if (!canAnnotate(project.role)) throw new HttpProblem(403, 'Whoever only reads here has nothing to tick off.')
      const { number } = await versionOf(project.id, c.req.param('version'))
      const { marks, isChecked } = parseBody(checkedSchema, await readJson(c, MAX_BYTES))
      await refuseForeign(project, marks)
      await catalog.gaps.check(c.var.person.id, number, marks, isChecked)
      return c.body(null, 204)
    },
  )

  /** Reads what the asking person may see of these articles, one after the other; those that cannot be read are returned. */
  async function reading(
    c: Context<Env>,
    project: SeenProject,
    articles: readonly WorkArticle[],
    read: (article: WorkArticle, records: Records, text: string) => void,
  ): Promise<{ article: string; title: string }[]> {
    const unread: { article: string; title: string }[] = []
    for (const article of articles) {
      try {
        const { records } = await recordsSeen({ catalog, rooms }, article.id, lookerOf(c, project))
        const text = (await catalog.articles.find(article.id))?.text
        if (text !== undefined) read(article, records, text)
      } catch (error) {
        if (!(error instanceof DamagedRoom)) throw error
        unread.push({ article: article.id, title: article.title })
      }
    }
    return unread
  }

  async function versionOf(project: string, number: string): Promise<LabelVersion> {
    const found = /^[1-9]\d{0,8}$/.test(number) ? await catalog.labels.version(project, Number(number)) : null
    if (!found) throw new HttpProblem(404, 'There is no such version of the labels.')
    return found
  }

  async function refuseForeign(project: SeenProject, all: readonly { article: string }[]): Promise<void> {
    const known = new Set((await catalog.figures.articles(project.id)).map(({ id }) => id))
    if (!all.every(({ article }) => known.has(article)))
      throw new HttpProblem(404, 'There is no such article in this project.')
  }

  async function namesOf(people: readonly (string | undefined)[]): Promise<Person[]> {
    return catalog.people.findAll([...new Set(people.filter((one) => one !== undefined))])
  }

  return routes
}
