/** The words about comparing and about gold, in one place so that they can be translated. */
import { marksCount } from '../annotations/wording.ts'
import { countText } from '../ui/number.ts'
import type { Difference, DifferenceType } from './differences.ts'

const figure = countText

const and = new Intl.ListFormat('en', { type: 'conjunction' })
const or = new Intl.ListFormat('en', { type: 'disjunction' })

export const typeWords: Record<DifferenceType, string> = {
  only: 'Not marked by all',
  kind: 'Other kind',
  borders: 'Other borders',
  attributes: 'Other answers',
}

/** What a difference is said in: how the page calls people, kinds, words and attributes. */
export interface Vocabulary {
  nameOf: (party: string) => string
  kindOf: (kind: string) => string
  /** The words at a place, shortened. */
  quoteOf: (start: number, end: number) => string
  attributeOf: (name: string) => string
}

/** A difference as a sentence without its full stop. */
export function sayDifference(difference: Difference, { nameOf, kindOf, quoteOf, attributeOf }: Vocabulary): string {
  const names = (parties: readonly string[], format = and) => format.format(parties.map(nameOf))
  const some = (has: readonly string[], lacks: readonly string[]) =>
    has.length === 1 ? `only ${names(has)}` : `${names(has)}, not ${names(lacks, or)}`
  switch (difference.type) {
    case 'only':
      return difference.has.length === 1
        ? `Marked only by ${names(difference.has)}`
        : `Marked by ${some(difference.has, difference.lacks)}`
    case 'kind':
      return `Other kind: ${difference.said.map(({ kind, by }) => `${kindOf(kind)} (${names(by)})`).join(', ')}`
    case 'borders':
      return `Other borders: ${difference.parts
        .map(
          ({ span: [start, end], has, lacks }) =>
            `${quoteOf(start, end)} (characters ${figure(start)} to ${figure(end)}): ${some(has, lacks)}`,
        )
        .join('; ')}`
    case 'attributes':
      return `Other answers: ${attributeOf(difference.name)} ${difference.said
        .map(
          ({ value, by }) =>
            `${value === undefined ? 'not filled in' : value === null ? 'none' : `“${value}”`} (${names(by)})`,
        )
        .join(', ')}`
  }
}

export const compareWords = {
  title: (article: string) => `Compare: ${article}`,
  back: 'Back to the article',
  loading: 'the marks',
  unreadable: 'The server’s answer is not of this version of Attest. Please reload the page.',
  failed: 'The marks cannot be compared in this browser just now.',
  gold: 'Gold',
  choices: 'What is compared and shown',
  differences: 'Differences',
  who: 'Who is compared',
  atLeastTwo: 'At least two are compared',
  atMost: (most: number) => `At most ${most} are compared at once`,
  noMarks: 'no marks',
  when: 'Of when',
  whens: { now: 'Now', before: 'Before discussion' },
  onlyDiffering: 'Differences only',
  kinds: 'Kinds',
  types: 'Ways to differ',
  filters: (chosen: number) => (chosen > 0 ? `Filters (${figure(chosen)} chosen)` : 'Filters'),
  view: 'Shown as',
  views: { strips: 'Text', table: 'Table' },
  next: 'Next difference',
  previous: 'Previous difference',
  nothingCompared: 'Nothing to compare yet',
  place: (at: number | null, all: number) =>
    all === 0
      ? 'No differences'
      : at === null
        ? all === 1
          ? '1 difference'
          : `${figure(all)} differences`
        : `${figure(at)} of ${figure(all)}`,
  summary: (places: number, differing: number) =>
    `Alike in ${figure(places - differing)} of ${figure(places)} ${places === 1 ? 'place' : 'places'}`,
  hidden: (sentences: number) =>
    sentences === 1
      ? '1 sentence without a difference is hidden'
      : `${figure(sentences)} sentences without a difference are hidden`,
  gap: (sentences: number) =>
    sentences === 1 ? '1 sentence without a difference' : `${figure(sentences)} sentences without a difference`,
  sentences: 'The text, sentence by sentence, with a row for each annotator',
  keys: (next: string | null, previous: string | null) =>
    `${[next && `${next} goes to the next difference`, previous && `${previous} to the one before`, 'Enter opens it in the article'].filter(Boolean).join(', ')}. The table says the same without pictures.`,
  legend: 'What is shaded',
  agree: 'All say the same',
  most: 'Most say the same',
  differ: 'They differ',
  undecided: 'Not decided yet',
  /** Beside several people the place still says where those differ; beside one it says nothing. */
  undecidedHint: (count: number, isBesideSeveral: boolean, compared: number) => {
    if (!isBesideSeveral && compared === 0)
      return count === 1
        ? 'There is nothing to compare with gold yet: the one place is not decided.'
        : `There is nothing to compare with gold yet: none of the ${figure(count)} places is decided.`
    const places = count === 1 ? '1 place is not decided yet' : `${figure(count)} places are not decided yet`
    return isBesideSeveral ? `${places}: gold says nothing there.` : `${places} and not counted.`
  },
  open: (name: string, kind: string) => `${name}: ${kind}, open in the article`,
  saying: (party: string, kind: string) => `${party}: ${kind}`,
  alike: 'Alike',
  columns: { words: 'Words', how: 'Difference' },
  row: (at: number, all: number, said: string) => `${figure(at)} of ${figure(all)}: ${said}`,
  noSuch: 'There are no further differences.',
  nothing: 'The filters leave nothing to show.',
  clear: 'Clear the filters',
  alone: {
    title: 'There is nobody to compare with yet',
    text: (people: number) =>
      people === 0
        ? 'Nobody has marked anything in this article. As soon as two people have, their marks stand here side by side.'
        : 'Only one person has marked something in this article. As soon as a second has, or verdicts have made gold, their marks stand here side by side.',
  },
  hiddenLayers: {
    title: 'This article is marked blind',
    text: 'What the others mark stays hidden until the reveal. After it, everybody’s marks stand here side by side.',
  },
  blind: 'Blind: only those who review see this before the reveal, and only here.',
  late: 'The server cannot be reached; this is what it last said.',
} as const

export const goldWords = {
  title: (article: string) => `Gold: ${article}`,
  back: 'Back to the article',
  count: marksCount,
  corrected: (count: number) => `${figure(count)} corrected`,
  undecided: (count: number) => `${figure(count)} undecided`,
  disputed: (count: number) => `${figure(count)} disputed`,
  rejected: (count: number) => `${figure(count)} rejected`,
  duplicates: (count: number) => (count === 1 ? '1 duplicate' : `${figure(count)} duplicates`),
  allDecided: 'All is decided',
  download: 'Download gold',
  print: 'Print',
  compare: 'Compare with gold',
  empty: {
    title: 'There is no gold yet',
    text: 'No mark of this article has been accepted. As soon as one is, it stands here as it should be.',
  },
  isCorrected: 'corrected',
  standsFor: (count: number) => (count === 1 ? 'stands for 1 more' : `stands for ${figure(count)} more`),
  by: (name: string) => `after ${name}`,
  marks: 'Marks',
  none: 'none',
  text: 'The text with its gold marks',
  saved: (name: string) => `Saved as ${name}`,
} as const
