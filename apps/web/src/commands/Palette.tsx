import type { Workbench } from '../editor/workbench.ts'

import type { KeyStore } from './bindings.ts'

interface Props {
  bench: Workbench
  keys: KeyStore
}

export function Palette(_: Props) {
  return null
}
