/**
 * The labels, right beside the words that are selected, and what else can be done with those. The selection stays while
 * they are used. Every button has a key; Tab leads here as well.
 */
import { Lock, SquareMinus, SquarePlus } from 'lucide-react'
import { useContext, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { Toolbar } from 'react-aria-components'
import { useCommand } from '../commands/commands.ts'
import { chooseLabel, toggleLock } from '../editor/lock.ts'
import { useWidth } from '../editor/Overlay.tsx'
import { rangeOf } from '../editor/places.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useCalmly, useLive } from '../live/use-live.ts'
import { Swatch } from '../ui/Swatch.tsx'
import { Shortcuts } from '../ui/shortcuts.ts'
import styles from './popups.module.css'
import { toolbarWords } from './wording.ts'

/** How far from the words it stands, in pixels. Under a selection made by finger hang the system's handles. */
const GAP = 8
const GAP_ON_TOUCH = 32

export function LabelToolbar({ bench }: { bench: Workbench }) {
  const { editor, room, focus, commands } = bench
  const draft = useCalmly(focus.draft)
  const isDragging = useLive(focus.isDragging)
  const isTouch = useLive(focus.isTouch)
  const painted = useCalmly(focus.painted)
  const lock = useLive(focus.lock)
  const selected = useCalmly(focus.selected)
  const { labelSet } = useLive(room.article)
  const isBarred = useLive(room.barred) !== null
  const shortcut = useContext(Shortcuts)
  const width = useWidth(editor.view.dom)
  const bar = useRef<HTMLDivElement>(null)
  const [place, setPlace] = useState<{ left: number; top: number } | null>(null)
  const [isLocking, setIsLocking] = useState(false)

  const hasDraft = draft !== null
  useEffect(() => {
    // What was asked of a selection that is gone is not asked of the next one.
    if (!hasDraft) setIsLocking(false)
  }, [hasDraft])

  useCommand(commands, 'toolbar', {
    run() {
      const first = bar.current?.querySelector('button')
      first?.focus()
      return first != null
    },
    isPossible: () => bar.current !== null,
  })

  // biome-ignore lint/correctness/useExhaustiveDependencies: painting and width can move the words that the bar stands at
  useLayoutEffect(() => {
    const element = bar.current
    const desk = element?.parentElement
    if (!draft || isDragging || !element || !desk) return setPlace(null)
    const rects = [...rangeOf(editor.view, room.page.blocks, draft).getClientRects()].filter((rect) => rect.width > 0)
    const first = rects[0]
    const last = rects.at(-1)
    if (!first || !last) return setPlace(null)
    const origin = desk.getBoundingClientRect()
    const { offsetWidth, offsetHeight: height } = element
    // A finger hides what is above it and the system's own menu sits there, so on touch the bar stands below.
    const isBelow = isTouch || first.top - height - GAP < 60
    const anchor = isBelow ? last : first
    const top = isBelow ? last.bottom + (isTouch ? GAP_ON_TOUCH : GAP + 6) : first.top - height - GAP
    // In view even when the selection is longer than the window.
    const inView = Math.min(Math.max(top, 60), window.innerHeight - height - 12)
    const left = Math.min(Math.max(anchor.left, 8), document.documentElement.clientWidth - offsetWidth - 8)
    setPlace({ left: left - origin.left, top: inView - origin.top })
  }, [editor, room, draft, isDragging, isTouch, painted, selected, width])

  if (!draft || isDragging || isBarred) return null
  const own = selected === null ? undefined : room.records.get().annotations.get(selected)
  const mine = own?.author === room.me.id ? own : undefined
  const isOver = mine?.spans.some(([start, end]) => start < draft[1] && draft[0] < end) === true
  const isInside = mine?.spans.some(([start, end]) => start <= draft[0] && draft[1] <= end) === true
  /** The bar goes with what it did, and the focus should not go with it. */
  const back = () => editor.view.dom.focus({ preventScroll: true })
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the toolbar in it is the widget; this only lets the selection be
    <div
      ref={bar}
      className={styles['toolbar']}
      style={place ?? { visibility: 'hidden', left: 0, top: 0 }}
      onPointerDown={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        // Back to the words, which stay selected.
        event.stopPropagation()
        back()
      }}
    >
      <Toolbar aria-label={toolbarWords.name} className={styles['labels'] ?? ''}>
        {labelSet.kinds.map((kind) => (
          <button
            key={kind.id}
            type="button"
            data-locked={lock?.kind === kind.id || undefined}
            onClick={(event) => {
              if (isLocking || event.shiftKey) toggleLock(bench, kind.id)
              else chooseLabel(bench, kind.id)
              setIsLocking(false)
              back()
            }}
            title={kind.guideline.split('\n')[0]}
          >
            <Swatch kind={kind.id} />
            {kind.label}
            {shortcut(kind.key) && <kbd>{shortcut(kind.key)}</kbd>}
          </button>
        ))}
        <span className={styles['more']}>
          {mine && !isInside && (
            <button
              type="button"
              aria-label={toolbarWords.add}
              title={withKey(toolbarWords.add, shortcut('addFragment'))}
              onClick={() => {
                commands.run('addFragment')
                back()
              }}
            >
              <SquarePlus aria-hidden="true" />
            </button>
          )}
          {mine && isOver && (
            <button
              type="button"
              aria-label={toolbarWords.takeOut}
              title={withKey(toolbarWords.takeOut, shortcut('removeFragment'))}
              onClick={() => {
                commands.run('removeFragment')
                back()
              }}
            >
              <SquareMinus aria-hidden="true" />
            </button>
          )}
          <button
            type="button"
            aria-label={toolbarWords.lock}
            aria-pressed={isLocking}
            title={toolbarWords.lockHint}
            onClick={() => setIsLocking(!isLocking)}
          >
            <Lock aria-hidden="true" />
          </button>
        </span>
      </Toolbar>
    </div>
  )
}

function withKey(text: string, key: string | null): string {
  return key ? `${text} (${key})` : text
}
