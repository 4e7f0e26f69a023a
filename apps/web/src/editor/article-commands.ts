/** The commands that need nothing but the text and its marks. What other parts of the page can do, they register. */
import type { Editor } from '@tiptap/core'
import type { Commands } from '../commands/commands.ts'
import type { ActionId } from '../commands/keymap.ts'
import type { ArticleRoom } from '../live/article-room.ts'
import { tell } from '../ui/notices.ts'
import { finishAdjusting, startAdjusting } from './adjust.ts'
import { toggleCaretMode } from './caret-mode.ts'
import { leave, openAtCursor, selectSentence, selectWord } from './cursor.ts'
import { type Focus, speak } from './focus.ts'
import { toggleLock } from './lock.ts'
import { changeableSelected } from './own.ts'
import { words } from './wording.ts'
import type { Workbench } from './workbench.ts'

/** Registers them; returns the way to take them back. */
export function registerArticleCommands(
  editor: Editor,
  room: ArticleRoom,
  focus: Focus,
  commands: Commands,
): () => void {
  const withSelected = (run: (id: string) => boolean) => () => {
    const selected = focus.selected.get()
    return selected !== null && run(selected)
  }
  const hasOwnAndDraft = () => focus.draft.get() !== null && changeableSelected(room, focus) !== null
  const isSelected = () => focus.selected.get() !== null
  const add = (id: ActionId, run: () => boolean, isPossible?: () => boolean) =>
    commands.register(id, { run, ...(isPossible && { isPossible }) })
  const stops = [
    add('sentence', () => selectSentence(editor.view, room, focus)),
    add('word', () => selectWord(editor.view, room, focus)),
    add('lock', () => lockSelected(editor, room, focus)),
    add('next', () => editor.commands.stepAnnotation(1)),
    add('previous', () => editor.commands.stepAnnotation(-1)),
    add('open', () => openAtCursor(editor, room, focus)),
    add('addFragment', () => withOwn({ editor, room, focus }, (id) => editor.commands.addFragment(id)), hasOwnAndDraft),
    add(
      'removeFragment',
      () => withOwn({ editor, room, focus }, (id) => editor.commands.removeFragment(id)),
      hasOwnAndDraft,
    ),
    add(
      'adjust',
      () => {
        const bench = { editor, room, focus }
        if (focus.mode.get().type === 'adjust') finishAdjusting(bench)
        else startAdjusting(bench)
        return true
      },
      () => changeableSelected(room, focus) !== null,
    ),
    add(
      'duplicate',
      withSelected((id) => editor.commands.duplicate(id)),
      isSelected,
    ),
    add(
      'delete',
      withSelected((id) => editor.commands.removeAnnotation(id)),
      isSelected,
    ),
    add(
      'undo',
      () => editor.commands.undoOwn(),
      () => room.history.get().canUndo,
    ),
    add(
      'redo',
      () => editor.commands.redoOwn(),
      () => room.history.get().canRedo,
    ),
    add('caret', () => toggleCaretMode(focus)),
    add('hide', () => hideOrShow(focus)),
    add('peek', () => {
      focus.isPeeking.set(true)
      return true
    }),
    add('leave', () => leave(editor.view, room, focus)),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

/** Keeps the label that was chosen, or locks that of the selected mark; what is locked is let go of. */
function lockSelected(editor: Editor, room: ArticleRoom, focus: Focus): boolean {
  const selected = focus.selected.get()
  const kind = focus.lock.get()?.kind ?? (selected ? room.records.get().annotations.get(selected)?.kind : undefined)
  if (kind && room.page.labelSet.kinds.some((one) => one.id === kind)) return toggleLock({ editor, room, focus }, kind)
  tell(words.nothingToLock)
  return true
}

/** Runs with the selected mark; says that one of one's own must be selected when there is none. */
function withOwn({ editor, room, focus }: Omit<Workbench, 'commands'>, run: (id: string) => boolean): boolean {
  const own = changeableSelected(room, focus)
  if (own) {
    // What was moved of it stays moved, as a step of its own.
    if (focus.adjusting.get()) finishAdjusting({ editor, room, focus })
    run(own.id)
  } else tell(focus.selected.get() ? words.notYourMark : words.selectYourMark)
  return true
}

function hideOrShow(focus: Focus): boolean {
  const isHidden = !focus.isHidden.get()
  focus.isHidden.set(isHidden)
  if (isHidden) tell(words.marksHidden, { action: { label: words.showMarks, run: () => focus.isHidden.set(false) } })
  else speak(focus, words.marksShown)
  return true
}
