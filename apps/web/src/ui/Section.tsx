/** A part of a page that is about one thing, under its own heading. */
import type { ReactNode } from 'react'
import styles from './ui.module.css'

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles['section']} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  )
}

/** Things one under the other, parted by lines: each is an `li` whose `span` has the room that its buttons leave. */
export function Lines({ children }: { children: ReactNode }) {
  return <ul className={styles['lines']}>{children}</ul>
}
