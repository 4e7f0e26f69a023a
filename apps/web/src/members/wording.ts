/** What the pages of members, invitations and settings say. */
import type { Role } from '@attest/schema/roles'
import { type FormerMember, type Invitation, KEPT_DAYS } from '@attest/schema/teams'

export const roleWords: Record<Role, { name: string; may: string }> = {
  owner: { name: 'Owner', may: 'manages the project: articles, labels, members' },
  reviewer: { name: 'Reviewer', may: 'marks, and judges the marks of everybody' },
  annotator: { name: 'Annotator', may: 'marks, links and discusses' },
  viewer: { name: 'Viewer', may: 'reads, and changes nothing' },
}

const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'long', year: 'numeric' })

export function dayOf(at: number): string {
  return day.format(at)
}

const count = (number: number, one: string, many: string) => `${number} ${number === 1 ? one : many}`

export const memberWords = {
  title: 'Members',
  count: (number: number) => count(number, 'member', 'members'),
  search: 'Find somebody',
  nobody: (name: string) => `Nobody here is called “${name}”.`,
  you: '(you)',
  others: 'Also in this workspace',
  add: 'Add as an annotator',
  addOf: (name: string) => `Add ${name} as an annotator`,
  fromFile: 'Their marks came with a file; they cannot sign in.',
  roleOf: (name: string) => `Role of ${name}`,
  more: (name: string) => `More about ${name}`,
  remove: 'Take out of the project …',
  handOver: 'Hand the project over …',
  leave: 'Leave this project',
  leaveTitle: (project: string) => `Leave “${project}”?`,
  leaveText: 'You will not see it any more, until somebody lets you in again. Your marks stay, under your name.',
  removeTitle: (name: string) => `Take ${name} out of the project?`,
  removeText:
    'They lose access at once, also where they have it open. Their marks stay, under their name. You can bring them back.',
  removeButton: 'Take out',
  leaveButton: 'Leave',
  keep: 'Cancel',
  roleChanged: (name: string, role: Role) => `${name} is ${article(role)} now.`,
  removed: (name: string) => `${name} is out of the project.`,
  left: (project: string) => `You have left “${project}”.`,
  handOverTitle: (name: string) => `Hand the project over to ${name}?`,
  handOverText: (name: string) => `${name} will own it: only owners change members, labels and settings.`,
  ownRole: 'What you are from then on',
  handOverButton: 'Hand over',
  handedOver: (name: string) => `${name} owns the project now.`,
  former: 'Were members',
  formerText: (one: FormerMember) => `${one.isRemoved ? 'Taken out' : 'Left'} on ${dayOf(one.leftAt)}`,
  bringBack: 'Bring back',
  broughtBack: (name: string) => `${name} is an annotator here again.`,
} as const

export function article(role: Role): string {
  return /^[aeiou]/.test(role) ? `an ${role}` : `a ${role}`
}

export const inviteWords = {
  button: 'Invite people',
  title: 'Invite people',
  section: 'Invitations',
  role: 'What they may do',
  uses: 'For how many people',
  once: 'One person',
  several: 'Several people, up to',
  any: 'Everybody who has the link',
  most: 'Up to how many',
  time: 'Good for',
  days: (days: number) => count(days, 'day', 'days'),
  email: 'E-mail address (may be empty)',
  emailSends: 'The link is sent there. It is shown to you as well.',
  emailNote: 'Only as a note for whom it is: this server sends no mail.',
  make: 'Make the link',
  making: 'Making it …',
  ownerOnce: 'Who owns the project is invited one at a time.',
  isMade: 'The link is made.',
  shownOnce: 'It is shown only now: nobody can look it up later.',
  link: 'Link',
  copy: 'Copy the link',
  sent: (email: string) => `It was sent to ${email}.`,
  notSent: 'The mail could not be sent. Send the link in another way.',
  another: 'Make another',
  done: 'Done',
  none: 'No invitations are open.',
  past: 'Past invitations',
  end: 'End it',
  endOf: (role: Role) => `End this invitation for ${article(role)}`,
  ended: 'Nobody else gets in with that link.',
  used: (one: Invitation) =>
    one.maxUses === null
      ? `used ${count(one.uses.length, 'time', 'times')}`
      : `${one.uses.length} of ${one.maxUses} used`,
  who: 'Who used it',
  state: (one: Invitation) => {
    if (one.whyNot === 'expired') return `ran out on ${dayOf(one.expiresAt)}`
    if (one.whyNot === 'used-up') return 'used up'
    if (one.whyNot === 'ended') return 'ended'
    return `good until ${dayOf(one.expiresAt)}`
  },
  by: (name: string) => `by ${name}`,
} as const

export const inviteePageWords = {
  title: (project: string) => `You are invited to “${project}”`,
  text: (by: string, role: Role) => `${by} invites you to be ${article(role)}: one who ${roleWords[role].may}.`,
  until: (at: number) => `The invitation is good until ${dayOf(at)}.`,
  accept: 'Accept',
  accepting: 'Accepting …',
  as: (name: string) => `You are signed in as ${name}.`,
  first: 'Say who you are, and you are in.',
  welcome: (project: string, role: Role) => `You are ${article(role)} in “${project}”.`,
  already: (role: Role) => `You are ${article(role)} here already.`,
  problem: 'This invitation does not let you in',
  home: 'To your projects',
} as const

export const settingsWords = {
  title: 'Settings',
  name: 'Name',
  save: 'Save',
  saved: 'Saved.',
  joining: 'Who joins',
  joiningOpen: 'Everybody who joins this workspace by name',
  joiningInvited: 'Only who is invited',
  joiningNote: 'Whoever is in the project already stays in it.',
  judging: 'Review',
  peersJudge: 'Annotators judge each other’s marks',
  peersJudgeNote: 'Where the reviewers and owners have not decided, their majority counts.',
  articles: 'Articles',
  articlesNote: 'Make an article blind, open it to the public by a link, or delete it.',
  public: 'Public link …',
  deleteArticle: 'Delete',
  deleteOf: (title: string) => `Delete ${title}`,
  publicOf: (title: string) => `Public link of ${title}`,
  articleDeleted: (title: string) => `“${title}” is deleted.`,
  undo: 'Bring it back',
  deletedArticles: 'Deleted articles',
  bringBack: 'Bring back',
  bringBackOf: (name: string) => `Bring ${name} back`,
  broughtBack: (name: string) => `“${name}” is back.`,
  goneOn: (at: number, by: string | null) => `${by ? `Deleted by ${by}; ` : ''}goes for good on ${dayOf(at)}`,
  danger: 'Danger zone',
  archive: 'Archive this project',
  archiveNote:
    'All of it can still be read, and nobody can change anything in it. You can take it back to work at any time.',
  unarchive: 'Take it back to work',
  unarchiveNote: 'The project is archived: it can be read, and nothing can be changed.',
  archived: 'The project is archived.',
  unarchived: 'The project is being worked in again.',
  delete: 'Delete this project …',
  deleteNote: `Nobody sees it any more. Its owners can bring it back for ${KEPT_DAYS} days; then it goes for good, with all marks.`,
  deleteTitle: (name: string) => `Delete “${name}”?`,
  typeName: (name: string) => `To be sure, type its name: ${name}`,
  deleteButton: 'Delete the project',
  deleted: (name: string) => `“${name}” is deleted. You can bring it back for ${KEPT_DAYS} days.`,
  onlyOwners: 'Only owners of the project change these settings.',
  settingsOf: 'What holds in this project',
} as const

export const publicWords = {
  title: 'Public link',
  on: 'Everybody who has the link can read this article and its marks',
  names: 'Show who made each mark',
  hidden: 'Names are replaced by “Annotator 1”, “Annotator 2” …',
  link: 'Link',
  copy: 'Copy the link',
  off: 'Nobody outside of the project can read this article.',
  revoked: 'The link opens nothing any more.',
  note: 'Nobody can mark, and nothing else of the project is shown: no talk, no verdicts, no other articles.',
  done: 'Done',
} as const
