import type { Annotation } from '@attest/schema/annotation'
import type { Workbench } from '../editor/workbench.ts'

interface Props {
  bench: Workbench
  isShown: (annotation: Annotation) => boolean
}

export function BulkBar(_: Props) {
  return null
}
