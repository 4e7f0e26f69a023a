/** In the card of a suggested mark: which model it is by and how sure, and, for annotators, how to make it their own. */
import type { Annotation } from '@attest/schema/annotation'
import { Check, Pencil, Sparkles, X } from 'lucide-react'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { accept, correct, reject, takesOver } from './answer.ts'
import styles from './suggest.module.css'
import { useSuggestions } from './use-suggestions.ts'
import { cardWords, panelWords as words } from './wording.ts'

export function SuggestionCard({ bench, annotation }: { bench: Workbench; annotation: Annotation }) {
  useLive(bench.room.people)
  return bench.room.isModel(annotation.author) ? <Card bench={bench} annotation={annotation} /> : null
}

function Card({ bench, annotation }: { bench: Workbench; annotation: Annotation }) {
  const { room, editor } = bench
  const { scores } = useSuggestions(room)
  const isBarred = useLive(room.barred) !== null
  return (
    <div className={styles['card']}>
      <p>
        <Sparkles aria-hidden="true" /> {cardWords.by(room.nameOf(annotation.author), scores.get(annotation.id))}
      </p>
      {takesOver(room) && !isBarred && (
        <div className={styles['acts']}>
          <Button
            variant="good"
            shortcut="accept"
            hint={cardWords.takeOver}
            onPress={() => {
              const own = accept(bench, annotation)
              if (own) editor.commands.selectAnnotation(own)
            }}
          >
            <Check aria-hidden="true" /> {words.accept}
          </Button>
          <Button onPress={() => correct(bench, annotation)}>
            <Pencil aria-hidden="true" /> {words.correct}
          </Button>
          <Button variant="bad" shortcut="reject" onPress={() => void reject(bench, annotation)}>
            <X aria-hidden="true" /> {words.reject}
          </Button>
        </div>
      )}
    </div>
  )
}
