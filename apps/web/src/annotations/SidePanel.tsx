/**
 * A panel that stands where the list of marks does: its heading takes the focus when it opens, and Escape, or the button,
 * gives it back to the text.
 */
import { X } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import type { Workbench } from '../editor/workbench.ts'
import { Button } from '../ui/Button.tsx'
import styles from './marks.module.css'

interface Props {
  bench: Workbench
  title: string
  /** What its button to close it is called. */
  close: string
  testId: string
  className: string | undefined
  onClose: () => void
  children: ReactNode
}

export function SidePanel({ bench: { editor }, title, close, testId, className, onClose, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])
  const leave = () => {
    onClose()
    editor.view.dom.focus({ preventScroll: true })
  }
  return (
    <section
      className={`${styles['list']} ${className}`}
      aria-label={title}
      data-testid={testId}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) leave()
      }}
    >
      <header>
        <h2 ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <Button variant="quiet" aria-label={close} shortcut="leave" hint={close} onPress={leave}>
          <X aria-hidden="true" />
        </Button>
      </header>
      {children}
    </section>
  )
}
