import { Workflow } from 'lucide-react'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import styles from './graph.module.css'
import { graphWords as words } from './wording.ts'

/** Opens and closes the claim graph. */
export function GraphButton({ bench: { focus, commands } }: { bench: Workbench }) {
  const isOpen = useLive(focus.panel) === 'graph'
  return (
    <span className={styles['button']}>
      <Button
        variant="quiet"
        hint={words.title}
        shortcut="graph"
        aria-label={words.title}
        isPressedState={isOpen}
        onPress={() => commands.run('graph')}
      >
        <Workflow aria-hidden="true" />
      </Button>
    </span>
  )
}
