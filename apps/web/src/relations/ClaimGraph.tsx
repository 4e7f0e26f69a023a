import type { Annotation } from '@attest/schema/annotation'
import type { Workbench } from '../editor/workbench.ts'

interface Props {
  bench: Workbench
  isShown: (annotation: Annotation) => boolean
  onClose: () => void
}

export function ClaimGraph(_: Props) {
  return null
}
