/** What surrounds the pages that are not an article. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Identity } from '../accounts/Identity.tsx'
import { doorQuery } from '../api.ts'
import { ReopenedNotices } from '../signoff/Reopened.tsx'
import { DisputedNotices } from '../work/DisputedWork.tsx'
import styles from './projects.module.css'

interface FrameProps {
  title: string
  /** Takes the width of the window, for tables and pictures; else it is as wide as one reads. */
  isWide?: boolean
  /** Where this page is under, with its name. */
  above?: { name: string }
  children: ReactNode
}

export function Frame({ title, isWide = false, above, children }: FrameProps) {
  const door = useQuery(doorQuery)
  return (
    <>
      <header className={styles['bar']}>
        <Link to="/" className={styles['home']}>
          <img src="/icon.svg" alt="" width="24" height="24" /> Attest
        </Link>
        {door.data?.me && <Identity me={door.data.me} />}
      </header>
      <main className={styles['frame']} data-wide={isWide || undefined}>
        {above && (
          <nav aria-label="Where you are">
            <Link to="/">{above.name}</Link>
          </nav>
        )}
        <ReopenedNotices />
        <DisputedNotices />
        <h1>{title}</h1>
        {children}
      </main>
    </>
  )
}
