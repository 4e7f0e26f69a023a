/** How far the people of a project agree, and where they do not. */
import {
  agreementQuerySchema,
  agreementSchema,
  differencesQuerySchema,
  differencesSchema,
  goldId,
  whens,
} from '@attest/schema/agreement-api'
import { seesHidden } from '@attest/schema/layer'
import { type Context, Hono } from 'hono'
import type { Study } from '../agreement/figures.ts'
import { parseBody } from '../body.ts'
import { HttpProblem } from '../problem.ts'
import { type Env, projectOf, type RouteOptions, requirePerson } from './context.ts'
import { describe } from './describe.ts'

const scope = {
  kinds: { description: 'Ids of kinds, separated by commas; without, all.' },
  people: {
    description:
      'Ids of people, separated by commas; without, all who have marked. Imported and predicted layers count only when named.',
  },
  articles: { description: 'Ids of articles, separated by commas; without, all.' },
  from: { description: 'Only articles whose newest mark is of this time or later; milliseconds since 1970.' },
  to: { description: 'The same for the end, which is not included.' },
  when: { description: 'As it is now, or as it was before the reveal, of revealed articles.', values: whens },
}
const problems = {
  401: 'Nobody is signed in.',
  404: 'There is no such project for you.',
  422: 'The query is not as it should be.',
}
const secrecy =
  'Reviewers and owners see everybody’s marks; for all others, blind articles that are not revealed are left out.'

export function agreementRoutes({ catalog, auth, agreements }: RouteOptions): Hono<Env> {
  const routes = new Hono<Env>()
  for (const path of ['/:id/agreement', '/:id/agreement/*']) routes.use(path, requirePerson(auth))

  const studyOf = async (c: Context<Env>): Promise<Study> => {
    const { id, memberRole, peersJudge, labelSet } = await projectOf(c, catalog, c.req.param('id') ?? '')
    const members = await catalog.projects.members(id)
    const sources = await catalog.sources.among(id)
    return {
      project: id,
      seesHidden: seesHidden(memberRole),
      members: members.map(({ id, role }) => [id, role] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
      sources: Array.from(sources, ([id, { kind }]) => [id, kind] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
      peersJudge,
      labelSet,
    }
  }

  routes.get(
    '/:id/agreement',
    describe({
      summary: 'How far the people of a project agree',
      description:
        'Span F1, Cohen’s kappa, Krippendorff’s alpha, u-alpha and, where asked for, gamma, with intervals; by pair, ' +
        `person and article, over time, and against gold. ${secrecy} What takes longer than “wait” is answered by 202 ` +
        'and how far it is: ask again.',
      tag: 'Projects',
      query: {
        ...scope,
        against: { description: 'Also as precision and recall, against what was accepted.', values: ['gold'] },
        gamma: {
          description: 'Gamma of all pairs, or also of everybody at once; it takes longer.',
          values: ['no', 'pairs', 'all'],
        },
        wait: { description: 'For so many milliseconds the answer may be waited for; 30000 when it is not given.' },
        seed: { description: 'Of what is drawn by chance; 1 when it is not given.' },
      },
      answer: { schema: agreementSchema, description: 'The figures, and what they are of.' },
      problems,
    }),
    async (c) => {
      const study = await studyOf(c)
      const { wait, ...query } = parseBody(agreementQuerySchema, c.req.query())
      const answer = await agreements.figures(study, query, wait)
      const headers = { 'Cache-Control': 'private, no-cache' }
      if (!(answer instanceof Uint8Array)) return c.json(answer, 202, { ...headers, 'Retry-After': '1' })
      return c.body(answer, 200, { ...headers, 'Content-Type': 'application/json; charset=utf-8' })
    },
  )

  routes.get(
    '/:id/agreement/differences',
    describe({
      summary: 'Where two people differ',
      description: `The marks that one has otherwise than the other, or not at all, aligned as the figures are. ${secrecy}`,
      tag: 'Projects',
      query: {
        ...scope,
        a: { description: `The id of a person, or “${goldId}” for what was accepted.` },
        b: { description: 'The id of another person.' },
        row: { description: 'Only where the first has this kind, or “-”: nothing.' },
        column: { description: 'Only where the second has this kind, or “-”: nothing.' },
        what: { description: 'Only those that differ in this.', values: ['borders', 'kind', 'missing'] },
        limit: { description: 'At most so many, 200 when it is not given.' },
      },
      answer: { schema: differencesSchema, description: 'The differing marks, article by article.' },
      problems,
    }),
    async (c) => {
      const study = await studyOf(c)
      const query = parseBody(differencesQuerySchema, c.req.query())
      if (query.a === query.b) throw new HttpProblem(422, 'Nobody differs from themselves: name two people.')
      return c.body(await agreements.differences(study, query), 200, {
        'Cache-Control': 'private, no-cache',
        'Content-Type': 'application/json; charset=utf-8',
      })
    },
  )

  return routes
}
