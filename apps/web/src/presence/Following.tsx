import type { Workbench } from '../editor/workbench.ts'

interface Props {
  bench: Workbench
}

export function Following(_: Props) {
  return null
}
