import type { Person } from '@attest/schema/api'
import styles from './ui.module.css'

/** A person's initials on their colour. The name is always given in text beside it or as its label. */
export function Avatar({ person, isLabelled = false }: { person: Person; isLabelled?: boolean }) {
  const label = isLabelled ? { role: 'img', 'aria-label': person.name, title: person.name } : { 'aria-hidden': true }
  return (
    <span className={styles['avatar']} style={{ background: `var(--person-${person.color % 12})` }} {...label}>
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
