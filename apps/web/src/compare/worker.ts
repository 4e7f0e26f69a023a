/** Compares beside the page, which goes on drawing and scrolling meanwhile. */
import { type Asked, Comparer, type Question } from './comparison.ts'
import { buffersOf } from './strips.ts'

let comparer: Comparer | null = null
let waiting: Asked | null = null

self.addEventListener('message', ({ data }: MessageEvent<Question>) => {
  if (data.type === 'open') comparer = new Comparer(data.page, data.me)
  else if (data.type === 'layers') {
    if (comparer?.take(data.json) === false) self.postMessage({ type: 'unreadable' })
  } else {
    // What came in behind it is heard first: it may be a newer question.
    if (!waiting) setTimeout(answer)
    waiting = data.asked
  }
})

function answer() {
  const asked = waiting
  waiting = null
  if (!asked || !comparer) return
  for (const part of comparer.answer(asked))
    self.postMessage(part, {
      transfer: part.type === 'overview' ? (buffersOf(part.overview.laid) as ArrayBuffer[]) : [],
    })
}
