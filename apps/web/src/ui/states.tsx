/** What a page shows instead of its content: while it loads, when there is nothing, and when something is wrong. */
import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import { Button } from './Button.tsx'
import styles from './ui.module.css'

/** Says nothing for the first moment, so that a quick answer does not flash. */
export function Loading({ what }: { what: string }) {
  const [isLong, setIsLong] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setIsLong(true), 300)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className={styles['state']} role="status">
      {isLong && (
        <>
          <span className={styles['spinner']} aria-hidden="true" />
          <p>Opening {what} …</p>
        </>
      )}
    </div>
  )
}

interface TroubleProps {
  error: unknown
  onRetry: () => void
  /** Stands inside a page that has its own heading. */
  isPart?: boolean
}

export function Trouble({ error, onRetry, isPart = false }: TroubleProps) {
  const Place = isPart ? 'section' : 'main'
  const Heading = isPart ? 'h2' : 'h1'
  return (
    <Place className={styles['state']}>
      <Heading>This did not work</Heading>
      <p role="alert">{error instanceof Error ? error.message : String(error)}</p>
      <Button variant="primary" onPress={onRetry}>
        Try again
      </Button>
    </Place>
  )
}

export function Missing({ what, children }: { what: string; children?: ReactNode }) {
  return (
    <main className={styles['state']}>
      <h1>There is no such {what}</h1>
      <p>It may have been removed, or you are not a member of its project.</p>
      {children}
      <Link to="/">To your projects</Link>
    </main>
  )
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={styles['empty']}>
      <p>
        <strong>{title}</strong>
      </p>
      {children}
    </div>
  )
}
