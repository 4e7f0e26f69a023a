import type { Workbench } from '../editor/workbench.ts'

interface Props {
  bench: Workbench
}

export function TalkButton(_: Props) {
  return null
}
