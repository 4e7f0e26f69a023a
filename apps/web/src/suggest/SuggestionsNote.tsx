/** In the review, where suggestions are no places to decide: that there are some, what became of them, and the way there. */
import { useMemo } from 'react'
import type { Workbench } from '../editor/workbench.ts'
import { Button } from '../ui/Button.tsx'
import styles from './suggest.module.css'
import { isSure, useSuggestions } from './use-suggestions.ts'
import { noteWords as words } from './wording.ts'

export function SuggestionsNote({ bench: { room, focus } }: { bench: Workbench }) {
  const { all, standing, scores, kept } = useSuggestions(room)
  const counts = useMemo(() => {
    const counts = { open: 0, accepted: 0, rejected: 0 }
    for (const { id } of all) {
      const how = standing.get(id) ?? 'open'
      if (how !== 'taken' && (how !== 'open' || isSure(scores, kept, id))) counts[how]++
    }
    return counts
  }, [all, standing, scores, kept])
  if (all.length === 0) return null
  return (
    <div className={styles['note']}>
      <span>{words.counts(counts)}</span>
      <Button variant="quiet" shortcut="suggestions" onPress={() => focus.panel.set('suggestions')}>
        {words.show}
      </Button>
    </div>
  )
}
