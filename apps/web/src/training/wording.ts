/** The words about articles as tests, in one place so that they can be translated. */
import type { Bar, Deviation } from '@attest/schema/training'

const number = (count: number) => count.toLocaleString('en')
const some = (count: number, one: string, many: string) => `${number(count)} ${count === 1 ? one : many}`

/** A share with two digits, as agreement is told everywhere. */
export const figure = (value: number | null) => (value === null ? '–' : value.toFixed(2))

const measureWords: Record<Bar['measure'], string> = { exact: 'exact', partial: 'partial' }

export const barText = ({ measure, f1 }: Bar) => `F1 ${figure(f1)}, ${measureWords[measure]}`

export const bannerWords = {
  tested: (bar: string) => `This article is a test: mark it as the guidelines say. To pass: ${bar}.`,
  left: (left: number) => (left === 0 ? 'You have no try left.' : `${some(left, 'try', 'tries')} left.`),
  passed: 'You have passed.',
  failed: 'You have not passed yet.',
  handIn: 'Hand in …',
  result: 'Your result',
  owner: 'This article is a test: whoever annotates marks it unseen by the others, and is scored against its gold.',
  gold: 'Gold',
  toTests: 'Tests',
} as const

export const handInWords = {
  title: 'Hand your marks in?',
  what: 'They are held against the gold, and you see where they differ. What you marked stays. Once you have passed, or have no try left, your work on it is submitted.',
  last: 'This is your last try.',
  left: (left: number) => `After this you have ${some(left, 'try', 'tries')} left.`,
  marks: (count: number) => `You have made ${some(count, 'mark', 'marks')}.`,
  waiting: (count: number) =>
    `${some(count, 'change of yours is', 'changes of yours are')} not saved on the server yet. Wait until it is.`,
  handIn: 'Hand in',
} as const

export const resultWords = {
  title: 'Your result',
  passed: 'Passed',
  failed: 'Not passed',
  bar: (bar: string) => `The bar is ${bar}.`,
  f1: 'F1',
  precision: 'Precision',
  recall: 'Recall',
  marks: (mine: number, gold: number) => `You made ${some(mine, 'mark', 'marks')}; the gold has ${number(gold)}.`,
  partial: 'A mark of the right kind that shares only some words with the gold counts half.',
  exact: 'A mark counts when its words and its kind are those of the gold.',
  byKind: 'By kind',
  kind: 'Kind',
  wanted: 'Bar',
  yours: 'Yours',
  gold: 'Gold',
  differences: (count: number) =>
    count === 0 ? 'Nothing differs from the gold.' : `${some(count, 'difference', 'differences')} from the gold`,
  same: (count: number) => `${some(count, 'mark is', 'marks are')} as in the gold.`,
  tries: 'Which try',
  tryOf: (number: number) => `Try ${number}`,
} as const

export const deviationWords: Record<Exclude<Deviation['is'], 'same'>, string> = {
  borders: 'Other borders',
  kind: 'Other kind',
  both: 'Other kind and borders',
  missing: 'Missing',
  superfluous: 'Not in the gold',
}

export const pageWords = {
  title: 'Training',
  what: 'the tests',
  hint: 'An article with gold can be a test: annotators mark it without seeing the marks of others, hand in, and see their score and what differs. Its marks are hidden from annotators as long as it is one.',
  hintTested:
    'Mark these articles without seeing the marks of others, hand in, and see your score and what differs from the gold.',
  none: 'There is no test yet.',
  noneHint: 'Review an article until its gold is what you would teach, then make it a test here.',
  noneTested: 'When an owner makes an article a test, it stands here.',
  make: 'Make a test …',
  change: 'Change the bar …',
  end: 'No test any more',
  endOf: (title: string) => `End the test “${title}”?`,
  endWhat:
    'Everybody sees its marks again, and the results so far are gone for good. What people marked in it stays hidden.',
  endIt: 'End the test',
  gold: (count: number) => some(count, 'mark in the gold', 'marks in the gold'),
  tries: (tries: number | null) => (tries === null ? 'any number of tries' : some(tries, 'try', 'tries')),
  results: 'Who has passed',
  person: 'Person',
  notTried: 'not tried',
  passed: (f1: string, number: number) => `passed, ${f1} (try ${number})`,
  failed: (f1: string, number: number) => `not passed, best ${f1} of ${some(number, 'try', 'tries')}`,
  nobody: 'Nobody can be tested yet: there are no annotators in this project.',
  made: 'It is a test from now on.',
  changed: 'The bar is changed. Results so far stay as they were.',
  ended: 'It is no test any more.',
} as const

export const makeWords = {
  title: 'Make an article a test',
  change: (title: string) => `The bar of “${title}”`,
  article: 'Article',
  choose: 'Choose an article with gold',
  measure: 'What counts',
  exact: 'Exact: the same words and the same kind',
  partial: 'Partial: of the right kind with other borders counts half',
  f1: 'F1 to be reached, from 0 to 1',
  kinds: 'By kind (if any)',
  kindsHint: 'Empty: nothing is asked of this kind by itself.',
  tries: 'Tries',
  triesHint: 'Empty: as many as one likes. After the first, one has seen the gold.',
  hidden:
    'From then on annotators do not see its marks, and a public link to it ends. Reviewers and owners go on seeing all.',
  save: 'Make it a test',
  saveChange: 'Save',
} as const
