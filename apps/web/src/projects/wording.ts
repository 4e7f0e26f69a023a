/** What the pages of projects say. */

export const frameWords = {
  projects: 'Projects',
  pages: 'Pages of this project',
  articles: 'Articles',
  corrections: 'Corrections',
  dashboard: 'Dashboard',
  agreement: 'Agreement',
  moderation: 'Moderation',
  log: 'Log',
  workspaceLog: 'Log of the workspace',
  labels: 'Labels',
  gaps: 'Gaps',
  training: 'Training',
  export: 'Export',
  members: 'Members',
  settings: 'Settings',
} as const

export const listWords = {
  home: 'Your work',
  title: 'Projects',
  none: 'You are in no project yet.',
  noneCreate: 'Begin one, or open the link of an invitation.',
  noneAsk: 'Open the link of an invitation, or ask an owner to let you in.',
  allArchived: 'All of your projects are archived.',
  showArchived: (count: number) => `Show ${count === 1 ? 'the archived one' : `${count} archived ones`}`,
  archived: 'archived',
  deleted: 'Deleted projects',
  broughtBack: (name: string) => `“${name}” is back.`,
  open: 'Everybody who joins this workspace by name annotates in it',
} as const

/** What has changed about oneself in a project while one of its pages is open. */
export const standingWords = {
  gone: 'You are not in this project any more',
  goneText: 'An owner took you out of it, or it was deleted. Your marks stay, under your name.',
  home: 'To your projects',
  archived: 'This project is archived: it can be read, and nothing in it changed.',
  role: (role: string) => `You are ${/^[aeiou]/.test(role) ? 'an' : 'a'} ${role} in this project now.`,
  reads: 'You can only read in this project now.',
} as const
