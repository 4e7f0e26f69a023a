/** The words of the editor and of what it answers, in one place so that they can be translated. */
import type { LabelSet } from '@attest/schema/labelset'
import type { Refusal } from '@attest/schema/protocol'
import type { Bar } from '../live/status.ts'

const refusals: Record<Refusal | Bar, string> = {
  'malformed-update': 'The server could not read this change.',
  'too-much': 'This is more than the server takes at once.',
  'malformed-record': 'This mark is not complete.',
  'unknown-root': 'The server does not know this kind of record.',
  'not-a-record': 'The server does not know this kind of record.',
  'not-yours': 'This is somebody else’s; only its author can change it.',
  'read-only': 'You can read this article, but not mark it.',
  'clock-ahead': 'The clock of this computer is ahead. Please set it, then mark again.',
  'out-of-range': 'These words are not in this version of the article.',
  'cuts-character': 'This selection cuts through a character.',
  'unknown-kind': 'The project no longer has this kind of mark.',
  'unknown-attribute': 'The project no longer has this attribute.',
  'unknown-relation': 'The project no longer has this type of link.',
  'own-mark': 'You cannot judge your own mark.',
  'may-not-judge': 'In this project only reviewers judge marks.',
  'foreign-client': 'Somebody else already writes under this connection. Please reload.',
  removed: 'An owner of this project has taken this out, so it cannot be put again.',
  'old-revision': 'This article has a newer revision; what is in this one stays as it is.',
  'signed-off': 'This article is signed off, so nothing in it can be changed until somebody reopens it.',
  'no-access': 'You are no longer a member of this project, so nothing can be marked.',
  'no-such-room': 'This article is no longer there, so nothing can be marked.',
  'damaged-room': 'This article is damaged on the server, so nothing can be marked for now.',
}

export function refusalText(reason: Refusal | Bar): string {
  return refusals[reason]
}

/** What a kind is called; one that the label set does not have (any more) goes by the name in the record. */
export function kindName({ kinds }: LabelSet, kind: string): string {
  return kinds.find((one) => one.id === kind)?.label ?? `Unknown kind “${kind}”`
}

/** What a mark is, for those who hear the page. */
export function markName(kind: string, author: string): string {
  return `${kind} by ${author}`
}

export const words = {
  /** What a screen reader hears of the article: `figures` is how many kinds have one, `help` the key of the help. */
  articleKeys: ({ figures, help }: { figures: number; help: string | null }) =>
    `${[
      'Arrow keys move the cursor, with Shift they select',
      ...(figures > 0 ? [`1 to ${figures} label the selection`] : []),
      ...(help ? [`${help === '?' ? 'question mark' : help} lists all keys`] : ['the menu More has all commands']),
    ].join('; ')}.`,
  nothingSelected: 'Select some words first, then choose a label.',
  marked: (kind: string, quote: string) => `${kind}: ${quote}`,
  relabelled: (kind: string) => `Kind: ${kind}`,
  dropped: (kind: string, attributes: readonly string[]) =>
    `Kind: ${kind}. What it does not have is gone: ${attributes.join(', ')}`,
  deleted: (links: number) =>
    links === 0 ? 'Mark deleted' : `Mark deleted, with ${links === 1 ? 'its link' : `its ${links} links`}`,
  deletedForGood: (reason: string) => `Mark deleted. It could not be put back as it was: ${reason}`,
  noneChosen: 'None chosen',
  undo: 'Undo',
  undone: 'Undone',
  redone: 'Done again',
  nothingToUndo: 'Nothing of yours to undo',
  nothingToRedo: 'Nothing to do again',
  noMarks: 'No marks are shown',
  marksHere: (count: number, first: string) => `${count} marks: ${first}`,
  noMarkHere: 'There is no mark here',
  markedAlready: 'You marked this already',
  copied: (kind: string, quote: string) => `Now yours as well. ${kind}: ${quote}`,
  copiedAlready: 'You have the same mark already',
  ownAlready: 'This mark is yours already',
  chooseLabel: 'This mark is yours already. Choose another label for the same words.',
  selectYourMark: 'Select a mark of yours first',
  notYourMark: 'The selected mark is somebody else’s; only its author can change it.',
  selectToAdd: 'Select the words to add first',
  selectToTakeOut: 'Select the words to take out first',
  added: (quote: string) => `Added: ${quote}`,
  takenOut: (quote: string) => `Taken out: ${quote}`,
  alreadyIn: 'These words are in the mark already',
  notIn: 'These words are not in the selected mark',
  nothingLeft: 'Nothing of the mark would be left. Delete it instead.',
  tooManyFragments: (most: number) => `A mark can have at most ${most} parts.`,
  adjusting:
    'Moving borders. Arrows move by character, with Control by word, with Shift the other end; Tab takes the next border, Enter keeps, Escape takes back.',
  border: (side: 'start' | 'end', quote: string) => `${side === 'start' ? 'Start' : 'End'}: ${quote}`,
  adjusted: (quote: string) => `Borders moved: ${quote}`,
  changedMeanwhile: 'This mark was changed meanwhile, so its borders are not moved.',
  bordersKept: 'Borders as they were',
  lockedOnce: (kind: string) => `${kind} for the next selection. Escape lets go of the label.`,
  locked: (kind: string) =>
    `${kind} is locked: each selection is marked at once, one made with the keyboard with Enter. Escape ends it.`,
  nothingToLock: 'Choose a label, or select a mark, then lock its label.',
  unlocked: 'No label is chosen any more',
  lockGone: 'The project no longer has the label that you had chosen, so selections are not marked with it any more.',
  lockBarred: 'You cannot mark here for now, so the label that you had chosen is let go of.',
  noneUndecided: (unsure: number) =>
    unsure === 0
      ? 'No undecided marks of others are shown'
      : `You have said something about every mark that is shown; ${unsure === 1 ? 'one is' : `${unsure} are`} still open, of which you are unsure.`,
  marksHidden: 'Marks are hidden',
  marksShown: 'Marks are shown',
  showMarks: 'Show them',
  caretOn: 'Caret mode is on: the caret of your browser moves in the text, which still cannot be changed',
  caretOff: 'Caret mode is off',
  lineBreak: 'line end',
} as const
