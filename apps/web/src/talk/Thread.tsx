import type { Workbench } from '../editor/workbench.ts'

import type { LiveRecords } from '../live/live-records.ts'

interface Props {
  bench: Workbench
  records: LiveRecords
  /** The mark or relation that is talked about, or the article. */
  on: string
}

export function Thread(_: Props) {
  return null
}
