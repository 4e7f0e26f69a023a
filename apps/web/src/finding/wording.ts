/** The words about finding the way and changing many marks, in one place so that they can be translated. */
import { marksCount } from '../annotations/wording.ts'

const figure = (count: number) => count.toLocaleString('en')

export const bulkWords = {
  label: 'The chosen marks',
  chosen: (count: number) => `${figure(count)} chosen`,
  own: (own: number, all: number) =>
    own === all ? 'all yours' : own === 0 ? 'none of them yours' : `${figure(own)} of ${figure(all)} yours`,
  notShown: (count: number) => `${figure(count)} not shown by the filter`,
  relabel: (kind: string, count: number) => `Make ${figure(count)} a ${kind.toLowerCase()}`,
  kinds: 'Kind of those that are yours',
  deleteOwn: (count: number) => `Delete ${figure(count)}`,
  accept: (count: number) => `Accept ${figure(count)}`,
  reject: (count: number) => `Reject ${figure(count)}`,
  all: (count: number) => `Choose all ${figure(count)} shown`,
  clear: 'Choose none',
  noneOwn: 'None of the chosen marks is yours; only its author can change or delete a mark.',
  noneOfOthers: 'All of the chosen marks are yours; others judge them.',
  onlyYours: (left: number) => (left > 0 ? ` ${figure(left)} of others stayed as they are.` : ''),
  onlyOthers: (left: number) => (left > 0 ? ` ${figure(left)} of yours are for others to judge.` : ''),
  relabelled: (count: number, kind: string) => `${marksCount(count)} made a ${kind.toLowerCase()}.`,
  dropped: (count: number) =>
    count > 0 ? ` ${marksCount(count)} lost attributes that this kind does not have; Undo brings them back.` : '',
  deleted: (count: number) => `${marksCount(count)} deleted.`,
  accepted: (count: number) => `${marksCount(count)} accepted.`,
  rejected: (count: number) => `${marksCount(count)} rejected.`,
  refused: (count: number, reason: string) =>
    count > 0 ? ` ${marksCount(count)} could not be changed: ${reason}` : '',
  asTheyAre: 'They are so already.',
  more: (count: number) =>
    count > 0 ? ` ${marksCount(count)} more did not fit into one act: do the same again for them.` : '',
  undo: 'Undo',
  nothingToTakeBack: 'They were changed since, so nothing is taken back.',
  forGood: (count: number) =>
    count > 0 ? ` ${marksCount(count)} were of an older label set and cannot be brought back.` : '',
} as const

export const hiddenWords = {
  label: 'What is shown',
  shownOf: (shown: number, total: number) => `${figure(shown)} of ${marksCount(total)} shown`,
  showAll: 'Show all',
  hidden: 'Marks are hidden',
  show: 'Show them',
} as const

export const findWords = {
  label: 'Search in text and marks',
  field: 'Search',
  count: (current: number, all: number) => `${figure(current)} of ${figure(all)}`,
  none: 'Nothing found',
  searching: 'Searching …',
  next: 'Next',
  previous: 'Previous',
  exact: 'Match case and accents',
  whole: 'Whole words',
  text: 'Text',
  marks: 'Marks',
  where: 'Search in',
  close: 'Close the search',
  found: 'Marks that were found',
  more: (count: number) => `${figure(count)} more; the list of all marks has them, filtered by these words.`,
} as const

export const minimapWords = {
  mine: 'Mine',
  disputed: 'Disputed',
  differing: 'People differ',
} as const
