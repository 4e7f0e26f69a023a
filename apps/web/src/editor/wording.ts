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

export const words = {
  nothingSelected: 'Select some words first, then choose a label.',
  marked: (kind: string, quote: string) => `${kind}: ${quote}`,
  relabelled: (kind: string) => `Now a ${kind}`,
  dropped: (kind: string, attributes: readonly string[]) =>
    `Now a ${kind}. What it does not have is gone: ${attributes.join(', ')}`,
  deleted: 'Mark deleted',
  deletedForGood: (reason: string) => `Mark deleted. It could not be put back as it was: ${reason}`,
  undone: 'Undone',
  redone: 'Done again',
  nothingToUndo: 'Nothing of yours to undo',
  nothingToRedo: 'Nothing to do again',
  noMarks: 'No marks are shown',
  noMarkHere: 'There is no mark here',
  markedAlready: 'You marked this already',
  accepted: 'Accepted',
  rejected: 'Rejected',
  verdictTakenBack: 'Verdict taken back',
  noneUndecided: 'No undecided marks of others are shown',
  marksHidden: 'Marks are hidden',
  marksShown: 'Marks are shown',
  showMarks: 'Show them',
  lineBreak: 'line end',
} as const
