/**
 * Links for the public: owners switch one on for an article, and whoever has it reads the article with its marks,
 * without a session. Nothing else of the project is told: people and records get names of their own, and the room is
 * never opened for writing.
 */
import { createHash } from 'node:crypto'
import type { Person } from '@attest/schema/api'
import { isHidden } from '@attest/schema/layer'
import { authorOf } from '@attest/schema/record'
import type { Records } from '@attest/schema/room'
import { type PublicArticle, publicArticleSchema, publicLinkChangeSchema, publicLinkSchema } from '@attest/schema/teams'
import { type Context, Hono } from 'hono'
import { parseBody, readJson } from '../body.ts'
import { clientAddress } from '../client-address.ts'
import { makeLimit } from '../limit.ts'
import { HttpProblem } from '../problem.ts'
import type { PublicLink, PublicLinks } from '../store/public-links.ts'
import { articleOf, type Env, ownedProjectOf, type RouteOptions } from './context.ts'
import { describe } from './describe.ts'

const READS_A_MINUTE = 120
/** So long an answer serves all who ask, in milliseconds: a link may be read by many, and marks change less often. */
const KEPT_MS = 2000
const KEPT_ANSWERS = 50
const MOST_COLORS = 12

/** To be mounted where the articles are, behind the door of those. */
export function publicLinkRoutes({ catalog, publicUrl }: RouteOptions): Hono<Env> {
  const routes = new Hono<Env>()
  const told = (link: PublicLink | null) => ({
    url: link && `${publicUrl}/public/${link.token}`,
    showsNames: link?.showsNames ?? true,
  })
  const ownedArticle = async (c: Context<Env>, id: string) => {
    const article = await articleOf(c, catalog, id)
    // Also of an archived project, in which nothing of the article changes by it.
    await ownedProjectOf(c, catalog, article.projectId, 'open its articles to the public', { whileArchived: true })
    return article
  }
  const problems = {
    401: 'Nobody is signed in.',
    403: 'You do not own the project.',
    404: 'There is no such article for you.',
  }

  routes.get(
    '/:id/public-link',
    describe({
      summary: 'The link of an article for the public',
      tag: 'Public',
      answer: { schema: publicLinkSchema, description: 'The link, if there is one.' },
      problems,
    }),
    async (c) => {
      const { id } = await ownedArticle(c, c.req.param('id'))
      return c.json(told(await catalog.publicLinks.of(id)))
    },
  )

  routes.put(
    '/:id/public-link',
    describe({
      summary: 'Open an article to the public',
      description:
        'Everybody who has the link can read the article with its marks. A link that is there stays the same.',
      tag: 'Public',
      body: publicLinkChangeSchema,
      answer: { schema: publicLinkSchema, description: 'The link.' },
      problems: { ...problems, 409: 'The article is blind.', 422: 'It is not said whether names are shown.' },
    }),
    async (c) => {
      const article = await ownedArticle(c, c.req.param('id'))
      if (isHidden(await catalog.reveals.stateOf(article.id)))
        throw new HttpProblem(409, 'This article is blind: it can be opened to the public after the reveal.')
      const { showsNames } = parseBody(publicLinkChangeSchema, await readJson(c, 16 * 1024))
      return c.json(told(await catalog.publicLinks.put(article, c.var.person.id, showsNames)))
    },
  )

  routes.delete(
    '/:id/public-link',
    describe({
      summary: 'Close an article to the public',
      description: 'The link opens nothing any more; a later one is another. Nothing happens where there is none.',
      tag: 'Public',
      answer: { status: 204, schema: null, description: 'There is no link.' },
      problems,
    }),
    async (c) => {
      const article = await ownedArticle(c, c.req.param('id'))
      await catalog.publicLinks.remove(article, c.var.person.id)
      return c.body(null, 204)
    },
  )

  return routes
}

/** For everybody. */
export function publicRoutes({ catalog, rooms, proxies }: RouteOptions): Hono<Env> {
  const routes = new Hono<Env>()
  const mayRead = makeLimit(READS_A_MINUTE, 'Too many questions from your address; please try again in a minute.')
  const kept = new Map<string, { until: number; answer: Promise<PublicArticle> }>()

  routes.get(
    '/:token',
    describe({
      summary: 'Read an article by its link for the public',
      tag: 'Public',
      answer: { schema: publicArticleSchema, description: 'The article and its marks, and nothing else.' },
      problems: { 404: 'There is no such link (any more).', 429: 'Too many questions from an address.' },
    }),
    async (c) => {
      mayRead(clientAddress(c, proxies))
      c.header('X-Robots-Tag', 'noindex, nofollow')
      const token = c.req.param('token')
      // Asked each time, so that a link that was taken back is closed at once.
      const found = await catalog.publicLinks.find(token)
      if (!found)
        throw new HttpProblem(404, 'There is nothing at this link. It may be incomplete, or it was switched off.', {
          'X-Robots-Tag': 'noindex, nofollow',
        })
      const name = `${token} ${found.showsNames}`
      const now = Date.now()
      const known = kept.get(name)
      if (known && known.until > now) return c.json(await known.answer)
      const answer = read(found)
      kept.delete(name)
      kept.set(name, { until: now + KEPT_MS, answer })
      for (const oldest of kept.keys()) {
        if (kept.size <= KEPT_ANSWERS) break
        kept.delete(oldest)
      }
      return c.json(await answer)
    },
  )

  async function read({ article, showsNames }: Found): Promise<PublicArticle> {
    const { id, projectId, source, ...content } = article
    const project = await catalog.projects.find(projectId)
    if (!project) throw new HttpProblem(404, 'There is nothing at this link.')
    const records = await rooms.records(id)
    const authors = new Set(Array.from(records.annotations.values(), ({ author }) => author))
    const people = await catalog.people.findAll([...authors])
    const { labelSet } = project
    return {
      ...content,
      // Where it was published is for readers; what its file was called is not.
      ...(source && { source: { ...source, fileName: null, encoding: null } }),
      // What a kind means to those who work with it is theirs.
      labelSet: { ...labelSet, kinds: labelSet.kinds.map((kind) => ({ ...kind, guideline: '' })) },
      ...publicRecords(records, people, { article: id, showsNames }),
      showsNames,
    }
  }

  return routes
}

type Found = NonNullable<Awaited<ReturnType<PublicLinks['find']>>>

/** Marks and links under names of their own: an id of ours says who somebody is, also where their name is hidden. */
function publicRecords(
  { annotations, relations }: Records,
  people: readonly Person[],
  { article, showsNames }: { article: string; showsNames: boolean },
): Pick<PublicArticle, 'annotations' | 'relations' | 'people'> {
  const alias = (person: string) => createHash('sha256').update(`${article} ${person}`).digest('hex').slice(0, 12)
  const aliasOfRecord = (id: string) => `${alias(authorOf(id))}.${id.slice(id.indexOf('.') + 1)}`
  const known = new Map(people.map((person) => [person.id, person]))
  const marks = [...annotations.values()].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  const authors = [...new Set(marks.map(({ author }) => author))]
  return {
    people: authors.map((author, i) => {
      const { name = `Annotator ${i + 1}`, color = i % MOST_COLORS } = (showsNames && known.get(author)) || {}
      return { id: alias(author), name, color }
    }),
    annotations: marks.map((mark) => ({ ...mark, id: aliasOfRecord(mark.id), author: alias(mark.author) })),
    relations: [...relations.values()]
      .filter(({ from, to }) => annotations.has(from) && annotations.has(to))
      .map((one) => ({
        ...one,
        id: aliasOfRecord(one.id),
        author: alias(one.author),
        from: aliasOfRecord(one.from),
        to: aliasOfRecord(one.to),
      })),
  }
}
