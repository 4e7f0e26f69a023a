/** Words that were taken out and put in, said as well as shown. */
import { compareWords } from '@attest/schema/reanchor'
import type { DifferenceWords } from '@attest/schema/revision'
import { useMemo } from 'react'
import styles from './history.module.css'

export function Words({ words }: { words: readonly DifferenceWords[] }) {
  return words.map(({ is, text }, i) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: they never change their places
    if (is === 'same') return <span key={i}>{text}</span>
    // biome-ignore lint/suspicious/noArrayIndexKey: they never change their places
    return is === 'added' ? <ins key={i}>{text}</ins> : <del key={i}>{text}</del>
  })
}

export function Diff({ before, after }: { before: string; after: string }) {
  const words = useMemo(() => compareWords(before, after), [before, after])
  return (
    <span className={styles['diff']} dir="auto">
      <Words words={words} />
    </span>
  )
}
