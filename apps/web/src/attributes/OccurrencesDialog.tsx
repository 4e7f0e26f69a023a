import type { Workbench } from '../editor/workbench.ts'

interface Props {
  bench: Workbench
}

export function OccurrencesDialog(_: Props) {
  return null
}
