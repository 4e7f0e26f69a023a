/** What others corrected about one's own marks, in all articles of a project. */
import { feedbackTo } from '@attest/schema/correction'
import { type Corrections, correctionsSchema, keyOfSpans, type Received } from '@attest/schema/correction-api'
import { isHidden } from '@attest/schema/layer'
import { quotesOf, type Spans } from '@attest/schema/span'
import { Hono } from 'hono'
import * as z from 'zod'
import { parseBody } from '../body.ts'
import { DamagedRoom } from '../store/store.ts'
import { type Env, projectOf, type RouteOptions, requirePerson } from './context.ts'
import { describe } from './describe.ts'

const querySchema = z.object({ from: z.coerce.number().int().min(0).default(0) })

/** An answer ends after so many corrections, or after it has read for so long. */
const ENOUGH = 100
const READING_MS = 800

export function correctionRoutes({ catalog, auth, rooms }: RouteOptions): Hono<Env> {
  const routes = new Hono<Env>()
  routes.use('/:id/corrections', requirePerson(auth))

  routes.get(
    '/:id/corrections',
    describe({
      summary: 'Corrections to your marks',
      description:
        'The verdicts of others about your own marks, but for a bare yes, by article. It reads the articles in their order; ' +
        'where it stops, `next` says how to go on. Of a blind article there is nothing before its reveal.',
      tag: 'Projects',
      query: { from: { description: 'Where to begin: `next` of the answer before.' } },
      answer: { schema: correctionsSchema, description: 'The corrections, and where to go on.' },
      problems: {
        401: 'Nobody is signed in.',
        404: 'There is no such project for you.',
        422: 'The query is not as it should be.',
      },
    }),
    async (c) => {
      const project = await projectOf(c, catalog, c.req.param('id'))
      const { from } = parseBody(querySchema, c.req.query())
      const me = c.var.person.id
      const all = await catalog.articles.inProject(project.id)
      const judging = {
        roleOf: (person: string) => catalog.roles.of(project.id, person),
        peersJudge: project.peersJudge,
      }
      const articles: Corrections['articles'] = []
      const damaged: Corrections['damaged'] = []
      const until = performance.now() + READING_MS
      let count = 0
      let at = from
      for (; at < all.length && count < ENOUGH && performance.now() < until; at++) {
        const summary = all[at]
        if (!summary || isHidden(summary.blind)) continue
        const { id, title } = summary
        try {
          const feedback = feedbackTo(me, await rooms.records(id), judging)
          if (feedback.length === 0) continue
          const text = (await catalog.articles.find(id))?.text ?? ''
          const items = feedback.map(({ annotation, ruling, verdicts }): Received => {
            const spans: Spans[] = [annotation.spans, ...verdicts.flatMap(({ fix }) => (fix?.spans ? [fix.spans] : []))]
            const words = Object.fromEntries(spans.map((one) => [keyOfSpans(one), quotesOf(text, one).join(' … ')]))
            return { annotation, outcome: ruling.outcome, verdicts: [...verdicts], words }
          })
          count += items.length
          articles.push({ id, title, items })
        } catch (error) {
          // One that cannot be read keeps nobody from the others.
          if (!(error instanceof DamagedRoom)) throw error
          damaged.push({ id, title })
        }
      }
      const authors = new Set(
        articles.flatMap(({ items }) => items.flatMap((one) => one.verdicts.map((v) => v.author))),
      )
      const answer: Corrections = {
        labelSet: project.labelSet,
        people: await catalog.people.findAll([...authors]),
        articles,
        damaged,
        next: at < all.length ? at : null,
        total: all.length,
      }
      return c.json(answer, 200, { 'Cache-Control': 'no-store' })
    },
  )

  return routes
}
