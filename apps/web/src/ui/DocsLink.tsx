import type { ReactNode } from 'react'
import styles from './ui.module.css'

/** Leads to the pages for those who write programs, which the server has besides this one. */
export function DocsLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a className={styles['docsLink']} href={href}>
      {children}
    </a>
  )
}
