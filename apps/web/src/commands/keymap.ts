/**
 * Everything a person can do with a key, in one table: the handler obeys it, help and the palette show it, and a person
 * can choose other keys (`bindings.ts`). Single keys act only while the article has the focus (WCAG 2.1.4).
 */
import { figures } from './chords.ts'

export type Group = 'Marking' | 'Linking' | 'Talking' | 'Moving' | 'Finding' | 'Reviewing' | 'Seeing'

export interface Action {
  /** Chords as `chordOf` writes them; the first is the one that is shown beside a button. */
  keys: readonly string[]
  label: string
  group: Group
  /** `article`: while the article has the focus. `page`: everywhere but in a field, a menu or a dialog. */
  where: 'article' | 'page'
  /** Whether it goes on for as long as its key is held. */
  repeats?: boolean
  /** Whether its keys are as they are, so that there is always a way out. */
  isFixed?: boolean
}

export const actions = {
  label: {
    keys: [figures],
    label: 'Mark the selection; with a mark of yours selected, change its kind',
    group: 'Marking',
    where: 'article',
  },
  lock: {
    keys: ['Shift+L'],
    label: 'Lock the label: each selection is marked with it at once',
    group: 'Marking',
    where: 'article',
  },
  toolbar: {
    keys: ['Tab'],
    label: 'To the labels beside the selection',
    group: 'Marking',
    where: 'article',
    isFixed: true,
  },
  word: { keys: ['W'], label: 'Select the word at the cursor', group: 'Marking', where: 'article', repeats: true },
  sentence: {
    keys: ['S'],
    label: 'Select the sentence at the cursor',
    group: 'Marking',
    where: 'article',
    repeats: true,
  },
  markDialog: { keys: ['M'], label: 'Mark words from a list of sentences', group: 'Marking', where: 'article' },
  occurrences: { keys: ['O'], label: 'Mark all occurrences of these words', group: 'Marking', where: 'article' },
  addFragment: { keys: ['+'], label: 'Add the selection to the selected mark', group: 'Marking', where: 'article' },
  removeFragment: {
    keys: ['-'],
    label: 'Take the selection out of the selected mark',
    group: 'Marking',
    where: 'article',
  },
  adjust: { keys: ['B'], label: 'Move the borders of the selected mark', group: 'Marking', where: 'article' },
  edit: { keys: ['E'], label: 'Edit the attributes of the selected mark', group: 'Marking', where: 'article' },
  duplicate: { keys: ['Shift+D'], label: 'Duplicate the selected mark', group: 'Marking', where: 'article' },
  delete: { keys: ['Delete', 'Backspace'], label: 'Delete the selected marks', group: 'Marking', where: 'article' },
  undo: { keys: ['Ctrl+Z'], label: 'Undo your own last act', group: 'Marking', where: 'page', repeats: true },
  redo: { keys: ['Ctrl+Shift+Z', 'Ctrl+Y'], label: 'Do it again', group: 'Marking', where: 'page', repeats: true },
  link: { keys: ['L'], label: 'Link the selected mark to another', group: 'Linking', where: 'article' },
  nextToDo: { keys: ['T'], label: 'Next mark that lacks something', group: 'Linking', where: 'article', repeats: true },
  previousToDo: {
    keys: ['Shift+T'],
    label: 'Previous mark that lacks something',
    group: 'Linking',
    where: 'article',
    repeats: true,
  },
  graph: { keys: ['G'], label: 'Claim graph', group: 'Linking', where: 'article' },
  comment: { keys: ['C', 'Ctrl+Alt+M'], label: 'Comment on the selected mark', group: 'Talking', where: 'article' },
  flagGap: {
    keys: [],
    label: 'Flag the guidelines as unclear about the selected mark',
    group: 'Talking',
    where: 'article',
  },
  talk: { keys: ['Shift+C'], label: 'All threads of this article', group: 'Talking', where: 'article' },
  next: { keys: ['J'], label: 'Next mark', group: 'Moving', where: 'article', repeats: true },
  previous: { keys: ['K'], label: 'Previous mark', group: 'Moving', where: 'article', repeats: true },
  open: { keys: ['Enter'], label: 'Open what is at the cursor', group: 'Moving', where: 'article' },
  nextArticle: { keys: [']'], label: 'Next article', group: 'Moving', where: 'article' },
  previousArticle: { keys: ['['], label: 'Previous article', group: 'Moving', where: 'article' },
  follow: { keys: ['F'], label: 'Follow somebody, or stop', group: 'Moving', where: 'article' },
  search: { keys: ['/', 'Ctrl+F'], label: 'Search in text and marks', group: 'Finding', where: 'article' },
  palette: { keys: ['Ctrl+K'], label: 'All commands', group: 'Finding', where: 'page' },
  list: { keys: ['A'], label: 'All marks, and the filters', group: 'Finding', where: 'article' },
  choose: {
    keys: ['X'],
    label: 'Choose the selected mark, to change several at once',
    group: 'Finding',
    where: 'article',
  },
  accept: { keys: ['Y'], label: 'Accept the selected marks', group: 'Reviewing', where: 'article' },
  reject: { keys: ['N'], label: 'Reject the selected marks', group: 'Reviewing', where: 'article' },
  duplicateOf: {
    keys: ['D'],
    label: 'Call the selected mark a duplicate; where you do not judge, duplicate it',
    group: 'Reviewing',
    where: 'article',
  },
  unsure: {
    keys: ['U'],
    label: 'Say that you are unsure about the selected mark',
    group: 'Reviewing',
    where: 'article',
  },
  correct: {
    keys: ['Shift+Y'],
    label: 'Correct the selected mark of somebody else',
    group: 'Reviewing',
    where: 'article',
  },
  undecided: {
    keys: ['Shift+U'],
    label: 'Next undecided mark of somebody else',
    group: 'Reviewing',
    where: 'article',
    repeats: true,
  },
  review: { keys: ['R'], label: 'Review: what is decided, and what is not', group: 'Reviewing', where: 'article' },
  suggestions: {
    keys: ['Shift+A'],
    label: 'Suggestions: ask for some, and go through them',
    group: 'Reviewing',
    where: 'article',
  },
  corrections: { keys: ['Shift+R'], label: 'Corrections to your marks', group: 'Reviewing', where: 'article' },
  submit: {
    keys: ['Shift+S'],
    label: 'Submit your work on this article, or take it back',
    group: 'Reviewing',
    where: 'article',
  },
  compare: { keys: ['V'], label: 'Compare annotators side by side', group: 'Reviewing', where: 'article' },
  gold: { keys: [], label: 'Gold: what is accepted, as it should be', group: 'Reviewing', where: 'article' },
  agreement: { keys: ['Shift+V'], label: 'Agreement, live', group: 'Reviewing', where: 'article' },
  signOff: { keys: [], label: 'Sign this article off', group: 'Reviewing', where: 'article' },
  reopen: { keys: [], label: 'Reopen this article', group: 'Reviewing', where: 'article' },
  history: { keys: ['H'], label: 'History of this article', group: 'Seeing', where: 'article' },
  revisions: { keys: [], label: 'Revisions of this article', group: 'Seeing', where: 'article' },
  replay: { keys: [], label: 'Replay the life of this article', group: 'Seeing', where: 'article' },
  doubts: { keys: [], label: 'Marks in doubt in this revision', group: 'Seeing', where: 'article' },
  revise: { keys: [], label: 'Make a new revision of this article', group: 'Seeing', where: 'article' },
  peek: { keys: ['Space'], label: 'Hold to see the plain text', group: 'Seeing', where: 'article' },
  hide: { keys: ['Ctrl+Shift+H'], label: 'Hide or show all marks', group: 'Seeing', where: 'page' },
  caret: { keys: [], label: 'Caret mode: the browser’s own caret in the text', group: 'Seeing', where: 'page' },
  guide: { keys: ['Shift+G'], label: 'Guidelines', group: 'Seeing', where: 'article' },
  help: { keys: ['?'], label: 'Keys and kinds', group: 'Seeing', where: 'page' },
  keys: { keys: [], label: 'Choose other keys', group: 'Seeing', where: 'page' },
  speech: { keys: [], label: 'What is read aloud to a screen reader', group: 'Seeing', where: 'page' },
  leave: {
    keys: ['Escape'],
    label: 'Let go of the selection, leave any mode',
    group: 'Seeing',
    where: 'page',
    isFixed: true,
  },
} as const satisfies Record<string, Action>

export type ActionId = keyof typeof actions

export const actionIds = Object.keys(actions) as readonly ActionId[]

/** What the table says of one action, with what only some have. */
export function actionOfId(id: ActionId): Action {
  return actions[id]
}

/** Keys that are what they are: those that move the cursor, and those of the kinds. */
export const fixedKeys = [
  { keys: ['Shift+1 … 9'], label: 'Lock a label: each selection is marked with it at once', group: 'Marking' },
  {
    keys: ['←', '→'],
    label: 'While borders move: by character; with Ctrl by word, with Shift the other end',
    group: 'Marking',
  },
  { keys: ['Tab'], label: 'While borders move: the next border; Enter keeps, Esc takes back', group: 'Marking' },
  { keys: ['←', '→'], label: 'Move by character; with Ctrl by word, with Shift select', group: 'Moving' },
  { keys: ['↑', '↓'], label: 'Move by line; with Shift select', group: 'Moving' },
  { keys: ['Home', 'End'], label: 'To the start or end of the line; with Ctrl of the article', group: 'Moving' },
] as const satisfies readonly Pick<Action, 'keys' | 'label' | 'group'>[]

/** What is done by hand, so that help names it beside the keys. */
export const gestures = [
  { gesture: 'Drag over words', label: 'Select them, fitted to whole words; with Alt by character' },
  { gesture: 'Click a mark', label: 'Open it; where several overlap, the shortest, and a list of all' },
] as const

/**
 * Chords that nobody can give to an action: the browser's own, and those that move, leave or stand for a kind. Which sign
 * a figure's key writes, with Shift or without, depends on the layout, so that is asked of the key: `digit`.
 */
export function isReserved(chord: string, digit: string | null = null): boolean {
  // Some layouts have a sign of the table there: that is no choice, and somebody may want it back.
  const isOfTable = actionIds.some((id) => actionOfId(id).keys.includes(chord))
  return (
    (digit !== null && !/^(?:Ctrl|Alt)\+/.test(chord) && !isOfTable) ||
    /^(?:(?:Ctrl|Alt|Shift)\+)*(?:Tab|Escape|Arrow\w+|Home|End|PageUp|PageDown|F5|F11|F12|ContextMenu)$/.test(chord) ||
    /^(?:Ctrl\+|Alt\+)?[0-9]$/.test(chord) ||
    /^Ctrl\+[ACLNPQRTVWX]$/.test(chord) ||
    /^Ctrl\+Shift\+[CINTW]$/.test(chord)
  )
}
