/** Suggestions: marks that the built-in suggester or a service proposes, as layers that are nobody’s. */
import { isHidden, seesHidden } from '@attest/schema/layer'
import type { Role } from '@attest/schema/roles'
import type { Records } from '@attest/schema/room'
import { builtIn } from '@attest/schema/suggest/suggest'
import {
  type Asked,
  askedSchema,
  askSchema,
  mayAskForSuggestions,
  newServiceSchema,
  type Prediction,
  type Service,
  type Suggesters,
  type Suggestions,
  serviceSchema,
  suggestersChangeSchema,
  suggestersSchema,
  suggestionsSchema,
} from '@attest/schema/suggestion-api'
import { type Context, Hono } from 'hono'
import { everythingIn } from '../blind/layers.ts'
import { parseBody, readJson } from '../body.ts'
import { HttpProblem } from '../problem.ts'
import { OF_A_FILE } from '../store/mark-imports.ts'
import type { SeenProject } from '../store/projects.ts'
import { MOST_SERVICES, type StoredPrediction, type StoredService } from '../store/suggestions.ts'
import { ServiceFailed } from '../suggest/answers.ts'
import { type Judged, Judging } from '../suggest/judging.ts'
import { askForMarks, greet } from '../suggest/services.ts'
import { builtOn, changeFor, marksOf } from '../suggest/taking.ts'
import {
  articleOf,
  type Env,
  ownedProjectOf,
  projectOf,
  type RouteOptions,
  refuseArchived,
  refuseSignedOff,
  requirePerson,
} from './context.ts'
import { describe } from './describe.ts'

const MAX_BODY = 64 * 1024
/** Questions at once, of one person and of all. */
const MOST = { asking: 2, askingAll: 10 }

const WRITTEN_AT_ONCE = 500

const members = { 401: 'Nobody is signed in.', 404: 'There is no such project for you.' }

export function projectSuggestionRoutes({ catalog, auth, outgoing }: RouteOptions): Hono<Env> {
  const routes = new Hono<Env>()
  for (const path of ['/:id/suggesters', '/:id/suggesters/*']) routes.use(path, requirePerson(auth))

  routes.get(
    '/:id/suggesters',
    describe({
      summary: 'Who proposes marks in a project',
      description: 'The services that were added, besides the built-in suggester, and who may ask them.',
      tag: 'Projects',
      answer: { schema: suggestersSchema, description: 'Addresses are told to owners only, secrets to nobody.' },
      problems: members,
    }),
    async (c) => {
      const project = await projectOf(c, catalog, c.req.param('id'))
      const services = await catalog.suggestions.services(project.id)
      const askers = await catalog.suggestions.askers(project.id)
      const answer: Suggesters = { askers, services: services.map((one) => toldService(one, project.memberRole)) }
      return c.json(answer, 200, { 'Cache-Control': 'no-store' })
    },
  )

  routes.put(
    '/:id/suggesters',
    describe({
      summary: 'Say who may ask for suggestions',
      tag: 'Projects',
      body: suggestersChangeSchema,
      answer: { status: 204, schema: null, description: 'It holds from now on.' },
      problems: {
        ...members,
        403: 'You do not own the project, or it is archived.',
        422: 'The body is not as it should be.',
      },
    }),
    async (c) => {
      const project = await ownedProjectOf(c, catalog, c.req.param('id'), 'say who may ask for suggestions')
      const { askers } = parseBody(suggestersChangeSchema, await readJson(c, MAX_BODY))
      await catalog.suggestions.setAskers(project.id, c.var.person.id, askers)
      return c.body(null, 204)
    },
  )

  routes.post(
    '/:id/suggesters',
    describe({
      summary: 'Add a service that proposes marks',
      description:
        'An ML backend of Label Studio, or a service that speaks our own protocol. It is greeted at once, and not added ' +
        'where it does not answer as it should.',
      tag: 'Projects',
      body: newServiceSchema,
      answer: { status: 201, schema: serviceSchema, description: 'It can be asked.' },
      problems: {
        ...members,
        403: 'You do not own the project, or it is archived.',
        409: 'The project has as many as it can have, or one of this name.',
        422: 'The body is not as it should be, or the service does not answer as it should; the problem says how.',
      },
    }),
    async (c) => {
      const project = await ownedProjectOf(c, catalog, c.req.param('id'), 'add services')
      const service = parseBody(newServiceSchema, await readJson(c, MAX_BODY))
      const version = await answering(() => greet(outgoing, service, project.labelSet))
      const { authorization, ...rest } = service
      const sealed = authorization === undefined ? {} : { authorization: await auth.seal(authorization) }
      const added = await catalog.suggestions.addService(project.id, c.var.person.id, { ...rest, ...sealed }, version)
      if (added === 'too-many')
        throw new HttpProblem(409, `A project can have ${MOST_SERVICES} services. Remove one first.`)
      if (added === 'name-taken') throw new HttpProblem(409, `There is a service called ${service.name} already.`)
      return c.json(toldService(added, 'owner'), 201)
    },
  )

  routes.delete(
    '/:id/suggesters/:service',
    describe({
      summary: 'Remove a service',
      description: 'It is asked no more. What it has proposed stays until that is removed.',
      tag: 'Projects',
      answer: { status: 204, schema: null, description: 'It is removed.' },
      problems: { ...members, 403: 'You do not own the project, or it is archived.' },
    }),
    async (c) => {
      const project = await ownedProjectOf(c, catalog, c.req.param('id'), 'remove services')
      if (!(await catalog.suggestions.removeService(project.id, c.var.person.id, c.req.param('service'))))
        throw new HttpProblem(404, 'There is no such service in this project.')
      return c.body(null, 204)
    },
  )

  return routes
}

export function articleSuggestionRoutes({ catalog, auth, rooms, outgoing }: RouteOptions): Hono<Env> {
  const routes = new Hono<Env>()
  for (const path of ['/:id/suggestions', '/:id/suggestions/*']) routes.use(path, requirePerson(auth))
  /** By article and who is asked: two at once would each replace what the other has just put. */
  const writing = new Map<string, Promise<unknown>>()
  const asking = new Map<string, number>()
  const judging = new Judging()

  /** Why somebody may not ask now; null where they may. */
  async function refusalFor(article: string, project: SeenProject): Promise<string | null> {
    const askers = await catalog.suggestions.askers(project.id)
    if (!mayAskForSuggestions(project.memberRole, askers))
      return project.memberRole === 'viewer'
        ? 'Viewers of a project cannot ask for suggestions.'
        : `In this project ${askers === 'owners' ? 'owners' : 'owners and reviewers'} ask for suggestions.`
    const state = await catalog.reveals.stateOf(article)
    // What a machine proposes is as much a hint as what a colleague has marked.
    if (isHidden(state) && !seesHidden(project.memberRole))
      return 'In a blind article suggestions are there after the reveal, and until then for those who review.'
    return null
  }

  /** The article, where marks may be proposed in it now by whoever asks; a problem where not. */
  async function openTo(c: Context<Env>) {
    const article = await articleOf(c, catalog, c.req.param('id') ?? '')
    const project = await projectOf(c, catalog, article.projectId)
    refuseArchived(project)
    const refusal = await refusalFor(article.id, project)
    if (refusal !== null) throw new HttpProblem(403, refusal)
    await refuseSignedOff(catalog, article.id)
    if ((await catalog.revisions.newer(article.id)) !== null)
      throw new HttpProblem(409, 'The article has a newer revision, so what is in this one stays as it is.')
    return { article, project }
  }

  routes.get(
    '/:id/suggestions',
    describe({
      summary: 'What was proposed in an article, and how surely',
      description:
        'The marks themselves are among those of the article, with the source as their author; this has their scores. ' +
        'Of a blind article there is nothing before its reveal, but for those who review.',
      tag: 'Articles',
      answer: { schema: suggestionsSchema, description: 'One for each model and version.' },
      problems: { 401: 'Nobody is signed in.', 404: 'There is no such article for you.' },
    }),
    async (c) => {
      const article = await articleOf(c, catalog, c.req.param('id'))
      const project = await projectOf(c, catalog, article.projectId)
      const isSecret = isHidden(await catalog.reveals.stateOf(article.id)) && !seesHidden(project.memberRole)
      const answer: Suggestions = {
        refusal: await refusalFor(article.id, project),
        predictions: isSecret ? [] : (await catalog.suggestions.inArticle(article.id)).map(toldPrediction),
      }
      return c.json(answer, 200, { 'Cache-Control': 'no-store' })
    },
  )

  routes.post(
    '/:id/suggestions',
    describe({
      summary: 'Ask for suggestions',
      description:
        'From the built-in suggester (English), or a service of the project. The answer comes when the marks are on disk, ' +
        'in a layer of their own. Asked again, marks that nobody has judged, linked or commented give way to those that ' +
        'are proposed now.',
      tag: 'Articles',
      body: askSchema,
      answer: { schema: askedSchema, description: 'What was added, kept and removed, and what was left out and why.' },
      problems: {
        401: 'Nobody is signed in.',
        403: 'You may not ask here, or the project is archived.',
        404: 'There is no such article for you, or no such service.',
        409: 'The article is signed off, or has a newer revision.',
        422: 'The body is not as it should be, or the article is not in English.',
        429: 'You are waiting for other suggestions.',
        502: 'The service did not answer as it should; the problem says how.',
      },
    }),
    async (c) => {
      const { article, project } = await openTo(c)
      const { from, kinds = [], threshold } = parseBody(askSchema, await readJson(c, MAX_BODY))
      const person = c.var.person.id
      const { labelSet } = project
      const { signal } = c.req.raw
      let name: string = builtIn.name
      let judged: Judged
      if (from === builtIn.id) {
        if (article.language !== null && article.language !== undefined && !/^en(?:-|$)/i.test(article.language))
          throw new HttpProblem(
            422,
            `The built-in suggester reads English, and this article is in “${article.language}”.`,
          )
        const question = { text: article.text, labelSet, kinds, threshold: threshold ?? 0 }
        judged = await inTurn(person, () => judging.judge(question))
      } else {
        const service = await catalog.suggestions.service(project.id, from)
        if (!service) throw new HttpProblem(404, 'There is no such service in this project.')
        name = service.name
        const { id, title, text, language = null } = article
        const question = { article: { id, title, language, text }, labelSet, kinds, version: service.version }
        const address = await unsealed(service)
        const { protocol, version } = service
        const least = threshold ?? service.threshold
        judged = await inTurn(person, () =>
          answering(async () => {
            const body = await askForMarks(outgoing, address, question, signal)
            const answer = { protocol, name, version, body }
            return judging.judge({ text, labelSet, kinds, threshold: least, answer })
          }, 502),
        )
        if (judged.version !== version) await catalog.suggestions.noteVersion(service.id, judged.version)
      }
      const { fitting, left, model, version } = judged
      const told = await oneByOne(`${article.id} ${from}`, async () => {
        // A service may have taken a minute, in which the article was signed off, or whoever asked has gone away.
        await openTo(c)
        if (signal.aborted) throw new HttpProblem(408, 'Nobody waits for these suggestions any more.')
        const source = await catalog.suggestions.sourceFor(project.id, person, { askedOf: from, name, model, version })
        const before = await catalog.suggestions.inArticle(article.id)
        const older = before.filter((one) => one.askedOf === from && one.source !== source).map((one) => one.source)
        const known = new Map(before.find((one) => one.source === source)?.scores)
        const change = changeFor(await everythingIn({ catalog, rooms }, article.id), fitting, { source, older, known })
        // What it is called stands before what it says: a mark of somebody without a name would be shown as a stranger’s.
        await catalog.suggestions.put(article.id, person, { source, askedOf: from, scores: change.scores })
        for (const annotations of parts([...change.put.annotations]))
          await rooms.putRecords(article.id, { ...change.put, annotations: new Map(annotations) }, person)
        let removed = 0
        for (const keys of parts(change.remove)) {
          // What somebody has judged in this very moment stays.
          const unjudged = (now: Records) => {
            const built = builtOn(now)
            const going = keys.filter(({ id }) => !built.has(id))
            removed += going.length
            return going
          }
          await rooms.removeRecords(article.id, unjudged, person)
        }
        const prediction = (await catalog.suggestions.inArticle(article.id)).find((one) => one.source === source)
        if (!prediction) throw new Error(`the prediction of ${source} in ${article.id} is gone`)
        const { added, remove } = change
        const kept = change.kept + remove.length - removed
        return { prediction: toldPrediction(prediction), added, kept, removed, left } satisfies Asked
      })
      return c.json(told)
    },
  )

  routes.delete(
    '/:id/suggestions/:source',
    describe({
      summary: 'Remove the suggestions of a model from an article',
      description:
        'All of them, also those that were judged. Marks that people have taken over stay: these are theirs.',
      tag: 'Articles',
      answer: { status: 204, schema: null, description: 'They are gone.' },
      problems: {
        401: 'Nobody is signed in.',
        403: 'You may not ask for suggestions here, so you may not remove any; they came with a file, and you do not own the project; or it is archived.',
        404: 'There is no such article for you, or it has no such suggestions.',
        409: 'The article is signed off.',
      },
    }),
    async (c) => {
      const article = await articleOf(c, catalog, c.req.param('id'))
      const project = await projectOf(c, catalog, article.projectId)
      refuseArchived(project)
      const refusal = await refusalFor(article.id, project)
      if (refusal !== null) throw new HttpProblem(403, refusal)
      const source = c.req.param('source')
      const prediction = (await catalog.suggestions.inArticle(article.id)).find((one) => one.source === source)
      if (!prediction) throw new HttpProblem(404, 'There are no such suggestions in this article.')
      // Nobody who may ask could bring them back.
      if (prediction.askedOf === OF_A_FILE && project.memberRole !== 'owner')
        throw new HttpProblem(403, 'Suggestions that came with a file are removed by an owner of the project.')
      await refuseSignedOff(catalog, article.id)
      await oneByOne(`${article.id} ${prediction.askedOf}`, async () => {
        const marks = marksOf(await rooms.records(article.id), source)
        for (const keys of parts(marks)) await rooms.removeRecords(article.id, keys, c.var.person.id)
        await catalog.suggestions.remove(article.id, source)
      })
      return c.body(null, 204)
    },
  )

  /** With the authorization as it is sent: on disk only this server can read it. */
  async function unsealed({ authorization, ...service }: StoredService): Promise<StoredService> {
    if (authorization === undefined) return service
    const open = await auth.unseal(authorization)
    if (open === null)
      throw new HttpProblem(502, 'The authorization of this service cannot be read any more. Please add it anew.')
    return { ...service, authorization: open }
  }

  /** One after another for the same key. */
  async function oneByOne<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = writing.get(key)
    const mine = (async () => {
      await before?.catch(() => {})
      return work()
    })()
    writing.set(key, mine)
    try {
      return await mine
    } finally {
      if (writing.get(key) === mine) writing.delete(key)
    }
  }

  /** Services take their time, and each that is waited for is held open. */
  async function inTurn<T>(person: string, work: () => Promise<T>): Promise<T> {
    const own = asking.get(person) ?? 0
    const all = [...asking.values()].reduce((sum, one) => sum + one, 0)
    if (own >= MOST.asking || all >= MOST.askingAll)
      throw new HttpProblem(429, 'Suggestions are being made already. Please wait for them.', {
        'Retry-After': '10',
      })
    asking.set(person, own + 1)
    try {
      return await work()
    } finally {
      const left = (asking.get(person) ?? 1) - 1
      if (left > 0) asking.set(person, left)
      else asking.delete(person)
    }
  }

  return routes
}

/** Of thousands of marks, so many as hold nobody up while they are written. */
function parts<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / WRITTEN_AT_ONCE) }, (_, i) =>
    all.slice(i * WRITTEN_AT_ONCE, (i + 1) * WRITTEN_AT_ONCE),
  )
}

/** What a service does wrong is told to whoever asked. */
async function answering<T>(work: () => Promise<T>, status: 422 | 502 = 422): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ServiceFailed) throw new HttpProblem(status, error.message)
    throw error
  }
}

function toldService(
  { id, name, protocol, url, authorization, threshold, version }: StoredService,
  role: Role,
): Service {
  const shown = role === 'owner' ? url : null
  return { id, name, protocol, url: shown, hasAuthorization: authorization !== undefined, threshold, version }
}

function toldPrediction({ askedOf: _, ...prediction }: StoredPrediction): Prediction {
  return prediction
}
