/**
 * The keys of the article: one table that the handler obeys and the help page shows. Single keys act only while the
 * article has the focus (WCAG 2.1.4). Letters are matched by the character typed, so they follow the keyboard layout;
 * digits by their place, because on some layouts they need Shift.
 */
export interface Shortcut {
  keys: readonly string[]
  label: string
  group: 'Marking' | 'Moving' | 'Reviewing' | 'Seeing'
}

export const shortcuts = {
  label: {
    keys: ['1 … 9'],
    label: 'Mark the selection; with a mark of yours selected, change its kind',
    group: 'Marking',
  },
  sentence: { keys: ['S'], label: 'Select the sentence at the cursor', group: 'Marking' },
  delete: { keys: ['Delete'], label: 'Delete the selected mark', group: 'Marking' },
  undo: { keys: ['Ctrl+Z'], label: 'Undo your own last act', group: 'Marking' },
  redo: { keys: ['Ctrl+Shift+Z', 'Ctrl+Y'], label: 'Do it again', group: 'Marking' },
  next: { keys: ['J'], label: 'Next mark', group: 'Moving' },
  previous: { keys: ['K'], label: 'Previous mark', group: 'Moving' },
  open: { keys: ['Enter'], label: 'Open what is at the cursor', group: 'Moving' },
  character: { keys: ['← →'], label: 'Move by character; with Ctrl by word, with Shift select', group: 'Moving' },
  line: { keys: ['↑ ↓'], label: 'Move by line; with Shift select', group: 'Moving' },
  ends: { keys: ['Home', 'End'], label: 'To the start or end of the line; with Ctrl of the article', group: 'Moving' },
  accept: { keys: ['Y'], label: 'Accept the selected mark', group: 'Reviewing' },
  reject: { keys: ['N'], label: 'Reject the selected mark', group: 'Reviewing' },
  undecided: { keys: ['U'], label: 'Next undecided mark of somebody else', group: 'Reviewing' },
  peek: { keys: ['Space'], label: 'Hold to see the plain text', group: 'Seeing' },
  hide: { keys: ['Ctrl+Shift+H'], label: 'Hide or show all marks', group: 'Seeing' },
  help: { keys: ['?'], label: 'This help', group: 'Seeing' },
  leave: { keys: ['Esc'], label: 'Let go of the selection', group: 'Seeing' },
} as const satisfies Record<string, Shortcut>

/** The digit key that was pressed, from 1 to 9, wherever the layout has its figures; null for any other key. */
export function digitOf(event: KeyboardEvent): string | null {
  return /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1] ?? null
}
