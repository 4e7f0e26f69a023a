/** The way from a mark to what was ever done to it. */
import { History } from 'lucide-react'
import type { Workbench } from '../editor/workbench.ts'
import { Button } from '../ui/Button.tsx'
import { historyWords as words } from './wording.ts'

export function MarkHistory({ bench: { focus }, mark }: { bench: Workbench; mark: string }) {
  return (
    <Button
      variant="quiet"
      hint={words.ofMark}
      aria-label={words.ofMark}
      onPress={() => {
        focus.historyOf.set(mark)
        focus.panel.set('history')
      }}
    >
      <History aria-hidden="true" />
    </Button>
  )
}
