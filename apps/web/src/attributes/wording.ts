/** The words about attributes and about marking without a selection, in one place so that they can be translated. */
import { marksCount } from '../annotations/wording.ts'

export const attributeWords = {
  form: 'What is known of this mark',
  notFilledIn: 'not filled in',
  none: 'none',
  needed: 'needed',
  /** Null: somebody looked for it, and there is none. */
  thereIsNone: 'There is none',
  helpWith: (label: string) => `Help with ${label}`,
  takeHint: 'Selected in the article',
  saved: (label: string, value: string) => `${label}: ${value}`,
  tooLong: (length: number, most: number) =>
    `${length.toLocaleString('en')} of ${most.toLocaleString('en')} characters: make it shorter, it is not saved yet.`,
  leftOut: (length: number, most: number) =>
    `${length.toLocaleString('en')} of ${most.toLocaleString('en')} characters: make it shorter, it is not saved yet. What came after these was left out.`,
  roomLeft: (length: number, most: number) =>
    `${length.toLocaleString('en')} of ${most.toLocaleString('en')} characters`,
  noAddress: 'This does not look like one address. It is kept as it stands.',
  noDate: 'Dates are written 2015-10-01, 2015-10 or 2015. It is kept as it stands.',
  changedMeanwhile: (value: string) => `In another window this became “${value}”. Yours replaces it.`,
  clearedMeanwhile: 'In another window this was cleared. Yours replaces that.',
  openAddress: 'Open this address in a new tab',
  gone: (what: readonly string[]) => `Saved. What the project no longer has is gone: ${what.join('; ')}`,
  remove: (label: string) => `Remove ${label}`,
  letGo: 'What you wrote was not saved.',
  bringBack: 'Save it',
  markIsGone: 'The mark was deleted while you were writing about it.',
  lost: (reason: string) => `What you wrote is not saved. ${reason}`,
  tooLongToKeep: 'It was too long.',
  copy: 'Copy it',
} as const

export const citationWords = {
  fillIn: 'Fill in',
  joined: (count: number) => (count === 2 ? 'Two addresses are joined here' : `${count} addresses are joined here`),
  cut: (count: number) => `Cut into ${count} marks`,
  onlyThis: 'Only this',
  onlyThisOf: (url: string) => `Only this: fit the mark to ${url}`,
  cutDone: (count: number) => `Cut into ${marksCount(count)}`,
  fitted: 'The mark is fitted to one address',
  undo: 'Undo',
} as const

export const dialogWords = {
  title: 'Mark words from a list of sentences',
  noText: 'This article has no sentences.',
  search: 'Search the sentences',
  sentences: (count: number) => (count === 1 ? '1 sentence' : `${count.toLocaleString('en')} sentences`),
  noneFound: 'No sentence has these words.',
  firstWord: 'First word',
  lastWord: 'Last word',
  again: (word: string, count: number) => `${word} (${count})`,
  further: 'Go on into the next sentence',
  onlyFirst: 'Only the first sentence',
  chosen: 'The chosen words',
  markAs: 'Mark these words as',
} as const

export const occurrenceWords = {
  title: 'Mark all occurrences',
  these: 'These words',
  wholeWords: 'Whole words',
  sameCase: 'Same capitals',
  sameAttributes: 'With the attributes of the mark',
  places: 'Places',
  count: (all: number, chosen: number) => {
    if (all === 0) return 'No place'
    const places = all === 1 ? '1 place' : `${all.toLocaleString('en')} places`
    return `${places}, ${chosen.toLocaleString('en')} chosen`
  },
  all: 'Choose all',
  none: 'Choose none',
  noPlace: 'These words are nowhere in the article.',
  noWords: 'Write the words to look for.',
  already: 'marked by you already',
  kind: 'Mark them as',
  most: (count: number) => `${count.toLocaleString('en')} at a time; then open this again for the rest.`,
  mark: (count: number) => (count === 0 ? 'Nothing to mark' : `Mark ${count.toLocaleString('en')}`),
  marked: (count: number) => `${marksCount(count)} made`,
  undo: 'Undo',
} as const
