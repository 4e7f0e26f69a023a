/** What surrounds the pages that are not an article. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { meQuery } from '../api.ts'
import { Me } from './JoinPage.tsx'
import styles from './projects.module.css'

interface FrameProps {
  title: string
  /** Where this page is under, with its name. */
  above?: { name: string }
  children: ReactNode
}

export function Frame({ title, above, children }: FrameProps) {
  const me = useQuery(meQuery)
  return (
    <>
      <header className={styles['bar']}>
        <Link to="/" className={styles['home']}>
          <img src="/icon.svg" alt="" width="24" height="24" /> Attest
        </Link>
        {me.data && <Me name={me.data.name} />}
      </header>
      <main className={styles['frame']}>
        {above && (
          <nav aria-label="Where you are">
            <Link to="/">{above.name}</Link>
          </nav>
        )}
        <h1>{title}</h1>
        {children}
      </main>
    </>
  )
}
