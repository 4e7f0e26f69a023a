import type { Workbench } from '../editor/workbench.ts'

interface Props {
  bench: Workbench
}

export function MarkDialog(_: Props) {
  return null
}
