import type { Workbench } from '../editor/workbench.ts'

interface Props {
  bench: Workbench
  onClose: () => void
}

export function ClaimGraph(_: Props) {
  return null
}
