/** Invitations: made by owners, shown to whoever has the link, accepted by whoever is signed in. */
import {
  acceptedSchema,
  invitationSchema,
  madeInvitationSchema,
  newInvitationSchema,
  openInvitationSchema,
} from '@attest/schema/teams'
import { Hono } from 'hono'
import * as z from 'zod'
import { parseBody, readJson } from '../body.ts'
import { clientAddress } from '../client-address.ts'
import { makeLimit } from '../limit.ts'
import { MailNotSent } from '../mail.ts'
import { HttpProblem } from '../problem.ts'
import type { Accepted } from '../store/invitations.ts'
import { type Env, ownedProjectOf, type RouteOptions, requirePerson } from './context.ts'
import { describe } from './describe.ts'

const DAY = 24 * 60 * 60_000
const OPEN_A_PROJECT = 100
const MAILS_A_MINUTE = 10
const LOOKS_A_MINUTE = 60

/** To be mounted where the projects are, behind the door of those. */
export function projectInvitationRoutes({ catalog, mailer, publicUrl }: RouteOptions): Hono<Env> {
  const routes = new Hono<Env>()
  const mayMail = makeLimit(MAILS_A_MINUTE, 'Too many invitations at once; please send the next ones in a minute.')

  routes.get(
    '/:id/invitations',
    describe({
      summary: 'The invitations of a project',
      tag: 'Members',
      answer: { schema: z.array(invitationSchema), description: 'The newest first, with who used them.' },
      problems: {
        401: 'Nobody is signed in.',
        403: 'You do not own the project.',
        404: 'There is no such project for you.',
      },
    }),
    async (c) => {
      const { id } = await ownedProjectOf(c, catalog, c.req.param('id'), 'see its invitations', {
        whileArchived: true,
      })
      return c.json(await catalog.invitations.of(id))
    },
  )

  routes.post(
    '/:id/invitations',
    describe({
      summary: 'Invite people',
      description:
        'Makes a link that lets people in with a role, and sends it by e-mail where an address is given and the ' +
        'server has mail. The link is told once: only its hash is kept.',
      tag: 'Members',
      body: newInvitationSchema,
      answer: { status: 201, schema: madeInvitationSchema, description: 'The link.' },
      problems: {
        401: 'Nobody is signed in.',
        403: 'You do not own the project, or it is archived.',
        404: 'There is no such project for you.',
        409: 'There are too many open invitations.',
        422: 'It cannot be for that role, time or number.',
        429: 'Too many were sent at once.',
      },
    }),
    async (c) => {
      const project = await ownedProjectOf(c, catalog, c.req.param('id'), 'invite people')
      const { role, days, maxUses, email = null } = parseBody(newInvitationSchema, await readJson(c, 16 * 1024))
      const { person } = c.var
      if ((await catalog.invitations.countOpen(project.id)) >= OPEN_A_PROJECT)
        throw new HttpProblem(
          409,
          `There are ${OPEN_A_PROJECT} open invitations already; end some of them first, or make one for many people.`,
        )
      const isMailed = email !== null && mailer.isOn
      if (isMailed) mayMail(person.id)
      const expiresAt = Date.now() + days * DAY
      const made = await catalog.invitations.add({
        projectId: project.id,
        role,
        by: person.id,
        email,
        expiresAt,
        maxUses,
      })
      if (!made) throw new HttpProblem(403, 'Only an owner of the project can invite people.')
      const url = `${publicUrl}/invite/${made.token}`
      let isSent: boolean | null = null
      if (isMailed)
        isSent = await mailer
          .send({ to: email, ...mailOf({ project: project.name, by: person.name, url, days }) })
          .then(
            () => true,
            (error: unknown) => {
              // The link is good all the same, and can be sent in another way. The mailer has noted why.
              if (error instanceof MailNotSent) return false
              throw error
            },
          )
      return c.json({ id: made.id, url, isSent }, 201, { 'Cache-Control': 'no-store' })
    },
  )

  routes.delete(
    '/:id/invitations/:invitation',
    describe({
      summary: 'End an invitation',
      description: 'Nobody else gets in with it. Whoever did stays.',
      tag: 'Members',
      answer: { status: 204, schema: null, description: 'It is over.' },
      problems: {
        401: 'Nobody is signed in.',
        403: 'You do not own the project.',
        404: 'There is no such project for you, or no such open invitation.',
      },
    }),
    async (c) => {
      const { id } = await ownedProjectOf(c, catalog, c.req.param('id'), 'end its invitations', { whileArchived: true })
      if (!(await catalog.invitations.end(id, c.req.param('invitation'), c.var.person.id)))
        throw new HttpProblem(404, 'There is no such open invitation in this project.')
      return c.body(null, 204)
    },
  )

  return routes
}

/** For whoever has the link. */
export function invitationRoutes({ catalog, auth, recheckRooms, proxies }: RouteOptions): Hono<Env> {
  const routes = new Hono<Env>()
  const mayLook = makeLimit(LOOKS_A_MINUTE, 'Too many questions from your address; please try again in a minute.')

  routes.get(
    '/:token',
    describe({
      summary: 'What an invitation is for',
      tag: 'Members',
      answer: { schema: openInvitationSchema, description: 'The project, the role, and who invites.' },
      problems: { 404: 'There is no such invitation.', 410: 'It is over.', 429: 'Too many questions from an address.' },
    }),
    async (c) => {
      mayLook(clientAddress(c, proxies))
      const found = await catalog.invitations.find(c.req.param('token'))
      if (!found.ok) throw refusal(found.why)
      const { project, role, by, expiresAt } = found.invitation
      return c.json({ project, role, by, expiresAt })
    },
  )

  routes.post(
    '/:token/accept',
    requirePerson(auth),
    describe({
      summary: 'Accept an invitation',
      description: 'Makes you a member. Whoever is one already keeps the higher of the two roles.',
      tag: 'Members',
      answer: { schema: acceptedSchema, description: 'What you are in the project now.' },
      problems: {
        401: 'Nobody is signed in.',
        403: 'You were removed from the project after the invitation was made.',
        404: 'There is no such invitation.',
        410: 'It is over.',
        429: 'Too many questions from an address.',
      },
    }),
    async (c) => {
      mayLook(clientAddress(c, proxies))
      const accepted = await catalog.invitations.accept(c.req.param('token'), c.var.person.id)
      if (!accepted.ok) throw refusal(accepted.why)
      await recheckRooms()
      const { projectId, role, isNew } = accepted
      return c.json({ projectId, role, isNew })
    },
  )

  return routes
}

function refusal(why: Extract<Accepted, { ok: false }>['why']): HttpProblem {
  switch (why) {
    case 'unknown':
      return new HttpProblem(404, 'There is no such invitation. The link may be incomplete, or the project is gone.')
    case 'expired':
      return new HttpProblem(410, 'The time of this invitation is over. Ask for a new one.')
    case 'used-up':
      return new HttpProblem(410, 'This invitation has been used. Ask for a new one.')
    case 'ended':
      return new HttpProblem(410, 'This invitation does not count any more. Ask for a new one.')
    case 'removed':
      return new HttpProblem(403, 'You were removed from this project. An owner can invite you anew.')
  }
}

function mailOf({ project, by, url, days }: { project: string; by: string; url: string; days: number }) {
  return {
    subject: `${by} invites you to ${project}`,
    text: [
      `${by} invites you to mark articles in the project “${project}”.`,
      `Open this link to accept:`,
      url,
      days === 1 ? 'It is good for one day.' : `It is good for ${days} days.`,
      'If you do not know what this is about, you need not do anything.',
    ].join('\n\n'),
  }
}
