/** Says that something is not shown, and shows it again: nobody should take a filtered text for an unmarked one. */
import type { Annotation } from '@attest/schema/annotation'
import { type Filter, isFiltering, showAll } from '../annotations/filter.ts'
import { useShown } from '../annotations/reading-order.ts'
import type { Workbench } from '../editor/workbench.ts'
import { countMarks, isProposed } from '../live/live-records.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import styles from './finding.module.css'
import { hiddenWords } from './wording.ts'

interface Props {
  bench: Workbench
  isShown: (annotation: Annotation) => boolean
  filter: Filter
  onFilter: (filter: Filter) => void
}

export function HiddenNote({ bench: { room, focus }, isShown, filter, onFilter }: Props) {
  const isHidden = useLive(focus.isHidden)
  const hasChosen = useLive(focus.chosen).size > 0
  const records = useLive(room.records)
  const total = countMarks(records)
  const shown = useShown(room, isShown).filter((one) => !isProposed(records, one)).length
  if (isHidden)
    return (
      <section className={styles['hidden']} aria-label={hiddenWords.label}>
        {hiddenWords.hidden}
        <Button variant="quiet" shortcut="hide" onPress={() => focus.isHidden.set(false)}>
          {hiddenWords.show}
        </Button>
      </section>
    )
  // The bar of the chosen marks stands in the same place on a phone, and says so of them.
  if (!isFiltering(filter) || shown === total || hasChosen) return null
  return (
    <section className={styles['hidden']} aria-label={hiddenWords.label}>
      {hiddenWords.shownOf(shown, total)}
      <Button variant="quiet" onPress={() => onFilter(showAll(filter))}>
        {hiddenWords.showAll}
      </Button>
    </section>
  )
}
