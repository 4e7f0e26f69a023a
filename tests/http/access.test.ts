/** Every route by everybody: a route that is missing from the table, or a door that is open too far, fails here. */
import { expect, it } from 'vitest'
import { demands } from '../../apps/server/src/routes/scopes.ts'
import { accountCases } from './access-of-accounts.ts'
import { recordCases } from './access-of-records.ts'
import { webhookCases } from './access-of-webhooks.ts'
import { type Browser, openServer, type Server } from './support.ts'

const text = { text: 'A title\nSome words.' }

interface Case {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  /** What is asked for where the path has a parameter, with names from `openTable` in braces; the path itself otherwise. */
  at?: string
  body?: unknown
  /** Whether it has a body only because what is asked for is long. */
  isReading?: true
  /** The statuses for: nobody, a member of another project, a viewer, an annotator, a reviewer, the owner. */
  statuses: readonly [number, number, number, number, number, number]
}

const cases: readonly Case[] = [
  { method: 'GET', path: '/healthz', statuses: [200, 200, 200, 200, 200, 200] },
  { method: 'GET', path: '/readyz', statuses: [200, 200, 200, 200, 200, 200] },
  { method: 'GET', path: '/metrics', statuses: [200, 200, 200, 200, 200, 200] },
  { method: 'GET', path: '/api/openapi.json', statuses: [200, 200, 200, 200, 200, 200] },
  { method: 'GET', path: '/api/schemas/attest-json.json', statuses: [200, 200, 200, 200, 200, 200] },
  { method: 'GET', path: '/api/docs', statuses: [200, 200, 200, 200, 200, 200] },
  { method: 'GET', path: '/api/me', statuses: [401, 200, 200, 200, 200, 200] },
  { method: 'GET', path: '/api/projects', statuses: [401, 200, 200, 200, 200, 200] },
  // Only the owner of the workspace, who owns this project as well.
  { method: 'POST', path: '/api/projects', body: { name: 'New' }, statuses: [401, 403, 403, 403, 403, 201] },
  {
    method: 'GET',
    path: '/api/projects/:id/articles',
    at: '/api/projects/p/articles',
    statuses: [401, 404, 200, 200, 200, 200],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/articles',
    at: '/api/projects/p/articles',
    body: text,
    statuses: [401, 404, 403, 403, 403, 201],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/articles',
    at: '/api/projects/p/articles',
    body: { format: 'attest-json' },
    statuses: [401, 404, 403, 403, 403, 422],
  },
  {
    method: 'GET',
    path: '/api/projects/:id/label-set',
    at: '/api/projects/p/label-set',
    statuses: [401, 404, 200, 200, 200, 200],
  },
  {
    method: 'PUT',
    path: '/api/projects/:id/label-set',
    at: '/api/projects/p/label-set',
    body: { base: 1, labelSet: {}, guidelines: '', note: '', decisions: [] },
    statuses: [401, 404, 403, 403, 403, 422],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/label-set/retry',
    at: '/api/projects/p/label-set/retry',
    statuses: [401, 404, 403, 403, 403, 409],
  },
  {
    method: 'GET',
    path: '/api/projects/:id/label-set/census',
    at: '/api/projects/p/label-set/census',
    statuses: [401, 404, 403, 403, 403, 200],
  },
  {
    method: 'GET',
    path: '/api/projects/:id/label-set/versions',
    at: '/api/projects/p/label-set/versions',
    statuses: [401, 404, 200, 200, 200, 200],
  },
  {
    method: 'GET',
    path: '/api/projects/:id/label-set/versions/:number',
    at: '/api/projects/p/label-set/versions/1',
    statuses: [401, 404, 200, 200, 200, 200],
  },
  {
    method: 'GET',
    path: '/api/projects/:id/label-set/export',
    at: '/api/projects/p/label-set/export',
    statuses: [401, 404, 200, 200, 200, 200],
  },
  { method: 'GET', path: '/api/articles/:id', at: '/api/articles/a', statuses: [401, 404, 200, 200, 200, 200] },
  {
    method: 'GET',
    path: '/api/articles/:id/export',
    at: '/api/articles/a/export',
    statuses: [401, 404, 200, 200, 200, 200],
  },
  {
    method: 'GET',
    path: '/api/articles/:id/export/report',
    at: '/api/articles/a/export/report',
    statuses: [401, 404, 200, 200, 200, 200],
  },
  {
    method: 'POST',
    path: '/api/articles/:id/export',
    at: '/api/articles/a/export',
    body: { format: 'attest-json', marks: [] },
    isReading: true,
    statuses: [401, 404, 200, 200, 200, 200],
  },
  {
    method: 'POST',
    path: '/api/articles/:id/export/report',
    at: '/api/articles/a/export/report',
    body: { format: 'attest-json', marks: [] },
    isReading: true,
    statuses: [401, 404, 200, 200, 200, 200],
  },
  { method: 'GET', path: '/api/formats', statuses: [401, 200, 200, 200, 200, 200] },
  {
    method: 'GET',
    path: '/api/projects/:id/exports',
    at: '/api/projects/p/exports',
    statuses: [401, 404, 200, 200, 200, 200],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/exports',
    at: '/api/projects/p/exports',
    body: { format: 'attest-json' },
    statuses: [401, 404, 201, 201, 201, 201],
  },
  // The reviewer's: owners see that there is one, and only who has asked for it fetches it.
  {
    method: 'GET',
    path: '/api/projects/:id/exports/:job',
    at: '/api/projects/p/exports/export',
    statuses: [401, 404, 404, 404, 200, 200],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/exports/:job/cancel',
    at: '/api/projects/p/exports/export/cancel',
    statuses: [401, 404, 404, 404, 200, 200],
  },
  {
    method: 'GET',
    path: '/api/projects/:id/exports/:job/file',
    at: '/api/projects/p/exports/export/file',
    statuses: [401, 404, 404, 404, 409, 403],
  },
  {
    method: 'GET',
    path: '/api/projects/:id/sources',
    at: '/api/projects/p/sources',
    statuses: [401, 404, 200, 200, 200, 200],
  },
  {
    method: 'GET',
    path: '/api/projects/:id/mark-imports',
    at: '/api/projects/p/mark-imports',
    statuses: [401, 404, 403, 403, 403, 200],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/mark-imports',
    at: '/api/projects/p/mark-imports',
    body: { name: 'More', article: 'a' },
    statuses: [401, 404, 403, 403, 403, 201],
  },
  {
    method: 'GET',
    path: '/api/projects/:id/mark-imports/:job',
    at: '/api/projects/p/mark-imports/marks',
    statuses: [401, 404, 403, 403, 403, 200],
  },
  {
    method: 'GET',
    path: '/api/projects/:id/mark-imports/:job/report',
    at: '/api/projects/p/mark-imports/marks/report',
    statuses: [401, 404, 403, 403, 403, 200],
  },
  // There is no file yet; it is not done, not read, and not tried.
  {
    method: 'POST',
    path: '/api/projects/:id/mark-imports/:job/files',
    at: '/api/projects/p/mark-imports/marks/files?name=a.ann',
    statuses: [401, 404, 403, 403, 403, 415],
  },
  {
    method: 'DELETE',
    path: '/api/projects/:id/mark-imports/:job/files/:file',
    at: '/api/projects/p/mark-imports/marks/files/none',
    statuses: [401, 404, 403, 403, 403, 404],
  },
  {
    method: 'GET',
    path: '/api/projects/:id/mark-imports/:job/undo',
    at: '/api/projects/p/mark-imports/marks/undo',
    statuses: [401, 404, 403, 403, 403, 200],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/mark-imports/:job/undo',
    at: '/api/projects/p/mark-imports/marks/undo',
    statuses: [401, 404, 403, 403, 403, 409],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/mark-imports/:job/try',
    at: '/api/projects/p/mark-imports/marks/try',
    body: {},
    statuses: [401, 404, 403, 403, 403, 409],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/mark-imports/:job/commit',
    at: '/api/projects/p/mark-imports/marks/commit',
    statuses: [401, 404, 403, 403, 403, 409],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/mark-imports/:job/read',
    at: '/api/projects/p/mark-imports/marks/read',
    body: { format: 'odd' },
    statuses: [401, 404, 403, 403, 403, 422],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/mark-imports/:job/cancel',
    at: '/api/projects/p/mark-imports/marks/cancel',
    statuses: [401, 404, 403, 403, 403, 200],
  },
  {
    method: 'GET',
    path: '/api/articles/:id/layers',
    at: '/api/articles/a/layers',
    statuses: [401, 404, 200, 200, 200, 200],
  },
  {
    method: 'GET',
    path: '/api/projects/:id/suggesters',
    at: '/api/projects/p/suggesters',
    statuses: [401, 404, 200, 200, 200, 200],
  },
  {
    method: 'PUT',
    path: '/api/projects/:id/suggesters',
    at: '/api/projects/p/suggesters',
    body: { askers: 'owners' },
    statuses: [401, 404, 403, 403, 403, 204],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/suggesters',
    at: '/api/projects/p/suggesters',
    // Nobody is fetched from in there.
    body: { name: 'Model', protocol: 'label-studio', url: 'http://127.0.0.1/' },
    statuses: [401, 404, 403, 403, 403, 422],
  },
  {
    method: 'DELETE',
    path: '/api/projects/:id/suggesters/:service',
    at: '/api/projects/p/suggesters/none',
    statuses: [401, 404, 403, 403, 403, 404],
  },
  {
    method: 'GET',
    path: '/api/articles/:id/suggestions',
    at: '/api/articles/a/suggestions',
    statuses: [401, 404, 200, 200, 200, 200],
  },
  {
    method: 'POST',
    path: '/api/articles/:id/suggestions',
    at: '/api/articles/a/suggestions',
    body: {},
    statuses: [401, 404, 403, 200, 200, 200],
  },
  {
    method: 'DELETE',
    path: '/api/articles/:id/suggestions/:source',
    at: '/api/articles/a/suggestions/none',
    statuses: [401, 404, 403, 404, 404, 404],
  },
  {
    method: 'GET',
    path: '/api/projects/:id/corrections',
    at: '/api/projects/p/corrections',
    statuses: [401, 404, 200, 200, 200, 200],
  },
  {
    method: 'PUT',
    path: '/api/articles/:id/blind',
    at: '/api/articles/a/blind',
    body: { isBlind: true },
    statuses: [401, 404, 403, 403, 403, 200],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/blind',
    at: '/api/projects/p/blind',
    body: { isBlind: true },
    statuses: [401, 404, 403, 403, 403, 200],
  },
  {
    method: 'GET',
    path: '/api/articles/:id/reveal',
    at: '/api/articles/a/reveal',
    statuses: [401, 404, 403, 403, 200, 200],
  },
  // It is not blind.
  {
    method: 'POST',
    path: '/api/articles/:id/reveal',
    at: '/api/articles/a/reveal',
    statuses: [401, 404, 403, 403, 403, 409],
  },
  {
    method: 'GET',
    path: '/api/articles/:id/history',
    at: '/api/articles/a/history',
    statuses: [401, 404, 200, 200, 200, 200],
  },
  {
    method: 'POST',
    path: '/api/articles/:id/history/restore',
    at: '/api/articles/a/history/restore',
    body: { records: [{ root: 'annotations', id: 'nobody.1' }] },
    statuses: [401, 404, 403, 403, 403, 422],
  },
  {
    method: 'GET',
    path: '/api/articles/:id/revisions',
    at: '/api/articles/a/revisions',
    statuses: [401, 404, 200, 200, 200, 200],
  },
  {
    method: 'POST',
    path: '/api/articles/:id/revisions',
    at: '/api/articles/a/revisions',
    body: text,
    statuses: [401, 404, 403, 403, 403, 201],
  },
  {
    method: 'POST',
    path: '/api/articles/:id/revisions/preview',
    at: '/api/articles/a/revisions/preview',
    body: text,
    statuses: [401, 404, 403, 403, 403, 200],
  },
  {
    method: 'GET',
    path: '/api/articles/:id/doubts',
    at: '/api/articles/a/doubts',
    statuses: [401, 404, 200, 200, 200, 200],
  },
  {
    method: 'POST',
    path: '/api/articles/:id/doubts/:mark',
    at: '/api/articles/a/doubts/nobody.1',
    body: { do: 'let-go' },
    statuses: [401, 404, 403, 403, 403, 404],
  },
  {
    method: 'GET',
    path: '/api/projects/:id/removals',
    at: '/api/projects/p/removals',
    statuses: [401, 404, 403, 403, 403, 200],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/removals',
    at: '/api/projects/p/removals',
    body: { person: 'nobody', article: null, since: null },
    statuses: [401, 404, 403, 403, 403, 201],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/removals/preview',
    at: '/api/projects/p/removals/preview',
    body: { person: 'nobody', article: null, since: null },
    statuses: [401, 404, 403, 403, 403, 200],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/removals/:removal/undo',
    at: '/api/projects/p/removals/none/undo',
    statuses: [401, 404, 403, 403, 403, 404],
  },
  {
    method: 'GET',
    path: '/api/projects/:id/audit',
    at: '/api/projects/p/audit',
    statuses: [401, 404, 403, 403, 403, 200],
  },
  {
    method: 'GET',
    path: '/api/projects/:id/audit.csv',
    at: '/api/projects/p/audit.csv',
    statuses: [401, 404, 403, 403, 403, 200],
  },
  // Only the owner of the workspace.
  { method: 'GET', path: '/api/audit', statuses: [401, 403, 403, 403, 403, 200] },
  { method: 'GET', path: '/api/audit.csv', statuses: [401, 403, 403, 403, 403, 200] },
  { method: 'GET', path: '/api/projects/deleted', statuses: [401, 200, 200, 200, 200, 200] },
  {
    method: 'PATCH',
    path: '/api/projects/:id',
    at: '/api/projects/p',
    body: { name: 'Renamed' },
    statuses: [401, 404, 403, 403, 403, 200],
  },
  { method: 'DELETE', path: '/api/projects/:id', at: '/api/projects/p', statuses: [401, 404, 403, 403, 403, 204] },
  {
    method: 'POST',
    path: '/api/projects/:id/restore',
    at: '/api/projects/deleted-one/restore',
    statuses: [401, 404, 404, 404, 404, 200],
  },
  {
    method: 'GET',
    path: '/api/projects/:id/deleted-articles',
    at: '/api/projects/p/deleted-articles',
    statuses: [401, 404, 403, 403, 403, 200],
  },
  {
    method: 'GET',
    path: '/api/projects/:id/members',
    at: '/api/projects/p/members',
    statuses: [401, 404, 200, 200, 200, 200],
  },
  {
    method: 'PUT',
    path: '/api/projects/:id/members/:person',
    at: '/api/projects/p/members/{viewer}',
    body: { role: 'owner' },
    statuses: [401, 404, 403, 403, 403, 204],
  },
  {
    method: 'DELETE',
    path: '/api/projects/:id/members/:person',
    at: '/api/projects/p/members/{viewer}',
    // Oneself can go: the viewer's 204 leaves nobody for the owner to take out.
    statuses: [401, 404, 204, 403, 403, 404],
  },
  {
    method: 'DELETE',
    path: '/api/projects/:id/members/:person',
    at: '/api/projects/p/members/{owner}',
    statuses: [401, 404, 403, 403, 403, 409],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/owner',
    at: '/api/projects/p/owner',
    body: { person: '{viewer}', role: 'reviewer' },
    statuses: [401, 404, 403, 403, 403, 204],
  },
  {
    method: 'GET',
    path: '/api/projects/:id/invitations',
    at: '/api/projects/p/invitations',
    statuses: [401, 404, 403, 403, 403, 200],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/invitations',
    at: '/api/projects/p/invitations',
    body: { role: 'annotator', days: 7, maxUses: 1 },
    statuses: [401, 404, 403, 403, 403, 201],
  },
  {
    method: 'DELETE',
    path: '/api/projects/:id/invitations/:invitation',
    at: '/api/projects/p/invitations/{invitation}',
    statuses: [401, 404, 403, 403, 403, 204],
  },
  {
    method: 'GET',
    path: '/api/projects/:id/gaps',
    at: '/api/projects/p/gaps',
    statuses: [401, 404, 200, 200, 200, 200],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/gaps/settle',
    at: '/api/projects/p/gaps/settle',
    body: { gaps: [{ article: 'a', gap: 'nobody.1' }], version: 1 },
    statuses: [401, 404, 403, 403, 204, 204],
  },
  {
    method: 'GET',
    path: '/api/projects/:id/gaps/rechecks/:version',
    at: '/api/projects/p/gaps/rechecks/1',
    statuses: [401, 404, 200, 200, 200, 200],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/gaps/rechecks/:version',
    at: '/api/projects/p/gaps/rechecks/1',
    body: { marks: [{ article: 'a', mark: 'nobody.1' }], isChecked: true },
    statuses: [401, 404, 403, 204, 204, 204],
  },
  {
    method: 'GET',
    path: '/api/projects/:id/training',
    at: '/api/projects/p/training',
    statuses: [401, 404, 200, 200, 200, 200],
  },
  {
    method: 'GET',
    path: '/api/articles/:id/training',
    at: '/api/articles/a/training',
    statuses: [401, 404, 200, 200, 200, 200],
  },
  {
    method: 'PUT',
    path: '/api/articles/:id/training',
    at: '/api/articles/a/training',
    body: { bar: { measure: 'exact', f1: 0.8 }, tries: 1 },
    // There is no gold in it.
    statuses: [401, 404, 403, 403, 403, 409],
  },
  {
    method: 'DELETE',
    path: '/api/articles/:id/training',
    at: '/api/articles/a/training',
    statuses: [401, 404, 403, 403, 403, 404],
  },
  {
    method: 'POST',
    path: '/api/articles/:id/training/submit',
    at: '/api/articles/a/training/submit',
    statuses: [401, 404, 404, 404, 404, 404],
  },
  { method: 'GET', path: '/api/work/disputed', statuses: [401, 200, 200, 200, 200, 200] },
  { method: 'GET', path: '/api/work/reopened', statuses: [401, 200, 200, 200, 200, 200] },
  {
    method: 'POST',
    path: '/api/work/reopened/seen',
    body: { ids: ['none'] },
    statuses: [401, 204, 204, 204, 204, 204],
  },
  // By one who owns another project, and in its name.
  {
    method: 'DELETE',
    path: '/api/projects/:id/invitations/:invitation',
    at: '/api/projects/other/invitations/{invitation}',
    statuses: [401, 404, 404, 404, 404, 404],
  },
  {
    method: 'GET',
    path: '/api/invitations/:token',
    at: '/api/invitations/{token}',
    statuses: [200, 200, 200, 200, 200, 200],
  },
  {
    method: 'GET',
    path: '/api/invitations/:token',
    at: '/api/invitations/x',
    statuses: [404, 404, 404, 404, 404, 404],
  },
  {
    method: 'POST',
    path: '/api/invitations/:token/accept',
    at: '/api/invitations/{token}/accept',
    statuses: [401, 200, 200, 200, 200, 200],
  },
  { method: 'DELETE', path: '/api/articles/:id', at: '/api/articles/a', statuses: [401, 404, 403, 403, 403, 204] },
  {
    method: 'POST',
    path: '/api/articles/:id/restore',
    at: '/api/articles/deleted-one/restore',
    statuses: [401, 404, 403, 403, 403, 200],
  },
  {
    method: 'GET',
    path: '/api/articles/:id/public-link',
    at: '/api/articles/a/public-link',
    statuses: [401, 404, 403, 403, 403, 200],
  },
  {
    method: 'PUT',
    path: '/api/articles/:id/public-link',
    at: '/api/articles/a/public-link',
    body: { showsNames: true },
    statuses: [401, 404, 403, 403, 403, 200],
  },
  {
    method: 'DELETE',
    path: '/api/articles/:id/public-link',
    at: '/api/articles/a/public-link',
    statuses: [401, 404, 403, 403, 403, 204],
  },
  { method: 'GET', path: '/api/public/:token', at: '/api/public/{public}', statuses: [200, 200, 200, 200, 200, 200] },
  { method: 'GET', path: '/api/public/:token', at: '/api/public/a', statuses: [404, 404, 404, 404, 404, 404] },
  // Not a websocket: who may come into a room is for the tests of the sync server to say.
  { method: 'GET', path: '/sync/:room', at: '/sync/a', statuses: [426, 426, 426, 426, 426, 426] },
  { method: 'GET', path: '/api/join', statuses: [200, 200, 200, 200, 200, 200] },
  { method: 'POST', path: '/api/join', body: { name: 'Again' }, statuses: [200, 200, 200, 200, 200, 200] },
  { method: 'POST', path: '/api/leave', statuses: [204, 204, 204, 204, 204, 204] },
  { method: 'GET', path: '/api/work', statuses: [401, 200, 200, 200, 200, 200] },
  {
    method: 'GET',
    path: '/api/projects/:id/work',
    at: '/api/projects/p/work',
    statuses: [401, 404, 200, 200, 200, 200],
  },
  {
    method: 'GET',
    path: '/api/projects/:id/agreement',
    at: '/api/projects/p/agreement',
    statuses: [401, 404, 200, 200, 200, 200],
  },
  {
    method: 'GET',
    path: '/api/projects/:id/agreement/differences',
    at: '/api/projects/p/agreement/differences?a=x&b=y',
    statuses: [401, 404, 200, 200, 200, 200],
  },
  {
    method: 'GET',
    path: '/api/projects/:id/dashboard',
    at: '/api/projects/p/dashboard',
    statuses: [401, 404, 200, 200, 200, 200],
  },
  {
    method: 'GET',
    path: '/api/articles/:id/work',
    at: '/api/articles/a/work',
    statuses: [401, 404, 200, 200, 200, 200],
  },
  // It needs one annotator, and the first who may takes it.
  {
    method: 'POST',
    path: '/api/projects/:id/work/next',
    at: '/api/projects/p/work/next',
    statuses: [401, 404, 403, 201, 409, 409],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/work/assign',
    at: '/api/projects/p/work/assign',
    body: { articles: ['a'], people: ['nobody'], how: 'all' },
    statuses: [401, 404, 403, 403, 422, 422],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/work/unassign',
    at: '/api/projects/p/work/unassign',
    body: { articles: ['a'], people: ['nobody'] },
    statuses: [401, 404, 403, 403, 200, 200],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/work/reassign',
    at: '/api/projects/p/work/reassign',
    body: { article: 'a', from: 'nobody', to: 'somebody' },
    statuses: [401, 404, 403, 403, 422, 422],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/work/due',
    at: '/api/projects/p/work/due',
    body: { articles: ['a'], due: '2026-11-22' },
    statuses: [401, 404, 403, 403, 200, 200],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/work/settings',
    at: '/api/projects/p/work/settings',
    body: { perArticle: 2, mayTake: true },
    statuses: [401, 404, 403, 403, 200, 200],
  },
  // Nobody is assigned to it, so those who review work on it, and the first of them begins.
  {
    method: 'POST',
    path: '/api/projects/:id/work/step',
    at: '/api/projects/p/work/step',
    body: { step: 'start', articles: ['a'] },
    statuses: [401, 404, 403, 403, 200, 409],
  },
  ...accountCases,
  ...recordCases,
  ...webhookCases,
  // No file is sent, which only who may send one is told.
  {
    method: 'POST',
    path: '/api/projects/:id/readings',
    at: '/api/projects/p/readings?name=a.txt',
    body: {},
    statuses: [401, 404, 403, 403, 403, 415],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/readings/page',
    at: '/api/projects/p/readings/page',
    body: { url: 'http://127.0.0.1/' },
    statuses: [401, 404, 403, 403, 403, 422],
  },
  {
    method: 'GET',
    path: '/api/projects/:id/imports',
    at: '/api/projects/p/imports',
    statuses: [401, 404, 403, 403, 403, 200],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/imports',
    at: '/api/projects/p/imports',
    body: { name: 'Many' },
    statuses: [401, 404, 403, 403, 403, 201],
  },
  {
    method: 'GET',
    path: '/api/projects/:id/imports/:job',
    at: '/api/projects/p/imports/job',
    statuses: [401, 404, 403, 403, 403, 200],
  },
  {
    method: 'GET',
    path: '/api/projects/:id/imports/:job/report',
    at: '/api/projects/p/imports/job/report',
    statuses: [401, 404, 403, 403, 403, 200],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/imports/:job/files',
    at: '/api/projects/p/imports/job/files?name=a.txt',
    body: {},
    statuses: [401, 404, 403, 403, 403, 415],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/imports/:job/complete',
    at: '/api/projects/p/imports/job/complete',
    statuses: [401, 404, 403, 403, 403, 200],
  },
  {
    method: 'POST',
    path: '/api/projects/:id/imports/:job/cancel',
    at: '/api/projects/p/imports/job/cancel',
    statuses: [401, 404, 403, 403, 403, 200],
  },
]

/**
 * A project `p` with an article `a` that has a link for the public, and an invitation into it; a deleted project and a
 * deleted article, both `deleted-one`; and somebody in each place towards them.
 */
interface Table {
  server: Server
  people: Browser[]
  names: Record<string, string>
}

async function openTable(): Promise<Table> {
  const server = await openServer()
  const people = Array.from({ length: 6 }, () => server.browser())
  const [, stranger, viewer, annotator, reviewer, owner] = people as [
    Browser,
    Browser,
    Browser,
    Browser,
    Browser,
    Browser,
  ]
  const { id: ownerId } = await owner.join('Owner')
  // Before there is the project: whoever joins later would be an annotator in it.
  const { id: strangerId } = await stranger.join('Stranger')
  const members = [
    [(await viewer.join('Viewer')).id, 'viewer'],
    [(await annotator.join('Annotator')).id, 'annotator'],
    [(await reviewer.join('Reviewer')).id, 'reviewer'],
  ] as const
  const sample = await server.catalog.projects.find('sample')
  const article = await server.catalog.articles.find('syria-airstrikes-2015')
  if (!sample || !article) throw new RangeError('the sample is missing')
  await server.catalog.projects.add({ ...sample, id: 'p' }, ownerId)
  await server.catalog.projects.add({ ...sample, id: 'other' }, strangerId)
  await server.catalog.articles.add({ ...article, id: 'a', projectId: 'p' })
  for (const [id, role] of members) await server.catalog.projects.setRole('p', id, role)
  await server.catalog.projects.add({ ...sample, id: 'deleted-one' }, ownerId)
  for (const [id, role] of members) await server.catalog.projects.setRole('deleted-one', id, role)
  await server.catalog.projects.remove('deleted-one', ownerId)
  await server.catalog.articles.add({ ...article, id: 'deleted-one', projectId: 'p' })
  await server.catalog.articles.remove('deleted-one', ownerId)
  const invitation = await server.catalog.invitations.add({
    projectId: 'p',
    role: 'viewer',
    by: ownerId,
    email: null,
    expiresAt: Date.now() + 60_000,
    maxUses: null,
  })
  const link = await server.catalog.publicLinks.put({ id: 'a', projectId: 'p' }, ownerId, true)
  const names = {
    viewer: members[0][0],
    owner: ownerId,
    invitation: invitation?.id ?? '',
    token: invitation?.token ?? '',
    public: link.token,
  }
  const job = { id: 'job', name: 'Many', projectId: 'p', person: ownerId }
  await server.catalog.imports.add({ ...job, choices: {}, columns: null, keepsKnown: false })
  const choices = { format: 'attest-json', layers: 'all', anonymous: false, history: false } as const
  const asked = { id: 'export', projectId: 'p', person: members[2][0], role: 'reviewer' as const }
  await server.catalog.exports.add({ ...asked, choices, articles: ['a'], fileName: 'a.zip' })
  await server.catalog.exports.cancel('export')
  await server.catalog.markImports.add({ id: 'marks', projectId: 'p', article: null, person: ownerId, name: 'Marks' })
  return { server, people, names }
}

const filled = (text: string, names: Record<string, string>) =>
  text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => names[name] ?? whole)

async function statusesOf({ method, path, at = path, body }: Case, { people, names }: Table): Promise<number[]> {
  const found = []
  for (const person of people) {
    const given = body === undefined ? null : filled(JSON.stringify(body), names)
    const init = given ? { body: given, headers: { 'content-type': 'application/json' } } : {}
    found.push((await person.send(method, filled(at, names), init)).status)
  }
  return found
}

/** What is only read, or refused to everybody, changes nothing for the next one. */
const isWithoutEffect = ({ method, isReading, statuses }: Case) =>
  method === 'GET' || isReading || statuses.every((status) => status >= 400)

it('lets only those read who may, and refuses what nobody may', async () => {
  const table = await openTable()
  const rows = cases.filter(isWithoutEffect)
  expect(rows.length).toBeGreaterThan(20)
  for (const row of rows)
    expect.soft(await statusesOf(row, table), `${row.method} ${row.at ?? row.path}`).toEqual(row.statuses)
})

it.each(cases.filter((row) => !isWithoutEffect(row)))('$method $path ($body)', async (row) => {
  expect(await statusesOf(row, await openTable())).toEqual(row.statuses)
})

it('answers for what one may not see exactly as for what is not there', async () => {
  const { people } = await openTable()
  const [nobody, stranger] = people as [Browser, Browser]
  for (const [hidden, missing] of [
    ['/api/projects/p/articles', '/api/projects/q/articles'],
    ['/api/projects/p/label-set', '/api/projects/q/label-set'],
    ['/api/projects/p/label-set/versions/1', '/api/projects/q/label-set/versions/1'],
    ['/api/projects/p/imports', '/api/projects/q/imports'],
    ['/api/projects/p/imports/job', '/api/projects/q/imports/job'],
    ['/api/articles/a', '/api/articles/b'],
    ['/api/articles/a/export', '/api/articles/b/export'],
    ['/api/articles/a/export/report', '/api/articles/b/export/report'],
    ['/api/projects/p/exports', '/api/projects/q/exports'],
    ['/api/projects/p/sources', '/api/projects/q/sources'],
    ['/api/projects/p/mark-imports/marks', '/api/projects/q/mark-imports/marks'],
    ['/api/projects/p/exports/export', '/api/projects/q/exports/export'],
    ['/api/articles/a/history', '/api/articles/b/history'],
    ['/api/articles/a/doubts', '/api/articles/b/doubts'],
    ['/api/projects/p/audit', '/api/projects/q/audit'],
    ['/api/articles/a/export?format=odd', '/api/articles/b/export?format=odd'],
    ['/api/projects/p/members', '/api/projects/q/members'],
    ['/api/projects/p/invitations', '/api/projects/q/invitations'],
    ['/api/projects/p/deleted-articles', '/api/projects/q/deleted-articles'],
    ['/api/articles/a/public-link', '/api/articles/b/public-link'],
    // Also for its members what is deleted is as what never was.
    ['/api/projects/deleted-one/articles', '/api/projects/q/articles'],
    ['/api/articles/deleted-one', '/api/articles/b'],
  ] as const)
    for (const person of [nobody, stranger]) {
      const [one, other] = [await person.get(hidden), await person.get(missing)]
      expect(await one.text()).toBe(await other.text())
      expect(one.status).toBe(other.status)
    }
})

it('has a row for every route there is', async () => {
  const { server } = await openTable()
  const routes = new Set(
    server.app.routes
      .filter(({ method, path }) => method !== 'ALL' && path !== '*' && path !== '/*')
      .map(({ method, path }) => `${method} ${path}`),
  )
  expect(new Set(cases.map(({ method, path }) => `${method} ${path}`))).toEqual(routes)
})

it('says of every route what a personal token needs for it', async () => {
  expect(Object.keys(demands).sort()).toEqual([...new Set(cases.map(({ method, path }) => `${method} ${path}`))].sort())
})

it('takes a right away at once', async () => {
  const { server, people } = await openTable()
  const [, , , annotator, reviewer] = people as [Browser, Browser, Browser, Browser, Browser]
  const { id } = await reviewer.read<{ id: string }>('/api/me')
  await server.catalog.projects.setRole('p', id, 'owner')
  expect((await reviewer.post('/api/projects/p/articles', text)).status).toBe(201)
  await server.catalog.projects.setRole('p', id, 'viewer')
  expect((await reviewer.post('/api/projects/p/articles', text)).status).toBe(403)
  await annotator.post('/api/leave')
  expect((await annotator.get('/api/articles/a')).status).toBe(401)
})

it('describes every route in openapi.json, and shows it as a page without scripts', async () => {
  const { server } = await openTable()
  const spec = (await (await server.ask('/api/openapi.json')).json()) as {
    openapi: string
    paths: Record<string, Record<string, { summary?: string; responses: object; requestBody?: object }>>
  }
  expect(spec.openapi).toMatch(/^3\.1/)
  const described = Object.entries(spec.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
  )
  const routes = new Set(cases.map(({ method, path }) => `${method} ${path}`))
  // The websocket has its own description, PROTOCOL.md: OpenAPI cannot say what goes over it.
  routes.delete('GET /sync/:room')
  expect(new Set(described)).toEqual(routes)
  for (const { path, method, body } of cases) {
    const operation = spec.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]
    if (path.startsWith('/sync')) continue
    expect(operation?.summary).toBeTruthy()
    if (body) expect(operation?.requestBody).toBeTruthy()
  }
  const page = await (await server.ask('/api/docs')).text()
  for (const route of described) expect(page).toContain(route.replace(/:(\w+)/g, '{$1}'))
  expect(page).not.toMatch(/<script|(?:src|href)="https?:|url\(/)
  expect(page).not.toContain('undefined')
})
