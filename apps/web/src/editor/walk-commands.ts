/** The commands that go about: to a mark, to the next one, and back and forth in what one has done. */
import { type Annotation, inTextOrder } from '@attest/schema/annotation'
import { quotesOf } from '@attest/schema/span'
import type { RawCommands } from '@tiptap/core'
import type { ArticleRoom } from '../live/article-room.ts'
import { awaits } from '../live/live-records.ts'
import { tell } from '../ui/notices.ts'
import { type Focus, speak } from './focus.ts'
import { ownVerdictOn } from './own.ts'
import { bringIntoView, select } from './places.ts'
import { kindName, markName, refusalText, words } from './wording.ts'

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    walk: {
      /** Selects a mark (or none) and brings it into view; while one is looked for, it is picked instead. */
      selectAnnotation: (id: string | null, options?: { scroll?: boolean }) => ReturnType
      /**
       * Selects the next (1) or previous (-1) shown mark in the text: with `undecided` of those that one is to decide about,
       * with a test of those that pass it. False where there is none, which is told but of a test.
       */
      stepAnnotation: (step: 1 | -1, only?: 'undecided' | Test) => ReturnType
      undoOwn: () => ReturnType
      redoOwn: () => ReturnType
    }
  }
}

type Test = (annotation: Annotation) => boolean

type WalkCommands = Pick<RawCommands, 'selectAnnotation' | 'stepAnnotation' | 'undoOwn' | 'redoOwn'>

export function walkCommands(room: ArticleRoom, focus: Focus, isShown: Test): WalkCommands {
  const { blocks, text } = room.page
  const nameOf = (kind: string) => kindName(room.page.labelSet, kind)
  /** Whether nothing can be marked here now; says why. */
  const isBarred = () => {
    const bar = room.barred.get()
    if (bar) tell(refusalText(bar), { tone: 'problem' })
    return bar !== null
  }
  const undo = () => {
    if (isBarred()) return
    if (!room.history.get().canUndo) return tell(words.nothingToUndo)
    room.undo()
    speak(focus, words.undone)
  }

  return {
    selectAnnotation:
      (id, { scroll = true } = {}) =>
      ({ view }) => {
        focus.choice.set(null)
        const picking = focus.picking.get()
        if (picking && id !== null) {
          picking.pick(id)
          return true
        }
        focus.selected.set(id)
        const annotation = id === null ? undefined : room.records.get().annotations.get(id)
        const first = annotation?.spans[0]
        if (annotation && first && scroll) bringIntoView(view, blocks, first)
        if (annotation)
          speak(
            focus,
            `${markName(nameOf(annotation.kind), room.nameOf(annotation.author))}: ${quotesOf(text, annotation.spans).join(' … ')}`,
          )
        return true
      },

    stepAnnotation:
      (step, only) =>
      ({ commands, tr, view }) => {
        const records = room.records.get()
        const { annotations, outcomes } = records
        // Whoever goes on to other marks does not look for one any more.
        if (focus.picking.get()) focus.mode.set({ type: 'none' })
        const passes = only === 'undecided' ? (one: Annotation) => awaits(records, room.me.id, one) : only
        const shown = [...annotations.values()]
          .filter(isShown)
          .filter((one) => !passes || passes(one))
          .sort(inTextOrder)
        if (shown.length === 0) {
          if (only && only !== 'undecided') return false
          const isUnsure = ({ id }: Annotation) => outcomes.get(id) === 'open' && ownVerdictOn(room, id) !== undefined
          tell(only ? words.noneUndecided([...annotations.values()].filter(isUnsure).length) : words.noMarks)
          return false
        }
        const next = shown[nextIndex(shown, step, focus, annotations)]
        const first = next?.spans[0]
        if (!next || !first) return false
        commands.selectAnnotation(next.id)
        // The keyboard's cursor goes along, so that reading on or opening the list starts here. `select` dispatches
        // itself, and the command's own transaction would set the old selection after it.
        tr.setMeta('preventDispatch', true)
        focus.cursor.set(first[0])
        if (view.dom.contains(document.activeElement)) select(view, blocks, first[0], first[0])
        return true
      },

    undoOwn: () => () => {
      undo()
      return true
    },

    redoOwn: () => () => {
      if (isBarred()) return true
      if (!room.history.get().canRedo) tell(words.nothingToRedo)
      else {
        room.redo()
        speak(focus, words.redone)
      }
      return true
    },
  }
}

function nextIndex(
  shown: readonly Annotation[],
  step: 1 | -1,
  focus: Focus,
  annotations: ReadonlyMap<string, Annotation>,
): number {
  const selected = focus.selected.get()
  const current = shown.findIndex((one) => one.id === selected)
  if (current >= 0) return (current + step + shown.length) % shown.length
  // The selected mark is filtered out, or there is none: go on from where it, or the cursor, is.
  const from = (selected ? annotations.get(selected)?.spans[0]?.[0] : undefined) ?? focus.cursor.get() ?? 0
  const after = shown.findIndex((one) => (one.spans[0]?.[0] ?? 0) >= from)
  const at = after < 0 ? shown.length : after
  return (step === 1 ? at : at - 1 + shown.length) % shown.length
}
