/** The words about the connection, in one place so that they can be translated. */
import { type Reason, type Refusal, refusals } from '@attest/schema/protocol'
import type { Role } from '@attest/schema/roles'
import type { Decision } from '@attest/schema/verdict'
import { marksCount } from '../annotations/wording.ts'
import { refusalText } from '../editor/wording.ts'
import type { Storage } from '../live/local-copy.ts'
import type { Status } from '../live/status.ts'
import { countText } from '../ui/number.ts'

/** Whether it was a change that was refused, rather than the person or the place. */
function isRefusal(reason: Reason | null): reason is Refusal {
  return refusals.some((one) => one === reason)
}

/** Why the server ended the connection for good, and what to do. */
export function endingText(reason: Reason | null): string {
  if (isRefusal(reason)) return `A change was not accepted: ${refusalText(reason)}`
  switch (reason) {
    case 'no-session':
      return 'You are signed out.'
    case 'no-access':
      return 'You are no longer a member of this project. You see the article as it was when you last were.'
    case 'no-such-room':
      return 'This article is no longer there. You see it as it last was.'
    case 'damaged-room':
      return 'What is stored of this article is damaged, so the server does not open it. Please tell whoever runs it.'
    case 'malformed-message':
    case 'text-frame':
    case null:
      return 'The server ended the connection. Please reload the page.'
  }
}

/** What becomes of what waits, when it is not sent by itself. */
export function keptText(waiting: number, storage: Storage, until: string): string {
  if (waiting === 0) return ''
  const [what, they] =
    waiting === 1 ? ['One change waits', 'it is'] : [`${waiting.toLocaleString('en')} changes wait`, 'they are']
  return storage === 'kept'
    ? `${what}: ${they} kept in this browser, and sent ${until}.`
    : `${what}: ${they} not kept by this browser, so download before you close this page.`
}

export const statusWords = {
  connecting: 'Connecting …',
  offline: 'Offline',
  crowded: 'Too many here',
  notSaved: 'Not saved',
  ended: 'Not connected',
  signedOut: 'Signed out',
  readOnly: 'Read only',
  saving: 'Saving …',
  saved: 'Saved',
  waiting: (count: number) => `${count.toLocaleString('en')} not sent`,
} as const

/** The longer word about a line that comes back by itself. */
export function offlineText(why: (Status['connection'] & { phase: 'offline' })['why'], isReader: boolean): string {
  switch (why) {
    case 'crowded':
      return isReader
        ? 'Too many people or windows are in this article at the moment. It is tried again by itself.'
        : 'Too many people or windows are in this article at the moment. Go on marking: everything is kept in this browser and sent when there is room.'
    case 'not-saved':
      return 'The server could not write to its disk. What you mark is kept in this browser and sent again by itself.'
    case 'unreachable':
      return isReader
        ? 'The server cannot be reached. What you see is what it last said.'
        : 'The server cannot be reached. Go on marking: everything is kept in this browser and sent when it is back.'
  }
}

function withArticle(role: Role): string {
  return /^[aeiou]/.test(role) ? `an ${role}` : `a ${role}`
}

export const bannerWords = {
  damaged:
    'Part of what the server has stored of this article is damaged. You see what could be read, and nothing can be marked until whoever runs the server has mended it. Please tell them.',
  tryNow: 'Try now',
  reload: 'Reload',
  download: 'Download what waits',
  projects: 'To your projects',
  understood: 'All right',
  signIn: 'Sign in again',
  roleTaken: (project: string, hasTray: boolean) =>
    `You can only read now: in “${project}” you have been made a viewer, so nothing can be marked any more. Your marks stay${hasTray ? '; what was not saved yet is listed above the article' : ''}.`,
  roleGiven: (role: Role) => `You can mark here again: you are ${withArticle(role)} now.`,
  roleChanged: (role: Role) => `You are ${withArticle(role)} here now.`,
  labelsChanged: 'The labels of this project have changed.',
  other: (now: string, before: string) =>
    `This browser is signed in as ${now} now. What ${before} marked is never sent as ${now}.`,
  goOnAs: (name: string) => `Go on as ${name}`,
} as const

export const signInWords = {
  title: 'You are signed out',
  byName: (name: string) =>
    `You had joined as ${name} with a name only. That session is over, and a name cannot be taken up again: you would come in as somebody new, beside ${name}.`,
  account: (name: string) => `Sign in as ${name} again, and you go on where you were.`,
  stays: (name: string) => `What waits stays in this browser, for ${name} alone.`,
  elsewhere: 'Signed in again in another window? Then this page goes on by itself.',
} as const

export const leftWords = {
  title: (count: number) =>
    count === 1 ? 'One change of yours was never saved' : `${count} changes of yours were never saved`,
  explanation: 'What you did in this article is still in this browser.',
} as const

export const trayWords = {
  title: (count: number) =>
    count === 1 ? 'One change was not accepted' : `${countText(count)} changes were not accepted`,
  explanation: (storage: Storage) =>
    storage === 'kept'
      ? 'They are kept in this browser only, until you try them again or let go of them.'
      : 'This browser does not keep them: copy or download what you need before you close this page.',
  deletion: 'a deletion',
  comment: (body: string) => `Comment: ${body}`,
  turn: 'A thread resolved or reopened',
  tryAgain: 'Try again',
  copy: 'Copy',
  letGo: 'Let go',
  tryAll: 'Try all again',
  downloadAll: 'Download all',
  letAllGo: 'Let go of all',
  gone: (count: number) => (count === 1 ? 'Let go of one change' : `Let go of ${countText(count)} changes`),
  undo: 'Undo',
} as const

/** Why a single change was refused, as far as the server said. */
export function refusedText(reason: Reason | null): string {
  return isRefusal(reason) ? refusalText(reason) : 'The server gave no reason.'
}

export const printWords = {
  marks: 'Marks',
  count: (shown: number, total: number) =>
    shown === total
      ? marksCount(total)
      : `${shown.toLocaleString('en')} of ${marksCount(total)}, the others are hidden`,
  by: (name: string) => `by ${name}`,
  none: 'none',
  comments: (count: number) => (count === 1 ? '1 comment' : `${countText(count)} comments`),
  hiddenMark: 'a mark that is not shown',
  deletedMark: 'a mark that was deleted',
} as const

/** About a mark that may be gone, or about the article as a whole. */
const onWhat = (quote: string | null) => (quote === null ? '' : ` on “${quote}”`)

const decided: Record<Decision, string> = {
  accept: 'accepted',
  reject: 'rejected',
  duplicate: 'called a duplicate:',
  unsure: 'is unsure about',
}

/** What a screen reader is told, and how much of it. */
export const speechWords = {
  title: 'What is read aloud',
  question: 'With a screen reader, say',
  levels: {
    off: 'Nothing',
    own: 'What I do',
    all: 'What I do, and what others do',
  },
  explanation: 'It is kept for you in this browser. Short notices at the foot of the page are said in any case.',
  marked: (name: string, kind: string, quote: string) => `${name} marked as ${kind}: ${quote}.`,
  changed: (name: string, kind: string, quote: string) => `${name} changed a mark: ${kind}: ${quote}.`,
  deleted: (name: string) => `${name} deleted a mark.`,
  commented: (name: string, quote: string | null) => `${name} commented${onWhat(quote)}.`,
  talked: (name: string) => `${name} changed a thread.`,
  judged: (name: string, decision: Decision, quote: string | null) =>
    `${name} ${decided[decision]}${quote === null ? ' a mark' : ` “${quote}”`}.`,
  unjudged: (name: string) => `${name} took a verdict back.`,
  linked: (name: string) => `${name} linked two marks.`,
  unlinked: (name: string) => `${name} took a link out.`,
  many: (count: number, names: string) => `${countText(count)} changes by ${names}.`,
  people: (count: number) => `${count} people`,
} as const

export const pageWords = {
  article: 'the article',
  missing: 'article',
  skip: 'To the article',
  selected: 'The selected mark',
  title: (article: string) => `${article} · Attest`,
} as const

/** To an article in which nobody has marked anything. */
export const firstWords = {
  title: 'Nothing is marked yet.',
  titleBlind: 'You have not marked anything yet.',
  /** `figures`: up to which figure the keys label; 0 while they do not. */
  mark: (figures: number) =>
    figures > 0
      ? `Select some words and press 1 to ${figures}, or choose a label beside the selection.`
      : 'Select some words and choose a label beside the selection.',
  seen: 'Everybody here sees it at once.',
  unseen: 'Nobody but those who review sees it before the reveal.',
  close: 'Close this hint',
} as const

export const neighbourWords = {
  last: 'This is the last article of the project.',
  first: 'This is the first article of the project.',
  unknown: 'The other articles of the project are not known, because the server cannot be reached.',
} as const

export const barWords = {
  publicLink: 'Public link …',
  more: 'More',
  moreHint: 'More to do',
  find: 'Find',
  review: 'Review',
  mark: 'Mark',
  lock: 'Mark every selection as',
  article: 'Article',
  help: 'Help',
  export: 'Export …',
  exportHint: 'Export the marks',
  search: 'Search in text and marks',
  back: (project: string) => `Back to ${project}`,
  keys: 'Keys and kinds',
  undo: 'Undo',
  redo: 'Redo',
  list: 'Marks and filters',
  count: (shown: number, total: number) =>
    shown === total ? countText(total) : `${countText(shown)} of ${countText(total)}`,
  listOf: (count: string) => `${count} marks, list and filters`,
} as const

export const paletteGroups = {
  kinds: 'Label the selection',
  change: 'Change the selected mark to',
  lock: 'Label everything I select',
  people: 'People',
  articles: 'Articles of this project',
  as: (kind: string) => `Mark as ${kind}`,
  into: (kind: string) => `Make it ${kind}`,
  lockTo: (kind: string) => `Lock ${kind}: mark every selection with it`,
  unlock: (kind: string) => `Unlock ${kind}: no longer mark every selection`,
} as const
