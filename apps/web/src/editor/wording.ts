/** The words of the editor and of what it answers, in one place so that they can be translated. */
import type { Refusal } from '@attest/schema/protocol'

const refusals: Record<Refusal, string> = {
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
}

export function refusalText(reason: Refusal): string {
  return refusals[reason]
}

export const words = {
  nothingSelected: 'Select some words first, then choose a label.',
  marked: (kind: string, quote: string) => `${kind}: ${quote}`,
  relabelled: (kind: string) => `Now a ${kind}`,
  deleted: 'Mark deleted',
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
