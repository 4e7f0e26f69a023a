import { Waypoints } from 'lucide-react'
import { actions } from '../commands/keymap.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { graphWords as words } from './wording.ts'

/** Opens and closes the claim graph. */
export function GraphButton({ bench: { focus, commands } }: { bench: Workbench }) {
  const isOpen = useLive(focus.panel) === 'graph'
  return (
    <Button
      variant="quiet"
      hint={words.title}
      shortcut={actions.graph.keys[0]}
      aria-label={words.title}
      isPressedState={isOpen}
      onPress={() => commands.run('graph')}
    >
      <Waypoints aria-hidden="true" />
    </Button>
  )
}
