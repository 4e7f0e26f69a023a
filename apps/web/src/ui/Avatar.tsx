import type { Person } from '@attest/schema/api'
import styles from './ui.module.css'

/** A person's initials on their colour: with a label a picture of them, without one an ornament beside their name. */
export function Avatar({ person, label }: { person: Person; label?: string }) {
  const names = label ? { role: 'img', 'aria-label': label, title: label } : { 'aria-hidden': true }
  return (
    <span className={styles['avatar']} style={{ background: `var(--person-${person.color % 12})` }} {...names}>
      {initials(person.name)}
    </span>
  )
}

function initials(name: string): string {
  const clusters = (word: string) => [...new Intl.Segmenter('und').segment(word)].map(({ segment }) => segment)
  const [first = '', ...rest] = name.trim().split(/\s+/u)
  const last = rest.at(-1)
  return last
    ? `${clusters(first)[0] ?? ''}${clusters(last)[0] ?? ''}`.toUpperCase()
    : clusters(first).slice(0, 2).join('')
}
