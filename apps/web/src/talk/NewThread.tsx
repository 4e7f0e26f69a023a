/** The field that begins a thread; where nothing can be said it says why. */

import { useSyncExternalStore } from 'react'
import { speak } from '../editor/focus.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { tell } from '../ui/notices.ts'
import { Barred, Field } from './Field.tsx'
import { newPlace } from './places.ts'
import { talkRefusal, words } from './wording.ts'

interface Props {
  bench: Workbench
  on: string
  label: string
  takesFocus?: boolean
  onSent: () => void
  onCancel?: () => void
  onUse?: () => void
}

export function NewThread({ bench, on, label, takesFocus = false, onSent, onCancel, onUse }: Props) {
  const { room, focus } = bench
  const place = newPlace(on)
  const isBarred = useLive(room.barred) !== null
  const hasDraft = useSyncExternalStore(focus.remarks.subscribe, () => focus.remarks.get().has(place))
  if (isBarred && !hasDraft) return <Barred bench={bench} />
  return (
    <Field
      // Another thing to talk about is another field, with a history of its own.
      key={place}
      bench={bench}
      place={place}
      on={on}
      label={label}
      sendLabel={words.send}
      takesFocus={takesFocus}
      {...(onCancel && { onCancel })}
      {...(onUse && { onUse })}
      onSend={(body, mentions) => {
        const answer = room.put('comments', { on, body, ...(mentions.length > 0 && { mentions: [...mentions] }) })
        if (!answer.ok) tell(talkRefusal(answer.reason), { tone: 'problem' })
        else {
          speak(focus, words.sent)
          onSent()
        }
        return answer.ok
      }}
    />
  )
}
