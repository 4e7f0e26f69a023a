/** The rows of the table of routes and roles that are about the records of an article. */
import { roots } from '@attest/schema/room'

const reading = [401, 404, 200, 200, 200, 200] as const
/** What cannot be read as a record is refused before it is asked whether they may write one. */
const unfit = [401, 404, 422, 422, 422, 422] as const
const missing = [401, 404, 404, 404, 404, 404] as const
const at = (rest: string) => `/api/articles/a/${rest}`

const unfitIn = (root: string) =>
  ({
    annotations: { kind: 'claim', spans: [[0, 1]], attributes: {} },
    relations: { type: 'none', from: 'x.a', to: 'x.b' },
    comments: { on: 'article', body: '' },
    verdicts: { on: 'x.a', decision: 'duplicate' },
  })[root]

export const recordCases = [
  ...roots.flatMap((root) => [
    { method: 'GET' as const, path: `/api/articles/:id/${root}`, at: at(root), statuses: reading },
    { method: 'GET' as const, path: `/api/articles/:id/${root}/:record`, at: at(`${root}/x.none`), statuses: missing },
    { method: 'POST' as const, path: `/api/articles/:id/${root}`, at: at(root), body: {}, statuses: unfit },
    {
      method: 'PUT' as const,
      path: `/api/articles/:id/${root}/:record`,
      at: at(`${root}/somebody.else`),
      body: unfitIn(root),
      // What is wrong with it is said first; then that it is not theirs.
      statuses: root === 'annotations' || root === 'relations' ? ([401, 404, 403, 403, 403, 403] as const) : unfit,
    },
    {
      method: 'DELETE' as const,
      path: `/api/articles/:id/${root}/:record`,
      at: at(`${root}/x.none`),
      statuses: missing,
    },
  ]),
  { method: 'POST' as const, path: '/api/articles/:id/records', at: at('records'), body: {}, statuses: unfit },
  { method: 'GET' as const, path: '/api/articles/:id/outcomes', at: at('outcomes'), statuses: reading },
  { method: 'GET' as const, path: '/api/articles/:id/gold', at: at('gold'), statuses: reading },
] as const
