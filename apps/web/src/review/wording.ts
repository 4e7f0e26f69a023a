/** What is said about verdicts, the review of an article, and corrections. */
import type { Difference } from '@attest/schema/cluster'
import type { Outcome } from '@attest/schema/outcome'
import type { Decision } from '@attest/schema/verdict'

const many = (count: number, one: string, more: string) => `${count.toLocaleString('en')} ${count === 1 ? one : more}`
const marks = (count: number) => many(count, 'mark', 'marks')
const places = (count: number) => many(count, 'place', 'places')

export const verdictWords = {
  list: 'Verdicts',
  you: 'You',
  said: {
    accept: 'accepted',
    reject: 'rejected',
    duplicate: 'called it a duplicate',
    unsure: 'is unsure',
  },
  youSaid: { unsure: 'are unsure' },
  corrected: 'accepted, with a correction',
  duplicateOf: (name: string) => `Duplicate of ${name}`,
  duplicateOfGone: 'What it is a duplicate of was deleted.',
  goTo: (what: string) => `Go to ${what}`,
  changedSince: 'The mark was changed after this.',
  disputed: (isYours: boolean) => (isYours ? 'Disputed: you decide.' : 'Disputed: an owner of the project decides.'),
  answer: 'Put in the place of other marks by its author, who reviews here.',
  accept: 'Accept',
  acceptHint: 'Accept this mark',
  reject: 'Reject',
  rejectHint: 'Reject this mark',
  duplicate: 'Duplicate',
  duplicateHint: 'It says what another mark says already',
  unsure: 'Unsure',
  unsureHint: 'You cannot tell; it stays open',
  takeBack: 'Take it back',
  of: 'Duplicate of',
  noStandIn: 'There is no other mark over these words that it could be a duplicate of.',
  correct: 'Correct it',
  correctHint: 'Say what kind, borders or attributes it should have',
  correcting: (name: string) =>
    `What you change in this card becomes your correction. The mark of ${name} stays as it is.`,
  correctingHeard: 'Correcting: change kind, borders or attributes; Escape ends it',
  done: 'Done',
  dropFix: 'Drop the correction',
  note: 'Note to your verdict',
  why: 'Why? (optional note)',
  noteLost: (note: string) => `Your note to the verdict is not saved: ${note}`,
  copy: 'Copy it',
  takeOver: 'Take it over',
  takeOverHint: 'Make your mark what the correction says',
  takenOver: 'Your mark is as corrected now',
  isAsCorrected: 'Your mark is as corrected.',
  heard: {
    accept: 'Accepted',
    reject: 'Rejected',
    duplicate: 'A duplicate',
    unsure: 'Unsure',
  } satisfies Record<Decision, string>,
  takenBack: 'Verdict taken back',
  undo: 'Undo',
  selectOne: 'Select a mark of somebody else first',
} as const

/** What a correction changes. */
export const correctionWords = {
  title: 'Correction',
  kind: 'Kind',
  words: 'Words',
  was: 'was',
  is: 'should be',
  none: 'none',
  noAnswer: 'not filled in',
} as const

export const differenceWords: Record<Difference, string> = {
  // It may be a layer that came with a file, which is nobody.
  alone: 'Marked by one only',
  same: 'Same kind and borders',
  borders: 'Other borders',
  kind: 'Other kind',
}

export const stateWords: Record<Outcome, string> = {
  open: 'Open',
  accepted: 'Accepted',
  rejected: 'Rejected',
  disputed: 'Disputed',
}

export const reviewWords = {
  title: 'Review',
  close: 'Close the review',
  left: (left: number, undecided: number) =>
    left > 0 ? `${places(left)} to decide` : undecided > 0 ? 'nothing waits for you' : 'nothing left to decide',
  hintMarks: (left: number) => (left === 0 ? 'Review: nothing waits for you' : `Review: ${marks(left)} to decide`),
  progress: 'Progress of the review',
  share: (state: string, count: number) => `${state}: ${count.toLocaleString('en')}`,
  filters: 'What is shown',
  people: 'Whose',
  everybody: 'Everybody’s',
  mine: 'Yours',
  kind: 'Kind',
  allKinds: 'All kinds',
  difference: 'Difference',
  allDifferences: 'All differences',
  attributesDiffer: 'Other attributes',
  state: 'State',
  allStates: 'Decided or not',
  toDecide: 'To decide',
  list: 'Marks to review, in the order of the text',
  keys: (keys: { accept: string; reject: string; unsure: string }) =>
    `Up and down move, left and right choose a mark, ${keys.accept} accepts it, ${keys.reject} rejects all, ${keys.unsure} leaves it, Enter goes to the words, Escape returns to the text.`,
  none: 'Nobody has marked anything yet.',
  noneOfThese: 'Nothing here fits this choice.',
  allDone: 'Everything is decided.',
  /** Own marks and those that one is unsure about are left, which is not the same as done. */
  othersDecide: (undecided: number) =>
    `Nothing waits for you. ${places(undecided)} ${undecided === 1 ? 'is' : 'are'} not decided: your own marks, and what you have judged already, are for somebody else.`,
  noneWaits: 'Nothing of what is shown waits for you.',
  /** Of what the filters let through; not of all. */
  shownDone: (elsewhere: number) =>
    `Of what is shown everything is decided; ${places(elsewhere)} elsewhere ${elsewhere === 1 ? 'is' : 'are'} not.`,
  noneDisputed: 'Nothing is disputed here.',
  blind: 'This article is blind: its marks are judged once it is revealed.',
  showAll: 'Show all',
  candidates: 'What they marked',
  by: (names: string) => `by ${names}`,
  accept: 'Accept',
  acceptOf: (kind: string, name: string) => `Accept the ${kind.toLowerCase()} by ${name}`,
  acceptHint: (others: number) =>
    others === 0
      ? 'Accept this one'
      : `Accept this one; the other ${others === 1 ? 'one is its duplicate' : `${others} are its duplicates`}`,
  acceptToo: 'Accept as well',
  acceptTooHint: 'Both are right: accept this one beside the other',
  mineIsIt: 'Mine is the answer',
  mineHint: 'Yours stands for the others',
  rejectAll: 'Nobody is right',
  rejectAllHint: 'Reject all of them',
  reject: 'Reject',
  answerAnew: 'Mark it myself',
  answerAnewHint: 'A mark of yours takes the place of them all; change it then as you like',
  unsure: 'Unsure',
  unsureHint: 'You cannot tell; it stays open',
  takeBack: 'Take back',
  takeBackHint: 'Take back what you said here',
  ownWaits: 'Your own mark waits for somebody else.',
  ownOnly: 'Only you marked this; somebody else decides about it.',
  mayNot: 'In this project only reviewers judge marks.',
  differsIn: (names: readonly string[]) => `Differ in ${names.join(', ')}`,
  accepted: 'Accepted; the others are duplicates',
  acceptedAlone: 'Accepted',
  rejected: 'All rejected',
  leftOpen: 'Left as unsure',
  gone: 'The mark was deleted meanwhile.',
  answered: 'Your mark takes their place. Change it as you like.',
  unanimous: 'Accept what all agree on …',
  unanimousTitle: 'Accept what all agree on',
  unanimousNote:
    'Several people marked the same words in the same way. One mark of each is accepted, the others are its duplicates.',
  unanimousNone: 'Nothing that is still open was marked by all of them in the same way.',
  alsoOfSome: 'Also what some did not mark at all',
  unanimousCount: (chosen: number, all: number) => `${chosen.toLocaleString('en')} of ${places(all)} chosen`,
  acceptThese: (count: number) => `Accept ${count.toLocaleString('en')}`,
  acceptedMany: (count: number) => `${places(count)} accepted`,
  most: (count: number) => `The first ${count.toLocaleString('en')} go at once; then come the others.`,
  alike: (count: number) =>
    `The same words are marked in ${count === 1 ? 'one more place' : `${count.toLocaleString('en')} more places`}.`,
  decideAlike: 'Decide them too …',
  notNow: 'Not now',
  alikeTitle: (isAccept: boolean) => (isAccept ? 'Accept the same words elsewhere' : 'Reject the same words elsewhere'),
  alikeNote: (isAccept: boolean, words: string) =>
    isAccept
      ? `Each place where “${words}” is marked the same way is accepted, and what else is marked there is its duplicate.`
      : `All that is marked in each place where “${words}” is marked the same way is rejected.`,
  rejectThese: (count: number) => `Reject ${count.toLocaleString('en')}`,
  rejectedMany: (count: number) => `${places(count)} rejected`,
  all: 'All',
  noneOfThem: 'None',
  places: 'Places',
  disputedFor: (isYours: boolean) => (isYours ? 'Disputed: you decide.' : 'Disputed: an owner decides.'),
  /** What is heard of a row after its words and how they differ. */
  rowOf: (people: string, isOpen: boolean) => `, ${people}${isOpen ? ', to decide' : ''}`,
  goTo: 'Go to the words',
  nothing: 'none',
  whoCount: (people: number, layers: number) =>
    [people > 0 && many(people, 'person', 'people'), layers > 0 && many(layers, 'imported layer', 'imported layers')]
      .filter(Boolean)
      .join(', '),
} as const

/** What others corrected about one's own marks. */
export const feedbackWords = {
  title: 'Corrections to your marks',
  count: (count: number) => marks(count),
  close: 'Close the corrections',
  show: 'Show',
  toDo: 'Not taken over',
  all: 'All',
  none: 'Nobody has corrected or rejected a mark of yours here.',
  noneToDo: 'You have seen to all of them.',
  showAll: 'Show all',
  answer: 'Answer',
  answerHint: 'Say something in the thread of this mark',
  hint: (count: number) => `Corrections to ${marks(count)} of yours`,
  allOfProject: 'In all articles of the project',
  pageNote:
    'What reviewers and others said about your marks, article by article. Open one to answer, or to take a correction over.',
  loading: 'the corrections',
  noneInProject: 'Nobody has corrected or rejected a mark of yours.',
  lookedThrough: (count: number) => `${many(count, 'article', 'articles')} looked through.`,
  lookedSoFar: (count: number, total: number) =>
    `${count.toLocaleString('en')} of ${many(total, 'article', 'articles')} looked through.`,
  readOn: 'Look through the others',
  reading: 'Looking …',
  damaged: (titles: readonly string[]) => `What is stored of these articles is damaged: ${titles.join(', ')}`,
} as const
