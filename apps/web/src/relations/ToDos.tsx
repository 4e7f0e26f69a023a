import type { Workbench } from '../editor/workbench.ts'

interface Props {
  bench: Workbench
}

export function ToDos(_: Props) {
  return null
}
