/** The words of the talk, in one place so that they can be translated. */
import { MOST_CHARACTERS } from '@attest/schema/comment'
import type { Refusal } from '@attest/schema/protocol'
import { keyName } from '../commands/chords.ts'
import { refusalText } from '../editor/wording.ts'
import type { Bar } from '../live/status.ts'

const figure = (count: number) => count.toLocaleString('en')

/** Why nothing can be said here, or a remark was not taken. */
export function talkRefusal(reason: Refusal | Bar): string {
  switch (reason) {
    case 'read-only':
      return 'You can read this article, but not comment on it.'
    case 'no-access':
      return 'You are no longer a member of this project, so you cannot comment.'
    case 'no-such-room':
      return 'This article is no longer there, so nobody can comment.'
    case 'damaged-room':
      return 'This article is damaged on the server, so nobody can comment for now.'
    case 'malformed-record':
      return 'This comment is not complete.'
    case 'clock-ahead':
      return 'The clock of this computer is ahead. Please set it, then send the comment again.'
    default:
      return refusalText(reason)
  }
}

export const words = {
  talk: 'Talk',
  isGap: 'Guideline unclear',
  talkOnMark: 'Talk about this mark',
  talkOnLink: 'Talk about this link',
  button: (open: number, news: number) =>
    `Talk: ${threadCount(open)} open${news > 0 ? `, ${figure(news)} new for you` : ''}`,
  closePanel: 'Close the talk',
  aboutArticle: 'About the article',
  aboutGone: 'About a mark or link that was deleted',
  aboutMark: 'About',
  article: 'the article',
  fieldOn: (what: string) => `Comment on ${what}`,
  fieldOnMark: 'Comment on this mark',
  fieldOnLink: 'Comment on this link',
  moreThreads: (count: number) => `${threadCount(count)} more in the talk`,
  fieldReply: 'Answer',
  fieldEdit: 'Your comment',
  place: (label: string) => `${label} …`,
  send: 'Comment',
  sendReply: 'Answer',
  sendReopening: 'Answer and reopen',
  save: 'Save',
  cancel: 'Cancel',
  discard: 'Discard',
  discarded: 'Draft discarded',
  undo: 'Undo',
  sendKey: keyName('Ctrl+Enter'),
  left: (count: number) => `${figure(count)} characters left`,
  tooLong: (left: number) =>
    `A comment has at most ${figure(MOST_CHARACTERS)} characters: ${figure(left)} of what you pasted were left out.`,
  changedElsewhere: 'You changed this comment in another window meanwhile. Now it says:',
  chooseFirst: 'This comment was changed in another window meanwhile. Choose what becomes of both wordings first.',
  putTogether: 'Put it below mine',
  keepMine: 'Replace it with mine',
  takeNewer: 'Leave it so',
  draftStays: 'What you had begun to write stays here, and can be copied.',
  reply: 'Answer',
  resolve: 'Resolve',
  reopen: 'Reopen',
  resolvedBy: (name: string) => `Resolved by ${name}`,
  reopenedBy: (name: string) => `Reopened by ${name}`,
  resolved: 'Resolved',
  reopened: 'Reopened',
  sent: 'Comment sent',
  saved: 'Comment saved',
  newThread: 'New thread',
  edit: 'Edit your comment',
  delete: 'Delete your comment',
  deleted: 'Comment deleted',
  deletedRemark: 'A comment that was deleted.',
  edited: 'edited',
  editedAt: (time: string) => `Edited ${time}`,
  you: 'You',
  isNew: 'New',
  mentionsYou: 'mentions you',
  to: (names: string) => `To ${names}`,
  more: 'Show all',
  less: 'Show less',
  earlier: (count: number) => (count === 1 ? 'Show 1 comment between' : `Show ${figure(count)} comments between`),
  people: 'People of the project',
  found: (count: number, first: string) => (count === 1 ? first : `${figure(count)} people: ${first}`),
  open: 'Open',
  all: 'All',
  forMe: 'New',
  mentions: 'Mentions',
  markAllRead: 'Mark all as read',
  everybody: 'Everybody',
  ofWhom: 'With',
  search: 'Search in the talk',
  noTalk: 'Nobody has said anything yet.',
  noTalkHint: 'Comment on the article here, or select a mark and comment on that.',
  noneOpen: 'No thread is open.',
  noneResolved: 'No thread is resolved yet.',
  noNews: 'Nothing is new for you: no mention of you, no answer where you took part, nothing on your marks.',
  noMentions: 'Nobody has mentioned you.',
  noneFound: 'No thread fits what you look for.',
  drafts: (count: number) =>
    count === 1 ? 'One draft of yours is not sent' : `${figure(count)} drafts of yours are not sent`,
  goOn: 'Go on',
  copy: 'Copy',
  draft: 'draft',
  draftNotKept: 'This browser has no room to keep your draft: send it before you close this page.',
  draftKept: 'What you were writing about was deleted. What you wrote is kept in the talk of the article.',
  draftMoved: 'What you were writing about was deleted. You go on in the talk of the article.',
  show: 'Show',
  quoteTooLong: 'There is no room left for these words in the comment.',
  heard: {
    mention: (name: string, body: string) => `${name} mentions you: ${body}`,
    answer: (name: string, body: string) => `${name} answers: ${body}`,
    mark: (name: string, body: string) => `${name} on your mark: ${body}`,
    several: (count: number) => `${figure(count)} comments are new for you`,
  },
} as const

export function threadCount(count: number): string {
  return count === 1 ? '1 thread' : `${figure(count)} threads`
}

export function remarkCount(count: number): string {
  return count === 1 ? '1 comment' : `${figure(count)} comments`
}

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' })
const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric' })
const exact = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'medium' })

/** How long ago that was, for as long as that is easier to read than the date. */
export function agoText(at: number, now: number): string {
  const minutes = Math.floor((now - at) / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return relative.format(-minutes, 'minute')
  if (minutes < 24 * 60) return relative.format(-Math.floor(minutes / 60), 'hour')
  if (minutes < 7 * 24 * 60) return relative.format(-Math.floor(minutes / (24 * 60)), 'day')
  return dated(day, at)
}

export function exactText(at: number): string {
  return dated(exact, at)
}

/** A record may have a time that no calendar has. */
function dated(format: Intl.DateTimeFormat, at: number): string {
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? String(at) : format.format(date)
}
