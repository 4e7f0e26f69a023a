/** The key and the menu entry that open the suggestions. It draws nothing. */
import { useCommand } from '../commands/commands.ts'
import type { Workbench } from '../editor/workbench.ts'

export function SuggestCommands({ bench: { commands, focus } }: { bench: Workbench }) {
  useCommand(commands, 'suggestions', {
    run() {
      focus.panel.set(focus.panel.get() === 'suggestions' ? null : 'suggestions')
      return true
    },
  })
  return null
}
