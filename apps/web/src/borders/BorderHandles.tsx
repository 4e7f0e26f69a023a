import type { Workbench } from '../editor/workbench.ts'

interface Props {
  bench: Workbench
}

export function BorderHandles(_: Props) {
  return null
}
