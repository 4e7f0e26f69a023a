/** Who is what in a project. Each change reaches the pages that are open at once. */
import { membersSchema, roleChangeSchema, transferSchema } from '@attest/schema/teams'
import { Hono } from 'hono'
import { parseBody, readJson } from '../body.ts'
import { HttpProblem } from '../problem.ts'
import type { MemberRefusal } from '../store/members.ts'
import { type Env, ownedProjectOf, projectOf, type RouteOptions } from './context.ts'
import { describe } from './describe.ts'

const BODY_BYTES = 16 * 1024

/** To be mounted where the projects are, behind the door of those. */
export function memberRoutes({ catalog, recheckRooms }: RouteOptions): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get(
    '/:id/members',
    describe({
      summary: 'The members of a project',
      description: 'Owners are told who was a member before, too.',
      tag: 'Members',
      answer: { schema: membersSchema, description: 'By name.' },
      problems: { 401: 'Nobody is signed in.', 404: 'There is no such project for you.' },
    }),
    async (c) => {
      const { id, memberRole } = await projectOf(c, catalog, c.req.param('id'))
      return c.json({
        members: await catalog.members.of(id),
        former: memberRole === 'owner' ? await catalog.members.formerOf(id) : [],
      })
    },
  )

  routes.put(
    '/:id/members/:person',
    describe({
      summary: 'Give somebody a role',
      description:
        'To a member, or to somebody who was one. The owner of the workspace can add anybody who can sign in; others ' +
        'are invited.',
      tag: 'Members',
      body: roleChangeSchema,
      answer: { status: 204, schema: null, description: 'They have it now.' },
      problems: {
        401: 'Nobody is signed in.',
        403: 'You do not own the project, or it is archived.',
        404: 'There is no such project for you, or nobody of that id in it.',
        409: 'Nobody would be left who can manage the project.',
        422: 'There is no such role.',
      },
    }),
    async (c) => {
      const { id } = await ownedProjectOf(c, catalog, c.req.param('id'), 'change its members')
      const { role } = parseBody(roleChangeSchema, await readJson(c, BODY_BYTES))
      const ask = { projectId: id, by: c.var.person.id, person: c.req.param('person'), role }
      refuse(await catalog.members.give(ask), ask)
      await recheckRooms()
      return c.body(null, 204)
    },
  )

  routes.delete(
    '/:id/members/:person',
    describe({
      summary: 'Take somebody out of a project, or leave it',
      description: 'Their marks and their name on them stay. Invitations that they have made end.',
      tag: 'Members',
      answer: { status: 204, schema: null, description: 'They are not in it any more.' },
      problems: {
        401: 'Nobody is signed in.',
        403: 'You do not own the project, and it is not yourself, or it is archived.',
        404: 'There is no such project for you, or nobody of that id in it.',
        409: 'Nobody would be left who can manage the project.',
      },
    }),
    async (c) => {
      const ask = { projectId: c.req.param('id'), by: c.var.person.id, person: c.req.param('person') }
      // One can always leave, also what is archived.
      if (ask.by === ask.person) await projectOf(c, catalog, ask.projectId)
      else await ownedProjectOf(c, catalog, ask.projectId, 'take others out of it', { whileArchived: true })
      refuse(await catalog.members.remove(ask), ask)
      await recheckRooms()
      return c.body(null, 204)
    },
  )

  routes.post(
    '/:id/owner',
    describe({
      summary: 'Hand a project over',
      description: 'Makes another member an owner and yourself what you say, at once.',
      tag: 'Members',
      body: transferSchema,
      answer: { status: 204, schema: null, description: 'They own it now.' },
      problems: {
        401: 'Nobody is signed in.',
        403: 'You do not own the project.',
        404: 'There is no such project for you, or no other member of that id.',
        409: 'They cannot sign in.',
      },
    }),
    async (c) => {
      const { id } = await ownedProjectOf(c, catalog, c.req.param('id'), 'hand it over', { whileArchived: true })
      const body = parseBody(transferSchema, await readJson(c, BODY_BYTES))
      const ask = { projectId: id, by: c.var.person.id, ...body }
      refuse(await catalog.members.transfer(ask), ask)
      await recheckRooms()
      return c.body(null, 204)
    },
  )

  return routes
}

function refuse(refusal: MemberRefusal | null, { by, person }: { by: string; person: string }): void {
  switch (refusal) {
    case null:
      return
    case 'not-owner':
      throw new HttpProblem(403, 'Only an owner of the project can do that.')
    case 'no-member':
      throw new HttpProblem(404, 'There is no such member in this project.')
    case 'cannot-sign-in':
      throw new HttpProblem(409, 'Their marks came with a file, and they cannot sign in, so they cannot own a project.')
    case 'last-owner':
      throw new HttpProblem(
        409,
        by === person
          ? 'You are the last owner of this project. Make somebody else an owner first, or delete it.'
          : 'They are the last owner of this project. Make somebody else an owner first.',
      )
  }
}
