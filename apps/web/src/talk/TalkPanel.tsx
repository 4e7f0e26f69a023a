import type { Workbench } from '../editor/workbench.ts'

interface Props {
  bench: Workbench
  onClose: () => void
}

export function TalkPanel(_: Props) {
  return null
}
