/** What was done to the records of an article, and bringing back what was deleted. */
import { type ActsPage, actsPageSchema, actTypes, MOST_ACTS, restoreSchema } from '@attest/schema/history'
import { isHidden, seesHidden } from '@attest/schema/layer'
import { personId, recordId } from '@attest/schema/record'
import { recordKey, roots } from '@attest/schema/room'
import { layerRoom } from '@attest/schema/room-name'
import { Hono } from 'hono'
import * as z from 'zod'
import { type Looker, roomSeen } from '../blind/layers.ts'
import { parseBody, readJson } from '../body.ts'
import { putBack } from '../moderation.ts'
import { HttpProblem } from '../problem.ts'
import { keysOf } from '../revisions/carry.ts'
import {
  articleOf,
  type Env,
  lookerOf,
  ownedProjectOf,
  projectOf,
  type RouteOptions,
  refuseSignedOff,
  requirePerson,
} from './context.ts'
import { describe } from './describe.ts'

const querySchema = z.object({
  from: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(MOST_ACTS).default(100),
  order: z.enum(['newest', 'oldest']).default('newest'),
  person: z.string().max(64).optional(),
  type: z.enum(actTypes).optional(),
  root: z.enum(roots).optional(),
  about: recordId.optional(),
  layer: personId.optional(),
})

/** What whoever may see nothing is told, whatever there is. */
const nothing: ActsPage = { acts: [], next: null, total: 0, flaw: null }

const putBackSchema = z.object({
  /** How many were deleted, and are back. */
  count: z.int(),
})

export function historyRoutes({ catalog, auth, rooms, history }: RouteOptions): Hono<Env> {
  const routes = new Hono<Env>()
  routes.use('*', requirePerson(auth))

  routes.get(
    '/:id/history',
    describe({
      summary: 'The history of an article',
      description:
        'Who put, changed, deleted or restored which record, when, and what it was before; as the log of its room has it.',
      tag: 'Articles',
      query: {
        from: { description: 'Where the page begins: `next` of the page before.' },
        limit: { description: `How many acts at most, up to ${MOST_ACTS}; 100 when not given.` },
        order: { description: 'What comes first; the newest when not given.', values: ['newest', 'oldest'] },
        person: { description: 'Only what this person did.' },
        type: { description: 'Only acts of this type.', values: actTypes },
        root: { description: 'Only acts on records of this kind.', values: roots },
        layer: {
          description:
            'The history of the room where this person marks, or marked, the article while it is blind: one’s own, all for reviewers and owners, and for everybody after the reveal.',
        },
        about: { description: 'Only what was done to this record and to what is said of it.' },
      },
      answer: { schema: actsPageSchema, description: 'A page of acts.' },
      problems: {
        401: 'Nobody is signed in.',
        404: 'There is no such article for you.',
        422: 'The query is not as it should be.',
      },
    }),
    async (c) => {
      const article = await articleOf(c, catalog, c.req.param('id'))
      const project = await projectOf(c, catalog, article.projectId)
      const { order, layer, ...query } = parseBody(querySchema, c.req.query())
      const room = await roomOf(article.id, lookerOf(c, project), layer)
      const page = room === null ? nothing : await history.page(room, { ...query, isOldestFirst: order === 'oldest' })
      return c.json(page, 200, { 'Cache-Control': 'no-store' })
    },
  )

  routes.post(
    '/:id/history/restore',
    describe({
      summary: 'Bring deleted records back',
      description:
        'Puts them back as they last were, with their authors and times. Authors bring back their own in the room itself.',
      tag: 'Articles',
      body: restoreSchema,
      answer: { schema: putBackSchema, description: 'How many are back; those that are there already are left alone.' },
      problems: {
        401: 'Nobody is signed in.',
        403: 'You do not own the project.',
        404: 'There is no such article for you.',
        409: 'The article has a newer revision, is blind, or signed off.',
        422: 'None of them was deleted.',
      },
    }),
    async (c) => {
      const { id, projectId, title } = await articleOf(c, catalog, c.req.param('id'))
      await ownedProjectOf(c, catalog, projectId, 'bring back what others deleted')
      if ((await catalog.revisions.newer(id)) !== null)
        throw new HttpProblem(409, 'This article has a newer revision; what is in this one stays as it is.')
      if (isHidden(await catalog.reveals.stateOf(id)))
        throw new HttpProblem(
          409,
          'This article is blind: what was deleted in it can be brought back after the reveal.',
        )
      await refuseSignedOff(catalog, id)
      const asked = parseBody(restoreSchema, await readJson(c, 1024 * 1024)).records
      const back = keysOf(await putBack({ rooms, history }, id, asked, c.var.person.id))
      if (back.length === 0) throw new HttpProblem(422, 'None of these was deleted, or it cannot be read any more.')
      await catalog.removals.free(
        id,
        asked.map(({ root, id: record }) => recordKey(root, record)),
      )
      catalog.rooms.forgetRoom(id)
      await catalog.audit.note({
        act: 'record.restore',
        project: projectId,
        person: c.var.person.id,
        subject: id,
        detail: `${title} (${back.length})`,
      })
      return c.json({ count: back.length })
    },
  )

  /** Before the reveal nobody but those who review sees the records of others, nor what became of them. */
  async function roomOf(article: string, looker: Looker, layer: string | undefined): Promise<string | null> {
    const state = await catalog.reveals.stateOf(article)
    if (layer === undefined) return roomSeen(article, state, looker)
    const isSeen = !isHidden(state) || seesHidden(looker.role) || layer === looker.person
    return isSeen ? layerRoom(article, layer) : null
  }

  return routes
}
