/** What is said to a screen reader, and the switch for how much of it. */
import { useEffect, useMemo, useState } from 'react'
import { Label, Radio, RadioGroup, Text } from 'react-aria-components'
import { useCommand } from '../commands/commands.ts'
import { speak } from '../editor/focus.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Dialog } from '../ui/Dialog.tsx'
import styles from './speech.module.css'
import { type Done, doneByOthers, openSpeech, type SpeechStore, speeches, tellingOf } from './speech.ts'
import { speechWords as words } from './wording.ts'

/** So long what others do is gathered before it is told, in milliseconds. */
const GATHERED_MS = 1500

export function Spoken({ bench }: { bench: Workbench }) {
  const { focus, room } = bench
  const store = useMemo(() => openSpeech(room.me.id), [room])
  const speech = useLive(store.speech)
  const spoken = useLive(focus.spoken)
  useOthers(bench, speech === 'all')
  return (
    <>
      {/* The attribute keeps it from being hidden while a dialog is open. */}
      <div className="visually-hidden" aria-live="polite" data-live-announcer="true" data-testid="spoken">
        {speech !== 'off' && <p key={spoken.count}>{spoken.text}</p>}
      </div>
      <SpeechDialog bench={bench} store={store} />
    </>
  )
}

/** Tells what others do, several acts within a moment as one sentence. */
function useOthers({ focus, room }: Workbench, isTold: boolean): void {
  useEffect(() => {
    if (!isTold) return
    const records = room.records.get()
    const known = new Set(
      [records.annotations, records.relations, records.comments, records.verdicts].flatMap((root) => [...root.keys()]),
    )
    let done: Done[] = []
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = room.onRecords((changed) => {
      // What was there before one came is no news.
      const isNews = room.status.get().isLoaded
      const others = doneByOthers(room, changed, known)
      if (!isNews || others.length === 0) return
      done.push(...others)
      timer ??= setTimeout(() => {
        timer = undefined
        speak(focus, tellingOf(room, done))
        done = []
      }, GATHERED_MS)
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [focus, room, isTold])
}

function SpeechDialog({ bench: { commands }, store }: { bench: Workbench; store: SpeechStore }) {
  const [isOpen, setIsOpen] = useState(false)
  const speech = useLive(store.speech)
  useCommand(commands, 'speech', {
    run() {
      setIsOpen(true)
      return true
    },
  })
  return (
    <Dialog title={words.title} isOpen={isOpen} onOpenChange={setIsOpen}>
      {() => (
        <RadioGroup
          className={styles['choices'] ?? ''}
          value={speech}
          onChange={(chosen) => {
            const found = speeches.find((one) => one === chosen)
            if (found) store.choose(found)
          }}
        >
          <Label>{words.question}</Label>
          {speeches.map((one) => (
            <Radio key={one} value={one} className={styles['choice'] ?? ''}>
              {words.levels[one]}
            </Radio>
          ))}
          <Text slot="description">{words.explanation}</Text>
        </RadioGroup>
      )}
    </Dialog>
  )
}
