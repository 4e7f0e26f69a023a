/**
 * What somebody is writing into a field, until it is saved. It is theirs alone: nothing that comes from elsewhere touches
 * it, and it is saved when the field is left or goes away, whatever the reason.
 */
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Workbench } from '../editor/workbench.ts'
import { copy } from '../ui/copy.ts'
import { tell } from '../ui/notices.ts'
import { saveAttributes, type Value } from './save.ts'
import { attributeWords as words } from './wording.ts'

/** As many as the schema takes. */
export const MOST_CHARACTERS = 2000
/** As many as can be written, so that what is too long can be made shorter where it stands; a browser chokes on a million. */
export const MOST_IN_FIELD = 2 * MOST_CHARACTERS

export interface Entry {
  /** What the field shows. */
  text: string
  /** What was stored when the writing began, if it has begun. */
  begun: { base: Value } | null
  write(text: string): void
  /** Saves what was written; false when it cannot be, and then the field keeps it. */
  save(): boolean
  /** Puts a value in place of whatever is being written. */
  put(value: Value): void
  /** Lets go of what was written; returns it. */
  drop(): string | null
}

interface Draft {
  text: string
  base: Value
}

export function useEntry(bench: Workbench, mark: string, attribute: string, value: Value): Entry {
  const [draft, show] = useState<Draft | null>(null)
  // The newest draft also for those who ask between two renderings: leaving the field, and the page going away.
  const latest = useRef<Draft | null>(null)
  const setDraft = useCallback((next: Draft | null) => {
    latest.current = next
    show(next)
  }, [])

  /** Why it could not be saved; null when it was, or there was nothing to save. */
  const trySave = useCallback((): string | null => {
    const now = latest.current
    if (!now) return null
    const next = entered(now)
    if (typeof next === 'string' && next.length > MOST_CHARACTERS) return words.tooLongToKeep
    const saved = saveAttributes(bench, mark, { [attribute]: next })
    if (!saved.ok) return saved.why
    setDraft(null)
    return null
  }, [bench, mark, attribute, setDraft])

  useEffect(() => {
    // A page that is hidden may never come back.
    const onHide = () => {
      if (document.visibilityState === 'hidden') trySave()
    }
    document.addEventListener('visibilitychange', onHide)
    return () => {
      document.removeEventListener('visibilitychange', onHide)
      // Nobody sees the field any more: what cannot be saved is at least handed over.
      const why = trySave()
      const text = latest.current?.text ?? ''
      latest.current = null
      if (why !== null)
        tell(words.lost(why), {
          tone: 'problem',
          action: { label: words.copy, run: () => void copy(text) },
        })
    }
  }, [trySave])

  return {
    text: draft?.text ?? value ?? '',
    begun: draft && { base: draft.base },
    write: (text) => setDraft({ text, base: latest.current ? latest.current.base : value }),
    save() {
      const why = trySave()
      if (why !== null && why !== words.tooLongToKeep) tell(words.lost(why), { tone: 'problem' })
      return why === null
    },
    put(next) {
      const saved = saveAttributes(bench, mark, { [attribute]: next })
      if (saved.ok) setDraft(null)
      else tell(saved.why, { tone: 'problem' })
    },
    drop() {
      const now = latest.current
      setDraft(null)
      return now && entered(now) !== value ? now.text : null
    },
  }
}

/** An emptied field is one that is not filled in, unless it said that there is none. */
function entered({ text, base }: Draft): Value {
  const trimmed = text.trim()
  if (trimmed !== '') return trimmed
  return base === null ? null : undefined
}
