/** The words of the page that brings articles in. */
import type { Draft, FoundEncoding, ImportJob } from '@attest/schema/importing'

export const words = {
  elsewhere: 'Marks that were made in another tool:',
  importMarks: 'Import marks',
  title: 'Add articles',
  ownersOnly: 'Only an owner of this project, while it is not archived, can add articles.',
  ways: 'Where they come from',
  files: 'Files',
  paste: 'Paste',
  page: 'Web page',
  annotated: 'Annotated file',
  drop: 'Drop files here',
  dropHint:
    'Text, Markdown, HTML, Word, PDF; .zip of those; .csv and .jsonl with one article a row. At most 32 MB each.',
  choose: 'Choose files',
  pasteLabel: 'Text',
  pasteHint:
    'The first line is the headline; every line after it is a paragraph. Headings, lists and links of a page you copy from are kept.',
  look: 'Preview',
  address: 'Address of the page',
  addressHint:
    'The server fetches it and looks for the article on it. Pages that ask for a password cannot be fetched.',
  fetch: 'Fetch',
  fetching: 'Fetching …',
  annotatedHint:
    'A file that was exported as annotated JSON. Text, marks, links, talk and verdicts come back as they were, under the names of those who made them.',
  chooseOne: 'Choose a file',
  bringing: 'Bringing it in …',
  nothingAdded: 'Nothing was added.',
  read: 'What was read',
  reading: 'Reading …',
  keep: 'Keep',
  keepAgain: 'Keep it once more',
  keepAll: (count: number) => `Keep all ${count}`,
  keeping: 'Keeping …',
  kept: 'Kept',
  open: 'Open',
  remove: 'Discard',
  articleTitle: 'Title',
  outlet: 'Outlet',
  published: 'Published',
  language: 'Language',
  languageHint: 'A tag such as en or pt-BR',
  badLanguage: 'This is not a language tag such as en or pt-BR.',
  direction: 'Direction',
  directions: { ltr: 'Left to right', rtl: 'Right to left', auto: 'By paragraph' },
  source: 'Address',
  encoding: 'Encoding',
  lines: 'Paragraphs',
  lineWays: {
    exact: 'Every line, as it is in the file',
    lines: 'Every line that is not blank',
    wrapped: 'Parted by blank lines',
  },
  scope: 'Of the page',
  scopes: { article: 'The article', page: 'All of it' },
  changes: 'What was left out or changed',
  unchanged: 'Nothing was left out or changed.',
  known: 'This text is in the project already:',
  text: 'How it will read',
  more: (count: number) => `… and ${count.toLocaleString('en')} more ${count === 1 ? 'paragraph' : 'paragraphs'}`,
  choice: 'Choose one on the left to see it.',
  columns: 'Which column holds what',
  columnNames: {
    title: 'Title',
    text: 'Text',
    outlet: 'Outlet',
    published: 'Published',
    language: 'Language',
    url: 'Address',
  },
  none: 'None',
  chooseText: 'Choose the column that holds the text.',
  firstRows: 'The first rows',
  bringIn: (count: number) => `Bring in ${count.toLocaleString('en')} ${count === 1 ? 'article' : 'articles'}`,
  keepsKnown: 'Also texts that are in the project already',
  many: (count: number) => `${count.toLocaleString('en')} files`,
  manyHint:
    'So many are brought in without a preview of each. It goes on when you leave this page, and what cannot be read is told with its reason.',
  sending: (sent: number, all: number) =>
    `Sending ${sent.toLocaleString('en')} of ${all.toLocaleString('en')} files. Please stay on this page.`,
  stopped: 'Some files could not be sent.',
  again: 'Try again',
  inside: 'In this archive',
  imports: 'Imports',
  cancel: 'Cancel',
  report: 'Report',
  problems: 'What could not be brought in',
  line: (line: number) => `line ${line}`,
  isKnown: 'in the project already',
  tooLarge: (name: string, megabytes: number) => `${name} is larger than ${megabytes} MB.`,
} as const

export const formatNames: Record<Draft['format'], string> = {
  text: 'Plain text',
  markdown: 'Markdown',
  html: 'HTML',
  docx: 'Word',
  pdf: 'PDF',
}

export const encodingWords: Record<FoundEncoding['how'], string> = {
  mark: 'named by the file’s first bytes',
  fits: 'all of it is valid',
  declared: 'as the file says',
  guessed: 'guessed',
  chosen: 'your choice',
}

/** How far an import is, in a sentence. */
export function progressOf({ state, counts }: ImportJob): string {
  const { kept, known, failed, cancelled, waiting } = counts
  const parts = [`${kept.toLocaleString('en')} brought in`]
  if (known > 0) parts.push(`${known.toLocaleString('en')} here already`)
  if (failed > 0) parts.push(`${failed.toLocaleString('en')} could not be read`)
  if (cancelled > 0) parts.push(`${cancelled.toLocaleString('en')} given up`)
  if (waiting > 0) parts.push(`${waiting.toLocaleString('en')} to go`)
  const end = { receiving: 'Being sent', running: 'Running', done: 'Done', cancelled: 'Cancelled' }[state]
  return `${end}: ${parts.join(', ')}.`
}
