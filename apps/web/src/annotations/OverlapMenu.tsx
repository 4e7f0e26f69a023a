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
    const closeOutside = (event: Event) => {
      if (event.target instanceof Node && !menu.current?.contains(event.target)) focus.choice.set(null)
    }
    // On the way down: some of the page's buttons let no such event back up.
    const stop = new AbortController()
    const options = { signal: stop.signal, capture: true, passive: true }
    document.addEventListener('pointerdown', closeOutside, options)
    // Nor does it stand over the text that is scrolled away from it, or over what a key has begun.
    const close = () => focus.choice.set(null)
    document.addEventListener('wheel', closeOutside, options)
    document.addEventListener('touchmove', closeOutside, options)
    const begun = [focus.mode, focus.asked, focus.edited, focus.panel].map((cell) => cell.subscribe(close))
    return () => {
      stop.abort()
      for (const unsubscribe of begun) unsubscribe()
    }
  }, [choice, focus])

  const items = choice?.ids.flatMap((id) => annotations.get(id) ?? []) ?? []
  if (!choice || items.length === 0) return null
  const width = Math.min(360, window.innerWidth - 16)
  const height = Math.min(items.length * 40 + 12, 320)
  const isAbove = choice.at.bottom + height > window.innerHeight - 8
  const top = isAbove ? Math.max(8, choice.at.top - height) : choice.at.bottom
  // Beside the text stands the card of the mark that was picked.
  const ofText = editor.view.dom.getBoundingClientRect().right
  const right = choice.at.left < ofText ? Math.min(ofText, window.innerWidth - 8) : window.innerWidth - 8
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
      style={{ left: Math.max(8, Math.min(choice.at.left, right - width)), top, width }}
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
