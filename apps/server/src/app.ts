/**
 * The HTTP face of the server: every request passes the guards, then the one route it is for. What a route throws is
 * answered here and nowhere else.
 */
import { type Context, Hono } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { Logger } from 'pino'
import { admitTokens } from './bearer.ts'
import { freeBody } from './body.ts'
import { checkHost, checkOrigin, protect } from './guard.ts'
import { answerOnce } from './idempotency.ts'
import { MailNotSent } from './mail.ts'
import { createPage } from './page.ts'
import { tagged } from './pages.ts'
import { answerProblem, HttpProblem } from './problem.ts'
import { accountRoutes } from './routes/accounts.ts'
import { agreementRoutes } from './routes/agreement.ts'
import { articleRoutes } from './routes/articles.ts'
import { auditRoutes } from './routes/audit.ts'
import type { Env, RouteOptions } from './routes/context.ts'
import { correctionRoutes } from './routes/corrections.ts'
import { docsRoutes } from './routes/docs.ts'
import { articleExportRoutes, formatRoutes, projectExportRoutes } from './routes/exports.ts'
import { gapRoutes } from './routes/gaps.ts'
import { historyRoutes } from './routes/history.ts'
import { importRoutes } from './routes/imports.ts'
import { invitationRoutes } from './routes/invitations.ts'
import { labelSetRoutes } from './routes/label-set.ts'
import { layerRoutes } from './routes/layers.ts'
import { markImportRoutes } from './routes/mark-imports.ts'
import { moderationRoutes } from './routes/moderation.ts'
import { oidcRoutes } from './routes/oidc.ts'
import { type OperationOptions, operationRoutes } from './routes/operation.ts'
import { peopleRoutes } from './routes/people.ts'
import { projectRoutes } from './routes/projects.ts'
import { publicRoutes } from './routes/public.ts'
import { recordRoutes } from './routes/records.ts'
import { articleRevealRoutes, projectBlindRoutes } from './routes/reveal.ts'
import { revisionRoutes } from './routes/revisions.ts'
import { articleSuggestionRoutes, projectSuggestionRoutes } from './routes/suggestions.ts'
import { tokenRoutes } from './routes/tokens.ts'
import { trainingRoutes } from './routes/training.ts'
import { webhookRoutes } from './routes/webhooks.ts'
import { workRoutes } from './routes/work.ts'
import { workspaceRoutes } from './routes/workspace.ts'
import { BrokenDisk, DamagedRoom, FullDisk } from './store/store.ts'

export interface AppOptions extends RouteOptions, OperationOptions {
  /** The rooms' own route, `/sync/:room`. */
  syncRoute: Hono
  /** Where this server is reached: the only hosts it answers for, and the only origins whose pages may change things. */
  origins: ReadonlySet<string>
  /** The folder of the built page. */
  pageFolder: string
  log: Logger
}

export function createApp(options: AppOptions): Hono<Env> {
  const { origins, metrics, log } = options
  const [publicOrigin] = origins
  const app = new Hono<Env>()

  app.use(metrics.count)
  app.use(async (c, next) => {
    const from = performance.now()
    await next()
    const ms = Math.round(performance.now() - from)
    log.info({ method: c.req.method, route: routeOf(c), status: c.res.status, ms }, 'request')
  })
  app.use(protect({ isHttps: publicOrigin?.startsWith('https:') === true }))
  app.use(checkHost(origins))
  app.use(checkOrigin(origins))
  app.use('/api/*', tagged)
  app.use('/api/*', admitTokens(options))
  const once = answerOnce(options.catalog.answers)
  app.use('/api/*', (c, next) => {
    c.set('once', once)
    return next()
  })
  app.use('/sync/*', admitTokens(options))
  app.use(freeBody)

  app.route('/api', peopleRoutes(options))
  app.route('/api', accountRoutes(options))
  app.route('/api/account/tokens', tokenRoutes(options))
  app.route('/api/oidc', oidcRoutes(options))
  app.route('/api/people', workspaceRoutes(options))
  app.route('/api/projects', projectRoutes(options))
  app.route('/api/projects', importRoutes(options))
  app.route('/api', formatRoutes(options))
  app.route('/api/projects', projectExportRoutes(options))
  app.route('/api/articles', articleExportRoutes(options))
  app.route('/api/projects', markImportRoutes(options))
  app.route('/api/projects', labelSetRoutes(options))
  app.route('/api/projects', gapRoutes(options))
  app.route('/api/articles', articleRoutes(options))
  app.route('/api/articles', recordRoutes(options))
  app.route('/api/invitations', invitationRoutes(options))
  app.route('/api/public', publicRoutes(options))
  app.route('/api', workRoutes(options))
  app.route('/api', trainingRoutes(options))
  app.route('/api/articles', layerRoutes(options))
  app.route('/api/articles', articleRevealRoutes(options))
  app.route('/api/projects', projectBlindRoutes(options))
  app.route('/api/projects', agreementRoutes(options))
  app.route('/api/projects', correctionRoutes(options))
  app.route('/api/projects', projectSuggestionRoutes(options))
  app.route('/api/articles', articleSuggestionRoutes(options))
  app.route('/api/articles', historyRoutes(options))
  app.route('/api/articles', revisionRoutes(options))
  app.route('/api/projects', moderationRoutes(options))
  app.route('/api/projects', webhookRoutes(options))
  app.route('/api', auditRoutes(options))
  app.route('/api', docsRoutes(app))
  app.route('/', operationRoutes(options))
  app.route('/', options.syncRoute)

  app.all('/api/*', (c) => {
    const allowed = methodsAt(app, c.req.path)
    if (allowed.length > 0)
      throw new HttpProblem(405, `This address takes no ${c.req.method}, but ${allowed.join(', ')}.`, {
        Allow: allowed.join(', '),
      })
    throw new HttpProblem(404, 'There is nothing at this address; /api/docs lists what there is.')
  })
  // What a link opens is for whoever was given it, and not for those who search.
  for (const path of ['/invite/*', '/public/*'])
    app.use(path, async (c, next) => {
      await next()
      c.header('X-Robots-Tag', 'noindex, nofollow')
    })
  app.get('*', createPage(options.pageFolder))
  app.notFound(() => {
    throw new HttpProblem(404, 'There is nothing at this address.')
  })

  app.onError((error, c) => {
    if (error instanceof HttpProblem) return answerProblem(c, error)
    log.error({ err: error, method: c.req.method, route: routeOf(c) }, 'request failed')
    return answerProblem(c, problemOf(error))
  })
  return app
}

/** What can be told of an error of ours; the store says why, also where somebody in between said it in other words. */
function problemOf(error: unknown): HttpProblem {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof FullDisk) return new HttpProblem(507, 'The disk of the server is full, so this was not saved.')
    if (at instanceof BrokenDisk)
      return new HttpProblem(503, 'The disk of the server failed, so this was not saved.', { 'Retry-After': '1' })
    if (at instanceof MailNotSent)
      return new HttpProblem(502, 'The mail server did not take the mail, so nothing was sent. Please try again later.')
    if (at instanceof DamagedRoom)
      return new HttpProblem(
        503,
        'What is stored of the marks of this article is damaged, so they can be seen, but not exported or added to. Whoever runs the server has to look.',
      )
  }
  return new HttpProblem(500, 'Something went wrong on the server. It has been noted there.')
}

/** With which methods there is something at an address. */
function methodsAt({ router }: Hono<Env>, path: string): string[] {
  const found = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((method) =>
    router.match(method, path)[0].some(([[, route]]) => route.method === method && !route.path.endsWith('*')),
  )
  return found.includes('GET') ? ['HEAD', ...found] : found
}

/** The pattern of the route that was asked for: what stands in its place may be anybody's. */
function routeOf(c: Context): string {
  return matchedRoutes(c).find((route) => route.method !== 'ALL')?.path ?? 'none'
}
