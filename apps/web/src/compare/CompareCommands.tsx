/** The ways from an article to its comparison, its agreement and its gold. It draws nothing. */
import { useNavigate } from '@tanstack/react-router'
import { useCommand } from '../commands/commands.ts'
import type { Workbench } from '../editor/workbench.ts'
import { lastCompared } from './recent.ts'

export function CompareCommands({ bench: { room, focus, commands } }: { bench: Workbench }) {
  const navigate = useNavigate()
  const params = { article: room.page.id }
  useCommand(commands, 'compare', {
    run() {
      const selected = focus.selected.get()
      const search = { ...lastCompared(params.article), ...(selected && { at: selected }) }
      void navigate({ to: '/articles/$article/compare', params, search })
      return true
    },
  })
  useCommand(commands, 'agreement', {
    run() {
      focus.panel.set(focus.panel.get() === 'agreement' ? null : 'agreement')
      return true
    },
  })
  useCommand(commands, 'gold', {
    run() {
      void navigate({ to: '/articles/$article/gold', params })
      return true
    },
  })
  return null
}
