/** The words about signing off and reopening, in one place so that they can be translated. */
import type { CheckKind } from '@attest/schema/signoff'

const number = (count: number) => count.toLocaleString('en')
const some = (count: number, one: string, many: string) => `${number(count)} ${count === 1 ? one : many}`

/** What is said of a check: when it is passed, and how much is open. */
export const checkWords: Record<CheckKind, { calm: string; open: (count: number) => string; hint: string }> = {
  disputed: {
    calm: 'Nothing is disputed',
    open: (count) => some(count, 'mark is disputed', 'marks are disputed'),
    hint: 'The reviewers are split, or want different corrections. An owner decides.',
  },
  undecided: {
    calm: 'Every mark is decided',
    open: (count) => some(count, 'mark is not decided', 'marks are not decided'),
    hint: 'A review that was begun is brought to its end.',
  },
  doubts: {
    calm: 'No mark is in doubt since the text was revised',
    open: (count) => some(count, 'mark is in doubt', 'marks are in doubt'),
    hint: 'Of these it is not sure where they stand in this revision. Somebody says where, or lets them go.',
  },
  relations: {
    calm: 'Every mark has the links that its kind needs',
    open: (count) => some(count, 'mark lacks a link', 'marks lack a link'),
    hint: 'Links to rejected marks do not count.',
  },
  attributes: {
    calm: 'Every required attribute is filled in',
    open: (count) => some(count, 'mark lacks an attribute', 'marks lack an attribute'),
    hint: 'As the marks are with the corrections of the review.',
  },
  threads: {
    calm: 'Every thread is resolved',
    open: (count) => some(count, 'thread is not resolved', 'threads are not resolved'),
    hint: 'Whoever comes later should find a last word.',
  },
}

export const dialogWords = {
  title: 'Sign this article off?',
  what: 'From then on nothing in it can be changed, until somebody reopens it and says why.',
  ready: 'Nothing is open.',
  notReviewed: 'Nobody has judged a mark here, so this keeps nobody from signing off.',
  more: (count: number) => `and ${number(count)} more`,
  lacks: (what: string) => `lacks ${what}`,
  thread: 'Thread',
  article: 'About the article',
  gone: 'About something that was deleted',
  blocked: 'What is marked with a cross keeps it from being signed off.',
  askOwner: 'An owner of the project can sign it off all the same.',
  despite: 'Why you sign it off all the same',
  despiteHint: 'This is kept with the sign-off, and in the log of the project.',
  waiting: (count: number) =>
    `${some(count, 'change of yours is', 'changes of yours are')} not saved on the server yet. Wait until it is.`,
  sign: 'Sign off',
  signAnyway: 'Sign off all the same',
  done: 'Signed off. Nothing in it changes from now on.',
  blind: 'This article is blind. It is revealed first: nobody has seen it as a whole yet.',
  passed: 'passed',
  blocks: 'keeps it from being signed off',
  warns: 'to be known',
} as const

export const bannerWords = {
  by: (name: string, day: string) => `Signed off by ${name}, ${day}. Nothing in it can be changed.`,
  unknown: 'This article is signed off. Nothing in it can be changed.',
  despite: (reason: string) => `All the same, because: “${reason}”`,
  open: 'Open then:',
  refused: 'What you did meanwhile is kept below, and can be tried again once it is reopened.',
  reopen: 'Reopen …',
  closed: (name: string) => `${name} has signed this article off: it can only be read now.`,
  somebody: 'Somebody',
} as const

export const reopenWords = {
  title: 'Reopen this article?',
  what: 'Everybody who worked on it is told, with what you say here.',
  why: 'Why',
  reopen: 'Reopen',
  done: 'It is reopened, and everybody who worked on it is told.',
  notice: (name: string, title: string, reason: string) => `${name} reopened “${title}”: ${reason}`,
  open: 'Open it',
  heading: 'Reopened',
  by: (name: string, day: string) => `${name}, ${day}:`,
  seen: 'Seen',
  seenOf: (title: string) => `I have seen that “${title}” was reopened`,
} as const
