/** All marks over one spot, to choose from: the shortest, which is picked already, comes first. */
import { useEffect, useRef } from 'react'
import { ListBox, ListBoxItem } from 'react-aria-components'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Swatch } from '../ui/Swatch.tsx'
import { kindLabel, kindStyle, shortQuote } from './describe.ts'
import styles from './popups.module.css'
import { overlapWords } from './wording.ts'

export function OverlapMenu({ bench: { editor, room, focus } }: { bench: Workbench }) {
  const choice = useLive(focus.choice)
  const { annotations } = useLive(room.records)
  const menu = useRef<HTMLDivElement>(null)

  useEffect(() => {
    if (!choice) return
    const closeOutside = (event: PointerEvent) => {
      if (event.target instanceof Node && !menu.current?.contains(event.target)) focus.choice.set(null)
    }
    // On the way down: some of the page's buttons let no such event back up.
    document.addEventListener('pointerdown', closeOutside, true)
    return () => document.removeEventListener('pointerdown', closeOutside, true)
  }, [choice, focus])

  const items = choice?.ids.flatMap((id) => annotations.get(id) ?? []) ?? []
  if (!choice || items.length === 0) return null
  const width = Math.min(360, window.innerWidth - 16)
  const height = Math.min(items.length * 40 + 12, 320)
  const isAbove = choice.at.bottom + height > window.innerHeight - 8
  const top = isAbove ? Math.max(8, choice.at.top - height) : choice.at.bottom
  const close = () => {
    focus.choice.set(null)
    editor.view.dom.focus({ preventScroll: true })
  }
  return (
    <div
      ref={menu}
      role="dialog"
      aria-label={overlapWords.choose}
      className={styles['overlap']}
      style={{ left: Math.max(8, Math.min(choice.at.left, window.innerWidth - width - 8)), top, width }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close()
      }}
    >
      <ListBox
        aria-label={overlapWords.list}
        autoFocus={choice.takesFocus ? 'first' : false}
        selectionMode="single"
        items={items}
        onAction={(id) => {
          editor.commands.selectAnnotation(String(id), { scroll: false })
          close()
        }}
      >
        {(annotation) => (
          <ListBoxItem
            id={annotation.id}
            textValue={`${kindLabel(room, annotation)} ${room.nameOf(annotation.author)}`}
            className={styles['overlapItem'] ?? ''}
          >
            <Swatch kind={kindStyle(room, annotation)} />
            <span>{kindLabel(room, annotation)}</span>
            <span className={styles['soft']}>
              {room.nameOf(annotation.author)} · {shortQuote(room, annotation)}
            </span>
          </ListBoxItem>
        )}
      </ListBox>
    </div>
  )
}
