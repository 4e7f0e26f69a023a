import type { Scope } from '@attest/schema/token'

const dates = new Intl.DateTimeFormat('en', { dateStyle: 'medium' })
const times = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

export const scopeWords: Record<Scope, { name: string; note: string }> = {
  read: { name: 'Read', note: 'Projects, articles, marks, agreement, exports.' },
  annotate: { name: 'Mark', note: 'Your own marks, links and comments; begin and submit your work.' },
  review: { name: 'Review', note: 'Verdicts, and what belongs to a review.' },
  manage: { name: 'Manage', note: 'Articles, members, labels, work and webhooks of projects that you own.' },
}

export const tokenWords = {
  title: 'Personal tokens',
  note: 'With a token, a script acts in your name, within what you allow and what you may do yourself. It never gets to your account, your sessions or other tokens.',
  docs: 'What a script can ask for',
  none: 'You have no tokens.',
  make: 'New token …',
  dialog: 'New personal token',
  name: 'What it is for',
  nameHint: 'So that you know it again, such as “nightly export”.',
  scopes: 'What it may do',
  project: 'Where',
  allProjects: 'In all my projects',
  days: 'Good for',
  dayCount: (days: number) => (days === 366 ? 'a year' : `${days} days`),
  create: 'Make the token',
  creating: 'Making it …',
  cancel: 'Cancel',
  isMade: 'Here it is. It is shown this once: keep it where you keep passwords.',
  token: 'Your token',
  copy: 'Copy',
  tryIt: 'To try it',
  done: 'Done',
  revoke: 'Revoke',
  revokeOf: (name: string) => `Revoke “${name}”`,
  revokeTitle: (name: string) => `Revoke “${name}”?`,
  revokeText: 'What uses it stops working at once. This cannot be undone; you can make another.',
  keep: 'Keep it',
  revoked: (name: string) => `“${name}” is revoked`,
  until: (at: number) => `good until ${dates.format(at)}`,
  isRevoked: (at: number) => `revoked on ${dates.format(at)}`,
  isOver: (at: number) => `ran out on ${dates.format(at)}`,
  used: (at: number | null) => (at === null ? 'never used' : `last used ${times.format(at)}`),
  scopesOf: (scopes: readonly Scope[]) => scopes.map((scope) => scopeWords[scope].name).join(', '),
  former: (count: number) => `${count} that ${count === 1 ? 'is' : 'are'} no good any more`,
  aProject: 'one project',
  choose: 'Choose at least one thing that the token is for.',
} as const
