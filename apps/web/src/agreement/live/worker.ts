/** Computes agreement beside the page, which goes on drawing and taking marks meanwhile. */
import { type Ledger, makeLedger, type Question } from './ledger.ts'

let ledger: Ledger | null = null

self.addEventListener('message', ({ data }: MessageEvent<Question>) => {
  if (data.type === 'open') ledger = makeLedger(data.opening)
  else if (data.type === 'change') ledger?.change(data.change)
  else if (ledger) self.postMessage(ledger.answer(data.about))
})
