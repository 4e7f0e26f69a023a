import type { Person } from '@attest/schema/api'
import type { LayerSource } from '@attest/schema/source'
import { FileInput, WandSparkles } from 'lucide-react'
import { initialsOf } from './initials.ts'
import styles from './ui.module.css'

/**
 * A person's initials on their colour: with a label a picture of them, without one an ornament beside their name. The
 * initials are drawn by the style sheet: as text they would be part of what a button with the picture in it is called.
 * A layer that nobody made has a square with a sign, so that it is never taken for somebody.
 */
export function Avatar({ person, label }: { person: Person & { source?: LayerSource | undefined }; label?: string }) {
  const names = label ? { role: 'img', 'aria-label': label, title: label } : { 'aria-hidden': true }
  const { source } = person
  const Sign = source?.kind === 'prediction' ? WandSparkles : FileInput
  return (
    <span
      className={styles['avatar']}
      style={{ background: `var(--person-${person.color % 12})` }}
      data-source={source?.kind}
      data-initials={source ? undefined : initials(person.name)}
      {...names}
    >
      {source && <Sign aria-hidden="true" />}
    </span>
  )
}

/** In a word where the marks of such a layer come from, to stand beside its name. */
export function sourceWord(source: LayerSource | undefined): string | null {
  if (!source) return null
  return source.kind === 'prediction' ? 'predicted' : 'imported'
}

const known = new Map<string, string>()

function initials(name: string): string {
  const found = known.get(name) ?? initialsOf(name)
  known.set(name, found)
  return found
}
