/** The words about the work, in one place so that they can be translated. */
import type { Step, WorkState } from '@attest/schema/work'

const number = (count: number) => count.toLocaleString('en')
const some = (count: number, one: string, many: string) => `${number(count)} ${count === 1 ? one : many}`

export const stateNames: Record<WorkState, string> = {
  todo: 'To do',
  'in-progress': 'In progress',
  submitted: 'Submitted',
  'in-review': 'In review',
  done: 'Done',
}

export const stepNames: Record<Step, string> = {
  start: 'Begin',
  submit: 'Submit',
  'take-back': 'Take the submit back',
  review: 'Take into review',
  'send-back': 'Send back …',
  finish: 'Sign off',
  reopen: 'Reopen …',
}

export const articlesText = (count: number) => some(count, 'article', 'articles')

export const dueWords = {
  due: 'due',
  overdue: 'overdue since',
} as const

export const mineWords = {
  title: 'Your work',
  none: 'No article is waiting for you.',
  noneHint: 'When somebody gives you an article, it stands here, what is due first at the top.',
  takeHint: 'Take the next article that needs somebody.',
  take: 'Take the next one',
  takeOf: (project: string) => `Take the next one of ${project}`,
  left: (count: number) => (count === 1 ? '1 left to take' : `${number(count)} left to take`),
  waiting: 'Submitted, waiting for review',
  note: 'Sent back:',
  loading: 'your work',
} as const

export const disputedWords = {
  title: 'Disputed, for you to decide',
  marks: (count: number) => some(count, 'disputed mark', 'disputed marks'),
  decide: 'Decide',
  decideIn: (title: string) => `Decide about the disputed marks in “${title}”`,
  notice: (count: number, title: string) =>
    `${count === 1 ? 'A mark is' : `${number(count)} marks are`} disputed in “${title}”: you decide.`,
  noticeOfMany: (count: number, articles: number) =>
    `${number(count)} marks are disputed in ${number(articles)} articles: you decide.`,
  next: (count: number, title: string) => `Next: ${some(count, 'disputed mark', 'disputed marks')} in “${title}”`,
  none: 'Nothing else is disputed in the projects that you own.',
  inProject: (marks: number, articles: number) =>
    `${some(marks, 'mark is', 'marks are')} disputed in ${articles === 1 ? 'an article' : `${number(articles)} articles`}: an owner decides.`,
  decideAll: 'Decide them',
} as const

export const listWords = {
  title: 'Articles',
  search: 'Search the titles',
  state: 'State',
  person: 'Person',
  due: 'Due',
  sort: 'Order',
  all: 'All',
  nobody: 'Nobody yet',
  me: 'Mine',
  overdue: 'Overdue',
  withDay: 'With a due day',
  without: 'Without one',
  sorts: {
    age: 'Oldest first',
    new: 'Newest first',
    title: 'Title',
    state: 'State',
    due: 'Due first',
    marks: 'Most marks',
  },
  count: (shown: number, all: number) =>
    shown === all ? articlesText(all) : `${number(shown)} of ${articlesText(all)}`,
  nothing: 'No article is like this.',
  showAll: 'Show all',
  choose: (title: string) => `Choose “${title}”`,
  chooseAll: 'Choose all that are shown',
  chosen: (count: number) => `${articlesText(count)} chosen`,
  clear: 'Choose none',
  more: (title: string) => `More for “${title}”`,
  assign: 'Assign …',
  setDue: 'Due day …',
  marks: (count: number) => some(count, 'mark', 'marks'),
  threads: (count: number) => some(count, 'open thread', 'open threads'),
  characters: (count: number) => some(count, 'character', 'characters'),
  others: (count: number) => some(count, 'other person', 'other people'),
  unassigned: 'nobody',
  progress: (done: number, all: number) => `${done} of ${all} submitted`,
  columns: { title: 'Article', state: 'State', people: 'Assigned to', figures: 'Progress', due: 'Due' },
  left: (name: string) => `${name} (left)`,
} as const

export const assignWords = {
  title: (count: number) => (count === 1 ? 'Assign the article' : `Assign ${articlesText(count)}`),
  people: 'To whom',
  nobodyThere: 'Nobody in this project can annotate yet. Invite somebody first.',
  how: 'How',
  even: 'Spread evenly',
  all: 'Everything to each of them',
  perArticle: 'Annotators an article',
  due: 'Due (if any)',
  has: (count: number) => `has ${count} to do`,
  preview: (count: number) =>
    count === 0
      ? 'Nobody gets anything new: it is assigned like this already.'
      : `${some(count, 'assignment', 'assignments')}:`,
  assign: 'Assign',
  present: 'Assigned now',
  takeAway: (name: string) => `Take it from ${name}`,
  giveTo: (name: string) => `Give what ${name} has to …`,
  choose: 'Give to …',
  assigned: (count: number) => `${some(count, 'assignment', 'assignments')} made.`,
  takenAway: (name: string) => `It is not ${name}’s any more. What they marked stays.`,
  given: (name: string) => `It is ${name}’s now.`,
  undo: 'Undo',
  cancel: 'Cancel',
} as const

export const dueDialogWords = {
  title: (count: number) => (count === 1 ? 'When is it due?' : `When are the ${articlesText(count)} due?`),
  hint: 'It counts as overdue from the day after, wherever you are.',
  day: 'Day',
  set: 'Set',
  none: 'No due day',
  done: (count: number) => `The due day of ${articlesText(count)} is changed.`,
} as const

const seenWithIt = 'Whoever did the work sees this with the article.'
export const noteWords = {
  'send-back': { title: 'Send back', label: 'What is still to be done', hint: seenWithIt, send: 'Send back' },
  reopen: { title: 'Reopen', label: 'Why', hint: seenWithIt, send: 'Reopen' },
  finish: {
    title: 'Sign off all the same?',
    label: 'Why you sign it off all the same',
    hint: 'This is kept with the sign-off, and in the log of the project. From then on nothing in it can be changed, until somebody reopens it.',
    send: 'Sign off all the same',
  },
} as const

export const stepWords = {
  done: (changed: number, skipped: number) =>
    skipped === 0
      ? `Changed: ${number(changed)}.`
      : `Changed: ${number(changed)}. Not possible for ${number(skipped)}, which are as they were.`,
} as const

export const settingsWords = {
  title: 'How articles are given out',
  perArticle: 'Annotators an article needs',
  mayTake: 'Annotators may take the next article by themselves',
  mayTakeBlind:
    'Blind articles are only given by owners and reviewers, best “spread evenly”: what is left to take would tell what others were given.',
  save: 'Save',
  saved: 'Saved.',
} as const

export const barWords = {
  label: 'Your work:',
  labelOf: 'State of the article:',
  title: 'The work on this article',
  article: 'The article',
  mine: 'You',
} as const

export const submitWords = {
  title: 'Submit your work?',
  calm: 'Nothing is missing: every mark of yours has what its kind asks for, and no thread is open.',
  lacks: (count: number) => `${some(count, 'mark of yours lacks', 'marks of yours lack')} something`,
  threads: (count: number) => `${some(count, 'thread is', 'threads are')} not resolved`,
  waiting: (count: number) => `${some(count, 'change is', 'changes are')} not saved on the server yet`,
  noMarks: 'You have marked nothing here. That can be a result too.',
  more: (count: number) => `and ${number(count)} more`,
  goOn: 'Nothing of this keeps you from submitting.',
  submit: 'Submit',
  anyway: 'Submit all the same',
  back: 'Go on marking',
  submitted: 'Submitted.',
  takeBack: 'Take back',
  takenBack: 'It is yours again.',
  next: 'and go to the next',
  nextIs: (title: string) => `Next: ${title}`,
  nothingNext: 'That was all that was waiting for you.',
  thread: 'Thread',
  article: 'About the article',
} as const

export const chartWords = {
  title: 'Dashboard',
  loading: 'the figures',
  counting: (count: number) => `Still counting the marks of ${articlesText(count)} …`,
  picture: 'Picture',
  table: 'Table',
  svg: 'Save the picture (SVG)',
  csv: 'Save the figures (CSV)',
  values: (title: string) => `Values of “${title}”`,
  hint: 'Point at it, or go through it with the arrow keys, for the values.',
  totals: 'At a glance',
  articles: 'articles',
  done: 'done',
  marks: 'marks',
  openThreads: 'open threads',
  overdue: 'overdue',
  people: 'who annotate',
  progress: 'Progress by article',
  progressHint: 'How many marks each article has; the pattern says how far it is.',
  shownOf: (shown: number, all: number) =>
    `${number(shown)} of ${articlesText(all)} are drawn; the table has them all.`,
  ofReview: 'Progress of the review',
  reviewHint: 'What was decided about the marks of each article; the table says which are signed off.',
  outcomes: { open: 'Undecided', accepted: 'Accepted', rejected: 'Rejected', disputed: 'Disputed' },
  allArticles: 'All articles',
  signedOff: 'Signed off',
  signed: (done: number, all: number) => `${done} of ${all}`,
  yes: 'yes',
  no: 'no',
  byPerson: 'Progress by person',
  byPersonHint: 'What each has been given, by how far it is.',
  kinds: 'Marks by kind',
  kindsHint: 'All marks of the project.',
  burnDown: 'Burn-down',
  burnDownHint: 'How many articles were open, in review and done at the end of each day.',
  timeline: 'Timeline',
  timelineHint: 'Marks by person; a diamond says that something was reviewed.',
  byDay: 'By day',
  byWeek: 'By week',
  byHour: 'By hour',
  open: 'Open',
  review: 'In review',
  reviews: 'Review events',
  others: 'All others',
  everybody: 'All together',
  article: 'Article',
  state: 'State',
  person: 'Person',
  kind: 'Kind',
  day: 'Day',
  hour: 'Hour',
  week: 'Week of',
  assigned: 'Assigned',
  marksAxis: 'Marks',
  articlesAxis: 'Articles',
  noArticles: 'There are no articles yet, so there is nothing to show.',
  noWork: 'Nothing is assigned to anybody yet.',
  noMarks: 'Nothing has been marked yet.',
  noMarksHere: 'Nothing was marked in this time.',
} as const
