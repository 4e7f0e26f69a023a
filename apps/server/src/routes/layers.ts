/** The layers of an article: what each of its annotators has made, as far as whoever asks may see it. */
import { createHash } from 'node:crypto'
import { type Layers, layersOf, layersSchema } from '@attest/schema/layer'
import { order } from '@attest/schema/order'
import type { Records } from '@attest/schema/room'
import { Hono } from 'hono'
import * as z from 'zod'
import { recordsOfLayers, recordsSeen } from '../blind/layers.ts'
import { parseBody } from '../body.ts'
import { names } from '../pages.ts'
import { HttpProblem } from '../problem.ts'
import { articleOf, type Env, lookerOf, projectOf, type RouteOptions, requirePerson } from './context.ts'
import { describe } from './describe.ts'

const querySchema = z.object({ when: z.enum(['now', 'before']).default('now') })

export function layerRoutes({ catalog, auth, rooms }: RouteOptions): Hono<Env> {
  const routes = new Hono<Env>()
  routes.use('/:id/layers', requirePerson(auth))

  routes.get(
    '/:id/layers',
    describe({
      summary: 'The layers of an article',
      description:
        'What each person has made in it, with the verdicts and comments. Of a blind article, before the reveal, ' +
        'reviewers and owners see all, annotators what is theirs, viewers nothing; after it, `when=before` is what there ' +
        'was before anybody saw anybody else’s. The answer has an ETag.',
      tag: 'Articles',
      query: { when: { description: 'As it is now, or as it was before the reveal.', values: ['now', 'before'] } },
      answer: { schema: layersSchema, description: 'The layers by person, as far as you may see them.' },
      problems: {
        401: 'Nobody is signed in.',
        404: 'There is no such article for you.',
        409: 'There is no “before”: it was never blind, or is still.',
        422: 'The query is not as it should be.',
      },
    }),
    async (c) => {
      const article = await articleOf(c, catalog, c.req.param('id'))
      const project = await projectOf(c, catalog, article.projectId)
      const { when } = parseBody(querySchema, c.req.query())
      const parts = { catalog, rooms }
      let told: Omit<Layers, 'at'>
      let at = Date.now()
      if (when === 'now') {
        const { state, records } = await recordsSeen(parts, article.id, lookerOf(c, project))
        told = { state, ...toldRecords(records) }
      } else {
        const state = await catalog.reveals.stateOf(article.id)
        const reveal = await catalog.reveals.of(article.id)
        if (state !== 'revealed' || !reveal)
          throw new HttpProblem(409, 'This article has not been revealed, so there is nothing that was before it.')
        at = reveal.at
        told = { state, ...toldRecords(await recordsOfLayers(parts, article.id)) }
      }
      const body = JSON.stringify(told)
      const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
      const headers = { ETag: tag, 'Cache-Control': 'private, no-cache' }
      if (names(c.req.header('if-none-match'), tag)) return c.body(null, 304, headers)
      return c.json({ ...told, at } satisfies Layers, 200, headers)
    },
  )

  return routes
}

function toldRecords({ verdicts, comments, ...marks }: Records): Pick<Layers, 'layers' | 'verdicts' | 'comments'> {
  return { layers: layersOf(marks), verdicts: sorted(verdicts), comments: sorted(comments) }
}

function sorted<T extends { id: string }>(records: ReadonlyMap<string, T>): T[] {
  return [...records.values()].sort((a, b) => order(a.id, b.id))
}
