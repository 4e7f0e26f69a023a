/** Every sentence about marks on their way out and in. */
import type { ExportCounts, ExportJob, MarkImport, MarkUndo } from '@attest/schema/exchange-api'
import type { FormatName, OffsetUnit } from '@attest/schema/formats/format'

const number = (count: number) => count.toLocaleString('en')
const many = (count: number, one: string, more = `${one}s`) => `${number(count)} ${count === 1 ? one : more}`

const times = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

/** `at` in milliseconds since 1970. */
export function timeOf(at: number): string {
  return times.format(at)
}

/** Groups as a person who looks for a format thinks of them; each format with what it is good for. */
export const formatGroups: readonly { title: string; formats: readonly FormatName[] }[] = [
  { title: 'Everything', formats: ['attest-json'] },
  { title: 'For other tools', formats: ['label-studio', 'brat', 'doccano', 'webanno-tsv', 'cas-json', 'cas-xmi'] },
  { title: 'For models', formats: ['prodigy', 'spacy', 'conll'] },
  { title: 'Standards', formats: ['w3c', 'tei', 'claimreview'] },
  { title: 'To read and to count', formats: ['html', 'markdown', 'csv', 'prosemirror'] },
]

export const formatHints: Record<FormatName, string> = {
  'attest-json': 'All there is, to keep or to bring in again.',
  w3c: 'Web Annotation, for archives and annotation servers. Offsets count code points.',
  brat: 'A text and an .ann file for each annotator, with annotation.conf.',
  'webanno-tsv': 'For INCEpTION and WebAnno: a token a line.',
  'cas-json': 'For INCEpTION and Apache UIMA.',
  'cas-xmi': 'For INCEpTION and Apache UIMA, as XML with its type system.',
  'label-studio': 'Tasks with annotations, and the labelling configuration.',
  doccano: 'A line an article, with entities and relations.',
  prodigy: 'A line an article, with tokens and spans.',
  spacy: 'Documents with span groups, to train with.',
  conll: 'A token a line with IOB2 tags; a column cannot overlap.',
  tei: 'TEI P5, the marks beside the text.',
  csv: 'A row a mark, for spreadsheets.',
  prosemirror: 'The document of TipTap and ProseMirror, with marks.',
  claimreview: 'schema.org, for search engines: accepted claims with a verdict.',
  html: 'One page to read or print, with every mark in it.',
  markdown: 'The article with the marks as footnotes.',
}

export const exportWords = {
  title: 'Export',
  format: 'Format',
  whose: 'Whose marks',
  layers: {
    all: 'Everybody’s, imported layers and suggestions too',
    accepted: 'What was accepted, as it was made',
    gold: 'The gold: accepted, with corrections, said once',
    people: 'Of some people or layers',
  },
  people: 'People and layers',
  noPeople: 'Choose somebody, or take everybody’s.',
  onlyShown: (count: number) => `Only the ${many(count, 'mark')} of the filter`,
  anonymous: 'Without names',
  anonymousHint: 'People become “person-1”, “person-2” … the same in the whole file.',
  history: 'With history',
  goldHistory: 'The gold was made by nobody, so it has no history.',
  historyHint: 'Who did what and when, in a file beside it.',
  looking: 'Looking what goes into it …',
  inIt: ({ annotations, relations, comments, verdicts }: ExportCounts) =>
    [
      many(annotations, 'mark'),
      ...(relations > 0 ? [many(relations, 'link')] : []),
      ...(comments > 0 ? [many(comments, 'remark')] : []),
      ...(verdicts > 0 ? [many(verdicts, 'verdict')] : []),
    ].join(', '),
  nothingLeft: 'All of it has a place in this format.',
  left: 'Not in the file',
  loss: (count: number, what: string) => `${number(count)} ${what}`,
  download: 'Download',
  making: 'Making the file …',
  cancel: 'Cancel',
  saved: (name: string) => `Saved as ${name}`,
  waiting: (count: number) =>
    `${many(count, 'of your changes is', 'of your changes are')} not saved yet and not in this file.`,
  size: (bytes: number) =>
    bytes < 1000
      ? many(bytes, 'byte')
      : bytes < 1_000_000
        ? `${number(Math.round(bytes / 1000))} kB`
        : `${(bytes / 1_000_000).toLocaleString('en', { maximumFractionDigits: 1 })} MB`,
}

export const exportsWords = {
  title: 'Export',
  intro: 'Articles of the project in one file. You can go on working, and close this page, while it is made.',
  which: 'Which articles',
  allArticles: (count: number) => `All of them (${number(count)})`,
  someArticles: 'Some of them',
  seek: 'Find by title',
  noneLike: 'No article is called so.',
  chosenCount: (count: number) => `${many(count, 'article')} chosen`,
  chooseShown: (count: number) => `Choose all ${number(count)} shown`,
  chooseNone: 'Choose none',
  noArticles: 'There are no articles in this project yet, so there is nothing to export.',
  make: 'Make the export',
  making: 'Begun. It is listed below.',
  list: 'Made before',
  none: 'Nothing has been exported from here yet.',
  state: ({ state, done, articles }: ExportJob) =>
    ({
      running: `${number(done)} of ${many(articles, 'article')}`,
      done: many(articles, 'article'),
      failed: 'It could not be made.',
      cancelled: 'Cancelled.',
    })[state],
  gone: (at: string) => `Can be downloaded until ${at}.`,
  isGone: 'The file is gone; make it again.',
  cancel: 'Cancel',
  some: (count: number) => `marks of ${many(count, 'person', 'people')}`,
  layers: { all: 'everybody’s marks', gold: 'the gold', accepted: 'what was accepted' },
  anonymous: 'without names',
  history: 'with history',
}

export const unitWords: Record<OffsetUnit, string> = {
  utf16: 'UTF-16 code units (JavaScript, Java)',
  'code-points': 'code points (Python)',
  bytes: 'bytes of UTF-8',
  graphemes: 'characters as they are seen',
}

export const importWords = {
  title: 'Import marks',
  intro:
    'Marks that were made elsewhere: files of brat, INCEpTION, Label Studio, doccano, Prodigy, spaCy, W3C Web Annotation, CoNLL, a table, or Attest. They become layers of their own, named after the file, and nobody’s marks.',
  ownersOnly: 'Only owners of the project import marks.',
  drop: 'Drop files here, or choose them. Several that belong together (.txt and .ann), or a .zip, are one import.',
  choose: 'Choose files',
  into: 'For',
  anyArticle: 'The articles that have these texts; new ones where there are none',
  sending: (done: number, of: number) => `Sending ${number(done)} of ${many(of, 'file')} …`,
  format: 'Format',
  encoding: 'Encoding',
  encodingFound: (name: string | null) => (name === null ? 'Found out' : `Found out: ${name}`),
  readAgain: 'Read again',
  found: 'Found',
  foundIn: (marks: ExportCounts, documents: number) => `${exportWords.inIt(marks)} in ${many(documents, 'document')}`,
  places: 'Where they stand',
  unit: 'Offsets are counted in',
  unitFit: (fits: number, quotes: number) =>
    quotes === 0 ? '(nothing to check it by yet)' : `(${number(fits)} of ${many(quotes, 'quote')} fit)`,
  labels: 'Labels',
  label: 'In the file',
  kind: 'Here',
  leaveOut: 'Leave out',
  attributes: 'Attributes',
  relations: 'Links',
  direction: 'Direction',
  turned: 'The other way round',
  becomes: (name: string) => `What “${name}” becomes`,
  annotators: 'Whose layer',
  annotator: 'In the file',
  comesInAs: 'Comes in as the layer of',
  prediction: 'These are predictions of a model',
  predictionHint: 'They come in as suggestions, with their scores, to be accepted, corrected or rejected.',
  modelOf: (name: string) => `Name of the model that ${name} is`,
  version: 'Version',
  noVersion: 'Not said',
  threshold: 'Leave out what it is less sure of than',
  percent: (share: number) => `${Math.round(share * 100)} %`,
  times: (count: number) => `× ${number(count)}`,
  noName: 'Not said',
  unnamed: 'The file’s name',
  leftOut: 'Left out, for want of a name',
  layerOf: (name: string) => `Name of the layer of ${name}`,
  marks: (count: number) => many(count, 'mark'),
  things: (count: number) => many(count, 'thing'),
  seeks: 'Look for quotes that stand elsewhere',
  seeksHint: 'Where the words are not at their place but stand once in the text, they are taken there, and reported.',
  widens: 'Widen marks that end within a character',
  widensHint: 'Otherwise they are refused.',
  documents: 'Documents',
  document: 'Document',
  goesTo: 'Goes to',
  toNew: 'A new article',
  toNowhere: 'Nowhere',
  matched: { text: 'same text', id: 'same id', title: 'same title', chosen: 'chosen by you' },
  moreDocuments: (count: number) => `and ${many(count, 'more document')}, as proposed`,
  tryIt: 'See what would come of it',
  report: 'What would be imported',
  reportDone: 'What was imported',
  sums: (given: number, imported: number, refused: number, reported: number) =>
    `${many(given, 'thing')} in the files: ${number(imported)} imported, ${number(refused)} refused, ${number(reported)} left out.`,
  refused: 'Refused',
  reported: 'Left out',
  changed: 'Imported, and not quite as given',
  moreArticles: (count: number) => `and ${many(count, 'more article')}`,
  intoArticles: (count: number) => `Into ${many(count, 'article')}`,
  misplaced:
    'Words that are not at their place may be found with another way of counting offsets, or by looking for quotes: see “Where they stand”, under “Change how”.',
  goingTo: (there: number, fresh: number, nowhere: number) =>
    [
      ...(there > 0 ? [`${number(there)} into articles that are here`] : []),
      ...(fresh > 0 ? [`${number(fresh)} as new articles`] : []),
      ...(nowhere > 0 ? [`${number(nowhere)} nowhere`] : []),
    ].join(', '),
  first: (shown: number, count: number) => `The first ${number(shown)} of ${number(count)}.`,
  allOfThem: 'All of them as a table (CSV)',
  samples: 'Some of them',
  layersMade: 'Layers',
  isNew: 'new',
  commit: (counts: ExportCounts) => `Import ${exportWords.inIt(counts)}`,
  articlesDone: (done: number, of: number) => `${number(done)} of ${many(of, 'article')}`,
  nothing: 'Nothing of it can be imported.',
  cancel: 'Cancel the import',
  back: 'Change how',
  list: 'Imports of marks',
  none: 'No marks have been imported here yet.',
  undo: 'Take back …',
  undoTitle: 'Take this import back?',
  undoing: 'Taking it back …',
  undoWhat: ({ records, articles }: MarkUndo) =>
    articles > 0
      ? `Its ${many(records, 'mark, link or remark', 'marks, links and remarks')} go, and with them ${many(articles, 'article that it made', 'articles that it made')}.`
      : `Its ${many(records, 'mark, link or remark', 'marks, links and remarks')} go. The articles stay.`,
  undoNot: 'It cannot be taken back:',
  undoIt: 'Take it back',
  keep: 'Keep it',
  all: 'All imports of marks',
  arrived: 'Files that have arrived',
  addFiles: 'Add files',
  filesOf: (count: number) => many(count, 'file'),
  removeFile: (name: string) => `Take ${name} out`,
  stale: 'The server cannot be reached: this is what it said last.',
  byWhom: (name: string) => `by ${name}`,
  undoneBy: (name: string) => `Taken back by ${name}.`,
  somebody: 'somebody',
  predictions: 'predictions of a model',
  formatUnknown: 'Not recognised',
  rest: 'All that are left out become',
  unmapped: (count: number) =>
    `${many(count, 'label is', 'labels are')} left out, with what is linked to ${count === 1 ? 'its' : 'their'} marks. A label that the project lacks is made first:`,
  labelsPage: 'Labels of the project',
  allNowhere: 'No document goes anywhere, so no mark would come in. Choose above which article each is for.',
  allLeftOut: 'Every label is left out, so no mark would come in. Choose above what they are here.',
  /** Of the import that is open: what is to be done, or what goes on. */
  steps: {
    receiving: 'Not read yet. Add what is missing, say what it is, or cancel the import.',
    reading: 'Its files are being read …',
    read: 'Say what its labels are here, and see what would come of it. Nothing is imported yet.',
    trying: 'Looking what would come of it …',
    tried: 'Nothing is imported yet: this is what it would be.',
    committing: 'Being imported …',
    done: 'Imported.',
    undoing: 'Being taken back …',
    undone: 'Taken back: nothing of it is left in the project.',
    failed: 'It could not be imported, and nothing of it was kept.',
    cancelled: 'Cancelled: nothing was imported.',
  } satisfies Record<MarkImport['state'], string>,
  states: {
    receiving: 'Not read yet',
    reading: 'Being read',
    read: 'To be mapped',
    trying: 'Being tried',
    tried: 'To be decided',
    committing: 'Being imported',
    done: 'Imported',
    undoing: 'Being taken back',
    undone: 'Taken back',
    failed: 'Failed',
    cancelled: 'Cancelled',
  } satisfies Record<MarkImport['state'], string>,
  place: ({ file, line, path }: { file: string; line?: number | undefined; path?: string | undefined }) =>
    [file, line === undefined ? null : `line ${line}`, path ?? null].filter((part) => part !== null).join(', '),
}
