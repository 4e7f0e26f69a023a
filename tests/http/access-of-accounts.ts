/** The rows of the table of routes and roles that are about accounts. The owner of the table owns the workspace too. */
const token = 'a-token-that-nobody-was-given'
const account = { name: 'New', email: 'new@example.org', password: 'a lantern in the fog' }
const own = [401, 200, 200, 200, 200, 200] as const
const everybody = (status: number) => [status, status, status, status, status, status] as const
const workspaceOwner = (status: number) => [401, 403, 403, 403, 403, status] as const

export const accountCases = [
  { method: 'POST', path: '/api/sign-in', body: { email: 'a@b.org', password: 'x' }, statuses: everybody(401) },
  { method: 'POST', path: '/api/accounts', body: account, statuses: everybody(403) },
  { method: 'POST', path: '/api/accounts', body: { ...account, invitation: token }, statuses: everybody(403) },
  { method: 'POST', path: '/api/accounts', body: { ...account, first: token }, statuses: everybody(410) },
  { method: 'POST', path: '/api/accounts/link', body: { token }, statuses: everybody(410) },
  { method: 'POST', path: '/api/accounts/forgot', body: { email: 'a@b.org' }, statuses: everybody(403) },
  { method: 'POST', path: '/api/accounts/reset', body: { ...account, token }, statuses: everybody(410) },
  { method: 'POST', path: '/api/accounts/confirm', body: { token }, statuses: everybody(410) },
  { method: 'GET', path: '/api/account', statuses: own },
  { method: 'POST', path: '/api/account', body: { color: 3 }, statuses: own },
  // The first of them has the address.
  { method: 'POST', path: '/api/account/credentials', body: account, statuses: [401, 200, 409, 409, 409, 409] },
  { method: 'POST', path: '/api/account/email', body: { email: 'a@b.org' }, statuses: [401, 409, 409, 409, 409, 409] },
  {
    method: 'POST',
    path: '/api/account/password',
    body: { password: 'a lantern in the fog' },
    statuses: [401, 409, 409, 409, 409, 409],
  },
  // Each but the first is the only owner of a project, or owns none.
  { method: 'POST', path: '/api/account/close', body: {}, statuses: [401, 409, 204, 204, 204, 409] },
  { method: 'GET', path: '/api/account/sessions', statuses: own },
  { method: 'DELETE', path: '/api/account/sessions', statuses: [401, 204, 204, 204, 204, 204] },
  {
    method: 'DELETE',
    path: '/api/account/sessions/:session',
    at: '/api/account/sessions/of-somebody-else',
    statuses: [401, 404, 404, 404, 404, 404],
  },
  { method: 'GET', path: '/api/account/tokens', statuses: own },
  {
    method: 'POST',
    path: '/api/account/tokens',
    body: { name: 'A script', scopes: ['read'], days: 30 },
    statuses: [401, 201, 201, 201, 201, 201],
  },
  {
    method: 'DELETE',
    path: '/api/account/tokens/:token',
    at: '/api/account/tokens/of-somebody-else',
    statuses: [401, 404, 404, 404, 404, 404],
  },
  { method: 'POST', path: '/api/oidc/start', body: {}, statuses: everybody(404) },
  { method: 'GET', path: '/api/oidc/callback', statuses: everybody(404) },
  { method: 'DELETE', path: '/api/oidc/connection', statuses: [401, 409, 409, 409, 409, 409] },
  { method: 'GET', path: '/api/people', statuses: workspaceOwner(200) },
  { method: 'POST', path: '/api/people/:person/link', at: '/api/people/p/link', statuses: workspaceOwner(404) },
  {
    method: 'DELETE',
    path: '/api/people/:person/sessions',
    at: '/api/people/p/sessions',
    statuses: workspaceOwner(404),
  },
  { method: 'POST', path: '/api/people/:person/close', at: '/api/people/p/close', statuses: workspaceOwner(404) },
  {
    method: 'POST',
    path: '/api/people/:person/workspace',
    at: '/api/people/p/workspace',
    statuses: workspaceOwner(404),
  },
] as const
