/** What history, revisions, moderation and the audit log say, in one place so that it can be translated. */
import type { AuditAct } from '@attest/schema/audit'
import type { Act, RecordCounts } from '@attest/schema/history'
import type { DoubtReason } from '@attest/schema/revision'
import type { Root } from '@attest/schema/room'

const numbers = new Intl.NumberFormat('en')
const plural = (count: number, one: string, many = `${one}s`) => `${numbers.format(count)} ${count === 1 ? one : many}`

const time = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric' })
const exact = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'medium' })

export const timeText = (at: number) => time.format(at)
export const dayText = (at: number) => day.format(at)
export const exactText = (at: number) => exact.format(at)

const rootNames: Record<Root, [one: string, many: string]> = {
  annotations: ['mark', 'marks'],
  relations: ['link', 'links'],
  comments: ['comment', 'comments'],
  verdicts: ['verdict', 'verdicts'],
}

/** “3 marks, 1 link”; without those of which there are none. */
export function countsText(counts: RecordCounts): string {
  const parts = (Object.keys(rootNames) as Root[]).flatMap((root) =>
    counts[root] > 0 ? [plural(counts[root], ...rootNames[root])] : [],
  )
  return parts.length > 0 ? parts.join(', ') : 'nothing'
}

const typeNames: Record<Act['type'], string> = {
  put: 'Made',
  changed: 'Changed',
  deleted: 'Deleted',
  restored: 'Brought back',
}

export const historyWords = {
  title: 'History',
  ofMark: 'History of this mark',
  close: 'Close the history',
  replay: 'Replay',
  replayHint: 'Replay the life of this article',
  count: (total: number) => plural(total, 'act'),
  filters: 'What is shown of the history',
  who: 'By whom',
  everybody: 'Everybody',
  You: 'You',
  type: 'Kind of act',
  allTypes: 'All acts',
  typeNames,
  root: 'On what',
  allRoots: 'All records',
  rootNames: {
    annotations: 'Marks',
    relations: 'Links',
    comments: 'Comments',
    verdicts: 'Verdicts',
  } satisfies Record<Root, string>,
  showAll: 'Show all of the article',
  empty: 'Nothing has been done in this article yet.',
  none: 'Nothing of the kind has been done.',
  more: 'Show earlier acts',
  loadingMore: 'Reading on …',
  flaw: (what: string) => `The history is not whole. ${what}`,
  atOnce: (acts: number) => `${plural(acts, 'act')} at once`,
  bringBack: 'Bring back',
  bringBackWith: (links: number) => `Bring back with ${links === 1 ? 'its link' : `its ${links} links`}`,
  broughtBack: (count: number) => `${plural(count, 'record')} brought back`,
  notBack: 'It could not be brought back.',
  taken: 'Taken out by an owner; an owner can bring it back.',
  goTo: 'Show in the text',
  of: (name: string) => `of ${name}`,
  gone: 'a mark that is gone',
  unreadable: 'a record of another version',
} as const

/** What somebody did, as the middle of a sentence that begins with their name. */
export const didWords = {
  mark: { put: 'marked', changed: 'changed', deleted: 'deleted', restored: 'brought back' },
  link: { put: 'linked', changed: 'changed a link', deleted: 'took out a link', restored: 'brought back a link' },
  comment: {
    put: 'commented',
    changed: 'edited a comment',
    deleted: 'deleted a comment',
    restored: 'brought back a comment',
  },
  turn: { resolved: 'resolved a thread', reopened: 'reopened a thread', deleted: 'took back what became of a thread' },
  verdict: { deleted: 'took a verdict back', restored: 'gave a verdict again' },
  decided: {
    accept: 'accepted',
    reject: 'rejected',
    duplicate: 'called a duplicate',
    unsure: 'was unsure about',
  },
} as const

export const changeWords = {
  kind: 'Kind',
  words: 'Words',
  state: 'State',
  none: 'none',
  noAnswer: 'not filled in',
  note: 'Note',
  text: 'Text',
} as const

export const replayWords = {
  title: (title: string) => `Replay of ${title}`,
  back: 'Back to the article',
  reading: (count: number, total: number) =>
    total === 0
      ? 'Reading the history …'
      : `Reading the history: ${numbers.format(count)} of ${numbers.format(total)} acts …`,
  empty: 'Nothing has been done in this article yet, so there is nothing to replay.',
  slider: 'Time in the life of the article',
  at: (number: number, total: number) => `act ${numbers.format(number)} of ${numbers.format(total)}`,
  start: 'Before the first act',
  play: 'Play',
  pause: 'Pause',
  first: 'To the start',
  last: 'To the end',
  previous: 'One act back',
  next: 'One act on',
  speed: 'Speed',
  speeds: { '1': 'Slow', '5': 'Normal', '25': 'Fast', '125': 'Very fast' },
  marks: (count: number) => plural(count, 'mark'),
  density: 'How much was done when',
  controls: 'Replay controls',
  keys: 'Space plays and pauses, the arrow keys step, Home and End go to the ends.',
} as const

export const reasonWords: Record<DoubtReason, string> = {
  changed: 'Words in it were changed',
  gone: 'Its words are gone',
  ambiguous: 'Its words stand in several places',
}

export const reviseWords = {
  title: 'New revision',
  of: (title: string) => `New revision of “${title}”`,
  explanation:
    'Paste the corrected text. Marks go along wherever it is sure where they stand; the others wait in a tray for you and their authors. The revision before stays, to be read.',
  text: 'Corrected text',
  articleTitle: 'Title (if it is another now)',
  upload: 'Choose a text file …',
  tooLarge: (name: string) => `${name} is larger than 16 MB.`,
  notText: (name: string) => `${name} is not UTF-8 text. Please save it as UTF-8 and choose it again.`,
  compare: 'Compare',
  comparing: 'Comparing …',
  compareAgain: 'The text was changed since it was compared.',
  make: 'Make this the newest revision',
  making: 'Making the revision …',
  made: 'The new revision is here. The one before is under “Revisions”.',
  cancel: 'Back to the article',
  summary: (sure: number, doubtful: number) =>
    `${plural(sure, 'mark')} ${sure === 1 ? 'goes' : 'go'} along, ${doubtful === 0 ? 'none is in doubt' : `${plural(doubtful, 'mark')} ${doubtful === 1 ? 'has' : 'have'} to be looked at`}.`,
  difference: 'What changes in the text',
  doubts: 'Marks that would be in doubt',
  same: (count: number) => `${plural(count, 'paragraph')} as before`,
  cut: 'There are more changes than are shown here.',
  moreDoubts: (count: number) => `and ${numbers.format(count)} more`,
  unchangedFormat: 'Headings, links and emphasis stay where their words stay.',
  notYours: 'Only owners of the project make new revisions.',
  old: 'This article has a newer revision already.',
  toNewest: 'To the newest',
} as const

export const revisionWords = {
  menu: 'Revisions',
  number: (number: number) => `Revision ${number}`,
  newest: 'newest',
  thisOne: 'shown here',
  first: 'as it first was',
  by: (name: string, when: string) => `${name}, ${when}`,
  newer:
    'This article has a newer revision. What is marked here stays as it is, to be read; go on in the newest revision.',
  waiting: 'What waits to be sent from here still arrives, and is brought along.',
  go: 'To the newest revision',
  make: 'New revision …',
} as const

export const trayWords = {
  title: 'Marks in doubt',
  open: (count: number) =>
    `${plural(count, 'mark')} of the revision before ${count === 1 ? 'waits' : 'wait'} for a decision.`,
  look: 'Look at them',
  close: 'Close the tray',
  explanation: 'These marks could not be placed with certainty in this revision.',
  none: 'No mark is in doubt any more.',
  noneAtAll: 'No mark of the revision before is in doubt.',
  was: 'It was',
  now: 'It could be',
  keep: 'Keep it here',
  keepOf: (index: number) => `Keep it at place ${index + 1}`,
  show: 'Show in the text',
  move: 'Move to the selected words',
  moveHint: 'Select the words in the text first.',
  letGo: 'Let go',
  letGoDone: 'Let go of. It stays in the revision before.',
  undo: 'Undo',
  kept: 'Kept',
  moved: 'Moved',
  takeBack: 'Take back into the tray',
  letGoTitle: (count: number) => `${plural(count, 'mark')} let go of`,
  notYours: (name: string) => `For ${name} or an owner to decide.`,
} as const

export const moderationWords = {
  page: 'Moderation',
  explanation:
    'Take the marks, links, comments and verdicts of somebody out. They stay in the history, everybody sees them go at once, nobody but an owner can put them again, and it can be undone here.',
  person: 'Whose',
  choosePerson: 'Choose a person',
  where: 'Where',
  everywhere: 'In all articles of the project',
  when: 'What',
  day: 'Since (your time)',
  preview: 'See what would go',
  previewing: 'Counting …',
  would: (name: string, counts: string) => `Of ${name}, ${counts} would be taken out.`,
  nothing: (name: string) => `There is nothing of ${name} to take out.`,
  left: (count: number) => `${plural(count, 'record')} of others ${count === 1 ? 'is' : 'are'} about these; they stay.`,
  remove: 'Take them out',
  removing: 'Taking out …',
  done: (count: number) => `${plural(count, 'record')} taken out`,
  past: 'What was taken out',
  none: 'Nothing was taken out of this project.',
  entry: (by: string, count: number, of: string) => `${by} took ${plural(count, 'record')} of ${of} out`,
  since: (when: string) => `made since ${when}`,
  inOne: 'of one article',
  undo: 'Put back',
  undoing: 'Putting back …',
  undone: (when: string) => `put back on ${when}`,
  isBack: 'Everything is back as it was.',
} as const

/** The groups of acts that one can ask for, by the first part of their names. */
export const auditGroups: Readonly<Record<string, string>> = {
  account: 'Accounts and sign-ins',
  token: 'Personal tokens',
  workspace: 'The workspace',
  project: 'The project',
  member: 'Members',
  invitation: 'Invitations',
  'public-link': 'Public links',
  'label-set': 'Labels',
  article: 'Articles and exports',
  export: 'Finished exports',
  webhook: 'Webhooks',
  import: 'Imports',
  work: 'Work',
  record: 'Moderation',
}

interface Noted {
  subject: string | null
  detail: string | null
}

const of = (text: string | null, before = ' ') => (text ? `${before}${text}` : '')
const quoted = (text: string | null) => (text ? ` “${text}”` : '')
const inBrackets = (text: string | null) => (text ? ` (${text})` : '')

/** What was done, as the rest of a sentence that begins with a name. */
const auditSentences: Record<AuditAct, (noted: Noted) => string> = {
  'account.create': ({ subject }) => `made the account${of(subject)}`,
  'account.sign-in': ({ detail }) => `signed in${inBrackets(detail)}`,
  'account.sign-in-failed': ({ subject, detail }) =>
    `tried to sign in and failed${of(subject, ' as ')}${inBrackets(detail)}`,
  'account.sign-out': () => 'signed out',
  'account.password': () => 'changed a password',
  'account.reset-link': ({ subject }) => `made a link to reset the password${of(subject, ' of ')}`,
  'account.session-end': ({ detail }) => `ended a session${inBrackets(detail)}`,
  'account.close': ({ subject }) => `closed the account${of(subject)}`,
  'token.create': ({ detail }) => `made a personal token${quoted(detail)}`,
  'token.revoke': ({ detail }) => `revoked the personal token${quoted(detail)}`,
  'workspace.hand-over': ({ subject }) => `handed the workspace over${of(subject, ' to ')}`,
  'project.create': ({ detail }) => `began the project${quoted(detail)}`,
  'project.rename': ({ detail }) => `renamed the project${of(detail, ': ')}`,
  'project.settings': ({ detail }) => `changed the settings of the project${of(detail, ': ')}`,
  'export.done': ({ detail }) => `has an export that is ready${of(detail, ': ')}`,
  'project.archive': () => 'archived the project',
  'project.unarchive': () => 'took the project back to work',
  'project.delete': () => 'deleted the project',
  'project.restore': () => 'restored the project',
  'project.purge': ({ detail }) => `took the project${quoted(detail)} away for good, thirty days after it was deleted`,
  'member.add': ({ subject, detail }) => `became or made a member:${of(subject)}${of(detail, ', ')}`,
  'member.role': ({ subject, detail }) => `changed the role${of(subject, ' of ')}${of(detail, ': ')}`,
  'member.remove': ({ subject }) => `removed${of(subject)} from the project`,
  'member.leave': () => 'left the project',
  'invitation.create': ({ detail }) => `made an invitation${of(detail, ': ')}`,
  'invitation.revoke': ({ detail }) => `revoked an invitation${of(detail, ': ')}`,
  'public-link.create': ({ subject }) => `made a public link${of(subject, ' to ')}`,
  'public-link.revoke': ({ subject }) => `revoked the public link${of(subject, ' to ')}`,
  'label-set.change': ({ detail }) => `changed the labels${of(detail, ': ')}`,
  'article.add': ({ subject, detail }) => `brought in${quoted(detail ?? subject)}`,
  'article.delete': ({ subject, detail }) => `deleted the article${quoted(detail ?? subject)}`,
  'article.restore': ({ subject, detail }) => `restored the article${quoted(detail ?? subject)}`,
  'article.purge': ({ detail }) => `took the article${quoted(detail)} away for good, thirty days after it was deleted`,
  'article.revise': ({ subject, detail }) => `made a new revision of${quoted(detail ?? subject)}`,
  'article.blind': ({ subject, detail }) => `made${quoted(subject)} ${detail === 'open' ? 'open' : 'blind'}`,
  'article.reveal': ({ subject, detail }) => `revealed${quoted(subject)}${of(detail, ': ')}`,
  'article.export': ({ subject, detail }) => `exported${quoted(subject)}${of(detail, ' as ')}`,
  'article.sign-off': ({ subject, detail }) => `signed${quoted(subject)} off${of(detail, ', all the same: ')}`,
  'article.reopen': ({ subject, detail }) => `reopened${quoted(subject)}${of(detail, ': ')}`,
  'gap.settle': ({ detail }) => `settled what was unclear in the guidelines${of(detail, ': ')}`,
  'training.set': ({ subject, detail }) => `made${quoted(subject)} a test${of(detail, ': ')}`,
  'training.end': ({ subject }) => `made${quoted(subject)} no test any more`,
  'training.try': ({ subject, detail }) => `was tested in${quoted(subject)}${of(detail, ': ')}`,
  'article.state': ({ subject, detail }) => `changed the state of${quoted(subject)}${of(detail, ': ')}`,
  'suggestions.askers': ({ detail }) => `said who may ask for suggestions${of(detail, ': ')}`,
  'suggestions.add': ({ detail }) => `added a service for suggestions${of(detail, ': ')}`,
  'suggestions.remove': () => 'removed a service for suggestions',
  'webhook.create': ({ detail }) => `made the webhook${quoted(detail)}`,
  'webhook.change': ({ detail }) => `changed the webhook${quoted(detail)}`,
  'webhook.pause': ({ detail }) => `paused a webhook${of(detail, ': ')}`,
  'webhook.resume': ({ detail }) => `had the webhook${quoted(detail)} go on`,
  'webhook.delete': ({ detail }) => `deleted the webhook${quoted(detail)}`,
  'import.start': ({ detail }) => `began an import${of(detail, ': ')}`,
  'import.cancel': ({ detail }) => `cancelled an import${of(detail, ': ')}`,
  'project.export': ({ detail }) => `exported articles${of(detail, ' as ')}`,
  'marks.import': ({ detail }) => `brought marks in${of(detail, ': ')}`,
  'marks.undo': ({ detail }) => `took an import of marks back${of(detail, ': ')}`,
  'work.assign': ({ subject, detail }) => `assigned work${of(subject, ' on ')}${of(detail, ': ')}`,
  'work.due': ({ subject, detail }) => `changed a due date${of(subject, ' of ')}${of(detail, ': ')}`,
  'record.restore': ({ detail }) => `brought records back: ${detail ?? ''}`,
  'record.remove': ({ detail }) => `took records out, of ${detail ?? 'somebody'}`,
}

export function auditSentence(act: AuditAct, noted: Noted): string {
  return auditSentences[act](noted)
}

export const auditWords = {
  page: 'Log',
  title: 'Log of the project',
  workspace: 'Log of the workspace',
  explanation: 'What was done to the project itself. What was done to marks is in the history of each article.',
  workspaceExplanation: 'Accounts, sign-ins, and what else belongs to no project.',
  acts: 'What',
  all: 'Everything',
  who: 'By whom',
  everybody: 'Everybody',
  somebody: 'Somebody',
  itself: 'Attest',
  when: 'When',
  what: 'What was done',
  download: 'Download as CSV',
  more: 'Show earlier entries',
  loading: 'the log',
  empty: 'Nothing is in the log yet.',
  none: 'Nothing of the kind is in the log.',
} as const
