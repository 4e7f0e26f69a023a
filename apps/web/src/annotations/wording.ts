/** The words about marks, in one place so that they can be translated. */
import type { Outcome } from '@attest/schema/outcome'

export const outcomeWords: Record<Outcome, string> = {
  open: 'Open',
  accepted: 'Accepted',
  rejected: 'Rejected',
  disputed: 'Disputed',
}

/** A mark that was called a duplicate of another, instead of “Rejected”. */
export const duplicateWord = 'Duplicate'

/** About records of an older or newer label set or program. */
export const oddWords = {
  kind: (isMine: boolean) =>
    isMine
      ? 'The project no longer has this kind. Choose another, or delete the mark.'
      : 'The project no longer has this kind. Its author can choose another.',
  attribute: 'The project no longer has this.',
  relation: (type: string) => `Unknown link “${type}”`,
  version: (isMine: boolean) =>
    isMine
      ? 'Made with another version of Attest: not all of it is shown, and what is not shown is lost when you change it.'
      : 'Made with another version of Attest: not all of it is shown.',
  unreadable: (count: number) =>
    count === 1 ? 'One record cannot be shown' : `${count.toLocaleString('en')} records cannot be shown`,
  delete: 'Delete',
  deleted: 'Deleted for good: what cannot be shown cannot be put back either.',
  explanation: 'They were made with another version of Attest or of the text. They stay where they are.',
} as const

export const foldWords = { details: 'All about this mark' } as const

/** What one may do with a mark from its card; `acts` by the ids of the table of keys. */
export const actionWords = {
  kind: 'Kind of this mark',
  makeIt: (kind: string) => `Make it a ${kind.toLowerCase()}`,
  actions: 'What to do with this mark',
  more: 'More',
  delete: 'Delete this mark',
  acts: {
    comment: 'Comment on it',
    adjust: 'Move its borders',
    addFragment: 'Add the selected words to it',
    removeFragment: 'Take the selected words out of it',
    duplicate: 'Duplicate it',
    occurrences: 'Mark all occurrences of its words',
    choose: 'Choose it, to change several at once',
  },
} as const

export function marksCount(count: number): string {
  return count === 1 ? '1 mark' : `${count.toLocaleString('en')} marks`
}

/** The bar beside selected words. */
export const toolbarWords = {
  name: 'Label the selection',
  add: 'Add to the selected mark',
  takeOut: 'Take out of the selected mark',
  lock: 'Lock the label that is chosen next',
  lockHint: 'Lock the label that is chosen next: then every selection is marked with it at once',
} as const

/** The column beside the text. */
export const marginWords = {
  name: 'Marks beside the text',
  more: (count: number) => `${count} more here`,
} as const

/** The card of a mark. */
export const cardWords = {
  you: 'You',
  close: 'Close the card',
  closeHint: 'Close',
} as const

/** The marks over one spot. */
export const overlapWords = {
  choose: 'Choose one of the marks here',
  list: 'Marks here',
} as const

export const legendWords = { kinds: 'Kinds' } as const

/** A label that is chosen before the words. */
export const lockWords = {
  lock: (kind: string) => `Lock ${kind}: every selection is marked at once`,
  unlock: (kind: string) => `${kind} is locked. Let go of it`,
  next: (kind: string) => `Next selection: ${kind}`,
  each: (kind: string) => `Every selection: ${kind}`,
  letGo: (kind: string) => `Let go of ${kind}`,
} as const

/** In the line of a mark. */
export const talkWords = {
  comments: (count: number) => (count === 1 ? ', 1 comment' : `, ${count.toLocaleString('en')} comments`),
  draft: ', a draft of yours',
} as const

/** About what is shown and what is not. */
export const filterWords = {
  words: 'Words in marks, attributes, comments, names',
  quick: 'Only',
  mine: 'Mine',
  undecided: 'Undecided',
  openThreads: 'Open threads',
  lacks: { link: 'Lacks a link', attribute: 'Lacks an attribute' },
  kinds: 'Kinds',
  people: 'People',
  you: 'You',
  morePeople: (count: number) => `${count} more …`,
  state: 'State',
  hidden: ', hidden',
  hide: (name: string) => `Hide ${name}`,
  show: (name: string) => `Show ${name} again`,
  rule: 'A line with nothing chosen shows all; the eye hides.',
  shownOf: (shown: number, total: number) =>
    `${shown.toLocaleString('en')} of ${total === 1 ? '1 mark' : `${total.toLocaleString('en')} marks`}`,
  showAll: 'Show all',
  allHidden: 'The filters hide every mark.',
  noMarks: 'Nobody has marked anything yet.',
} as const

export const listWords = {
  title: 'All marks',
  close: 'Close the list',
  /** Beside how many marks there are. */
  proposed: (count: number) => `and ${count === 1 ? '1 suggestion' : `${count.toLocaleString('en')} suggestions`}`,
  sort: 'Order',
  sorts: { text: 'As in the text', time: 'Newest first', kind: 'By kind', person: 'By person' },
  chooseAll: (count: number) => `Choose ${count === 1 ? 'it' : `all ${count.toLocaleString('en')}`}`,
  choose: (kind: string, quote: string) => `Choose ${kind}: ${quote}`,
  keys: 'Arrow keys move, Enter goes to the words, Escape returns to the text.',
} as const

export const choiceWords = {
  chosen: (count: number) => (count === 0 ? 'None chosen' : `${marksCount(count)} chosen`),
} as const
