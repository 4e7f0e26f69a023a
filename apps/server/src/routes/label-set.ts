/** What a project works by: reading it, changing it, and what the change does to marks. */
import { LABEL_FORMAT, writeLabelJson } from '@attest/schema/formats/label-json'
import {
  currentLabelsSchema,
  labelsSchema,
  labelVersionSchema,
  type NewLabels,
  newLabelsSchema,
  type StoredLabels,
} from '@attest/schema/label-api'
import { labelChanges } from '@attest/schema/label-changes'
import { labelFlaws } from '@attest/schema/label-flaws'
import { censusSchema, decisionFlaws, makePlan, orphansOf, takesAway } from '@attest/schema/label-mapping'
import { type LabelSet, labelSetSchema } from '@attest/schema/labelset'
import { seesHidden } from '@attest/schema/layer'
import { Hono } from 'hono'
import * as z from 'zod'
import { parseBody, readJson } from '../body.ts'
import { takeCensus } from '../labels/census.ts'
import { LISTED, listed, pageQueryDescription } from '../pages.ts'
import { HttpProblem } from '../problem.ts'
import { type Env, ownedProjectOf, projectOf, type RouteOptions, requirePerson } from './context.ts'
import { describe } from './describe.ts'

/** Nine kinds with the longest guidelines, and as many decisions as there may be. */
const MAX_BYTES = 2 * 1024 * 1024

const notYours = {
  401: 'Nobody is signed in.',
  403: 'You do not own the project.',
  404: 'There is no such project for you.',
}

export function labelSetRoutes({ catalog, auth, rooms, relabelling, recheckRooms }: RouteOptions): Hono<Env> {
  const routes = new Hono<Env>()
  routes.use('*', requirePerson(auth))

  const current = async (projectId: string) => ({
    ...(await catalog.labels.current(projectId)),
    job: await catalog.labels.job(projectId),
  })

  routes.get(
    '/:id/label-set',
    describe({
      summary: 'The labels of a project',
      description: 'Its label set and guidelines as they are now, and how far marks are with being changed to them.',
      tag: 'Labels',
      answer: { schema: currentLabelsSchema, description: 'The newest version.' },
      problems: { 401: 'Nobody is signed in.', 404: 'There is no such project for you.' },
    }),
    async (c) => {
      const project = await projectOf(c, catalog, c.req.param('id'))
      const told = await current(project.id)
      // How many marks were changed says how many others there are.
      const isVeiled = !seesHidden(project.memberRole) && (await catalog.reveals.hasHidden(project.id))
      return c.json(isVeiled ? { ...told, job: null } : told)
    },
  )

  routes.put(
    '/:id/label-set',
    describe({
      summary: 'Save a new version of the labels',
      description:
        'From then on everything that comes in is judged by it, and open pages have it within seconds. Where marks would ' +
        'have no place in it, `decisions` must say what becomes of them; they are changed on behalf of their authors, ' +
        'and `job` of the labels says how far that is.',
      tag: 'Labels',
      body: newLabelsSchema,
      answer: { schema: currentLabelsSchema, description: 'The version that was saved.' },
      problems: {
        ...notYours,
        409: 'Somebody saved another version meanwhile, marks are still being changed, or it is not said what becomes of marks.',
        422: 'Something is wrong with the labels; the detail says what and where.',
      },
    }),
    async (c) => {
      const { id } = await ownedProjectOf(c, catalog, c.req.param('id'), 'change its labels')
      const body = parseBody(newLabelsSchema, await readJson(c, MAX_BYTES))
      const [flaw] = labelFlaws(body.labelSet)
      if (flaw) throw new HttpProblem(422, flaw.text)
      if (await catalog.reveals.isRunningIn(id))
        throw new HttpProblem(409, 'An article is just being revealed. Please save again in a moment: nothing is lost.')
      const labelSet = labelSetSchema.parse(body.labelSet)
      const before = await catalog.labels.current(id)
      refuseStale(body, before)
      const decisions = body.decisions
      const [impossible] = decisionFlaws(makePlan(labelSet, decisions), decisions)
      if (impossible) throw new HttpProblem(422, impossible)
      if (takesAway(before.labelSet, labelSet)) await refuseUndecided(id, before.labelSet, labelSet, body)
      const isCarriedOut = decisions.some((decision) => decision.do !== 'keep')
      const saved = await catalog.labels.save({
        projectId: id,
        base: body.base,
        labelSet,
        guidelines: body.guidelines,
        note: body.note,
        person: c.var.person.id,
        decisions: isCarriedOut ? decisions : null,
        what: labelChanges(before, { labelSet, guidelines: body.guidelines }).join(' '),
      })
      if (saved.is === 'stale') refuseStale(body, await catalog.labels.current(id))
      if (saved.is === 'busy')
        throw new HttpProblem(409, 'Marks are still being changed to the version before. Save again when that is done.')
      relabelling.begin(id)
      await recheckRooms()
      return c.json(await current(id))
    },
  )

  async function refuseUndecided(projectId: string, before: LabelSet, after: LabelSet, { decisions }: NewLabels) {
    const census = await takeCensus({ catalog, rooms }, projectId)
    const open = orphansOf(census, before, makePlan(after, decisions)).filter((one) => !one.decision && !one.isOld)
    if (open.length === 0) return
    const sum = open.reduce((total, { count, corrections }) => total + count + corrections, 0)
    throw new HttpProblem(
      409,
      `${sum === 1 ? 'One mark or link' : `${sum} marks or links`} would have no place in these labels. Say what becomes of them, then save again.`,
    )
  }

  routes.post(
    '/:id/label-set/retry',
    describe({
      summary: 'Change marks to new labels again',
      description: 'Goes once more through the articles whose marks could not be changed to the newest version.',
      tag: 'Labels',
      answer: { schema: currentLabelsSchema, description: 'The labels, with how far marks are.' },
      problems: { ...notYours, 409: 'There is nothing to be done again.' },
    }),
    async (c) => {
      const { id } = await ownedProjectOf(c, catalog, c.req.param('id'), 'change its labels')
      if (!(await catalog.labels.tryAgain(id))) throw new HttpProblem(409, 'There is nothing to be done again.')
      relabelling.begin(id)
      return c.json(await current(id))
    },
  )

  routes.get(
    '/:id/label-set/census',
    describe({
      summary: 'What the marks of a project use',
      description:
        'How many marks and links there are of each kind, attribute, value and relation type, with examples.',
      tag: 'Labels',
      answer: { schema: censusSchema, description: 'The counts, of all articles of the project.' },
      problems: notYours,
    }),
    async (c) => {
      const { id } = await ownedProjectOf(c, catalog, c.req.param('id'), 'count its marks')
      return c.json(await takeCensus({ catalog, rooms }, id))
    },
  )

  routes.get(
    '/:id/label-set/versions',
    describe({
      summary: 'The versions of the labels',
      description: LISTED,
      query: pageQueryDescription,
      tag: 'Labels',
      answer: { schema: z.array(labelVersionSchema), description: 'Who saved each and when, the newest first.' },
      problems: { 401: 'Nobody is signed in.', 404: 'There is no such project for you.' },
    }),
    async (c) => {
      const { id } = await projectOf(c, catalog, c.req.param('id'))
      return c.json(listed(c, await catalog.labels.versions(id), ({ number }) => String(number)))
    },
  )

  routes.get(
    '/:id/label-set/versions/:number',
    describe({
      summary: 'One version of the labels',
      tag: 'Labels',
      answer: { schema: labelsSchema, description: 'The label set and guidelines as they were.' },
      problems: { 401: 'Nobody is signed in.', 404: 'There is no such project for you, or no such version.' },
    }),
    async (c) => {
      const { id } = await projectOf(c, catalog, c.req.param('id'))
      return c.json(await versionOf(id, c.req.param('number')))
    },
  )

  routes.get(
    '/:id/label-set/export',
    describe({
      summary: 'Export the labels',
      description: 'As a file that another project can begin with, or that is brought in on the page of the labels.',
      tag: 'Labels',
      answer: { schema: 'application/json', description: 'The newest version.' },
      problems: { 401: 'Nobody is signed in.', 404: 'There is no such project for you.' },
    }),
    async (c) => {
      const { id } = await projectOf(c, catalog, c.req.param('id'))
      const file = writeLabelJson(await catalog.labels.current(id))
      return c.body(`${JSON.stringify(file, null, 2)}\n`, 200, {
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Disposition': `attachment; filename="${LABEL_FORMAT}-${id}.json"`,
        'Cache-Control': 'no-store',
      })
    },
  )

  async function versionOf(projectId: string, number: string): Promise<StoredLabels> {
    const found = /^[1-9]\d{0,8}$/.test(number) ? await catalog.labels.version(projectId, Number(number)) : null
    if (!found) throw new HttpProblem(404, 'There is no such version of the labels.')
    return found
  }

  return routes
}

function refuseStale({ base }: NewLabels, newest: StoredLabels): void {
  if (newest.number === base) return
  const who = newest.by?.name ?? 'Somebody'
  throw new HttpProblem(
    409,
    `${who} saved version ${newest.number} of the labels meanwhile. Nothing of yours was saved, and nothing of it is lost.`,
  )
}
