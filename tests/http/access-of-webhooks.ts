/** The rows of the table of routes and roles that are about webhooks. */
const owners = (status: number) => [401, 404, 403, 403, 403, status] as const
const at = '/api/projects/p/webhooks'
const path = '/api/projects/:id/webhooks'
const given = { name: 'Ours', url: 'https://example.org/hook', events: ['article.added'] }

export const webhookCases = [
  { method: 'GET', path, at, statuses: owners(200) },
  { method: 'POST', path, at, body: given, statuses: owners(201) },
  { method: 'POST', path, at, body: { ...given, url: 'javascript:alert(1)' }, statuses: owners(422) },
  { method: 'GET', path: `${path}/:webhook`, at: `${at}/none`, statuses: owners(404) },
  { method: 'PATCH', path: `${path}/:webhook`, at: `${at}/none`, body: { isPaused: true }, statuses: owners(404) },
  { method: 'DELETE', path: `${path}/:webhook`, at: `${at}/none`, statuses: owners(404) },
  { method: 'POST', path: `${path}/:webhook/test`, at: `${at}/none/test`, statuses: owners(404) },
  { method: 'GET', path: `${path}/:webhook/deliveries`, at: `${at}/none/deliveries`, statuses: owners(404) },
  {
    method: 'GET',
    path: `${path}/:webhook/deliveries/:delivery`,
    at: `${at}/none/deliveries/none`,
    statuses: owners(404),
  },
  {
    method: 'POST',
    path: `${path}/:webhook/deliveries/:delivery/again`,
    at: `${at}/none/deliveries/none/again`,
    statuses: owners(404),
  },
] as const
