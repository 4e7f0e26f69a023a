/** What the article's page can do with its past: registered here, shown by panels and pages. It draws nothing. */
import { canManage } from '@attest/schema/roles'
import { useNavigate } from '@tanstack/react-router'
import { useCommand } from '../commands/commands.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'

export function HistoryCommands({ bench }: { bench: Workbench }) {
  const { room, focus, commands } = bench
  const navigate = useNavigate()
  const article = room.page.id
  const { revision } = useLive(room.article)
  const toggle = (panel: 'history' | 'doubts') => {
    const isOpen = focus.panel.get() === panel
    focus.historyOf.set(null)
    focus.panel.set(isOpen ? null : panel)
    return true
  }
  useCommand(commands, 'history', { run: () => toggle('history') })
  useCommand(commands, 'doubts', {
    run: () => toggle('doubts'),
    isPossible: () => (revision?.number ?? 1) > 1,
  })
  useCommand(commands, 'replay', {
    run() {
      void navigate({ to: '/articles/$article/replay', params: { article } })
      return true
    },
  })
  useCommand(commands, 'revise', {
    run() {
      void navigate({ to: '/articles/$article/revise', params: { article } })
      return true
    },
    isPossible: () => canManage(room.role) && !revision?.newest,
  })
  return null
}
