import styles from './ui.module.css'

/** What is typed or sent, letter by letter; what is long is scrolled through. */
export function Code({ label, children }: { label: string; children: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with keys
    <section className={styles['code']} dir="ltr" aria-label={label} tabIndex={0}>
      <pre>{children}</pre>
    </section>
  )
}
