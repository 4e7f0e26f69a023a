import styles from './ui.module.css'

/** The line of a kind, as it is drawn under the words. */
export function Swatch({ kind }: { kind: string }) {
  return (
    <span
      className={styles['swatch']}
      aria-hidden="true"
      style={{ backgroundImage: `var(--line-${kind})`, height: `var(--height-${kind})` }}
    />
  )
}
