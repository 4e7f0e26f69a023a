import type { Workbench } from '../editor/workbench.ts'

interface Props {
  bench: Workbench
}

export function LinkLayer(_: Props) {
  return null
}
