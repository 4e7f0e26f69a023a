/** What can be done to the chosen marks, all at once; it stands at the lower edge for as long as any are chosen. */
import type { Annotation } from '@attest/schema/annotation'
import { canJudge } from '@attest/schema/roles'
import { Check, ListChecks, Trash2, X } from 'lucide-react'
import { useEffect, useMemo, useRef } from 'react'
import { setChosen, toggleChosen } from '../annotations/choice.ts'
import { useShown } from '../annotations/reading-order.ts'
import { digitOf } from '../commands/chords.ts'
import { useCommand } from '../commands/commands.ts'
import { useKey } from '../commands/KeysProvider.tsx'
import { keepFocus } from '../editor/places.ts'
import { refusalText } from '../editor/wording.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { Swatch } from '../ui/Swatch.tsx'
import { type Done, deleteAll, judgeAll, partChosen, relabelAll } from './bulk.ts'
import styles from './finding.module.css'
import { bulkWords } from './wording.ts'

interface Props {
  bench: Workbench
  isShown: (annotation: Annotation) => boolean
}

export function BulkBar({ bench, isShown }: Props) {
  const { room, focus, commands } = bench
  const hasChosen = useLive(focus.chosen).size > 0
  useCommand(commands, 'choose', {
    run() {
      const selected = focus.selected.get()
      if (selected) toggleChosen(focus, selected)
      return selected !== null
    },
    isPossible: () => focus.selected.get() !== null,
  })
  useEffect(
    () =>
      room.onRecords((changed) => {
        const chosen = focus.chosen.get()
        const { annotations } = room.records.get()
        const gone = [...(changed.get('annotations') ?? [])].filter((id) => chosen.has(id) && !annotations.has(id))
        if (gone.length > 0) setChosen(focus, new Set([...chosen].filter((id) => annotations.has(id))))
      }),
    [room, focus],
  )
  return hasChosen && <Chosen bench={bench} isShown={isShown} />
}

function Chosen({ bench: { editor, room, focus, commands }, isShown }: Props) {
  const chosen = useLive(focus.chosen)
  const records = useLive(room.records)
  const { labelSet, project } = useLive(room.article)
  const isBarred = useLive(room.barred) !== null
  const shown = useShown(room, isShown)
  // What had the focus may be one of the buttons, whatever it was that left none chosen.
  useEffect(() => () => keepFocus(editor.view), [editor])
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the chosen are depends on the records
  const { own, others } = useMemo(() => partChosen(room, chosen), [room, chosen, records])
  const notShown = useMemo(() => [...own, ...others].filter((one) => !isShown(one)).length, [own, others, isShown])
  const mayJudge = canJudge(room.role, project) && !isBarred

  /** The chosen stay chosen, so that more can be done to them. */
  const report = (done: Done, text: string) => {
    const refused = bulkWords.refused(done.refused, done.reason ? refusalText(done.reason) : '')
    // One step of undo would take back another act, if one came after this.
    const run = () => {
      const back = done.takeBack()
      if (!back.ok) tell(refusalText(back.reason), { tone: 'problem' })
      else if (back.ids.length === 0) tell(bulkWords.nothingToTakeBack)
    }
    tell(`${text}${bulkWords.more(done.more)}${refused}`, {
      tone: done.refused > 0 ? 'problem' : 'plain',
      ...(done.marks.length > 0 && { action: { label: bulkWords.undo, run } }),
    })
  }
  const barred = () => {
    const reason = room.barred.get()
    if (reason) tell(refusalText(reason), { tone: 'problem' })
    return reason !== null
  }
  const act = {
    relabel(kind: string) {
      if (barred()) return true
      const name = labelSet.kinds.find(({ id }) => id === kind)?.label ?? kind
      if (own.length === 0) tell(bulkWords.noneOwn, { tone: 'problem' })
      else {
        const done = relabelAll(room, chosen, kind)
        const count = done.marks.length
        if (count + done.refused === 0) tell(bulkWords.asTheyAre)
        else
          report(
            done,
            bulkWords.relabelled(count, name) + bulkWords.onlyYours(done.left) + bulkWords.dropped(done.dropped),
          )
      }
      return true
    },
    delete() {
      if (barred()) return true
      if (own.length === 0) tell(bulkWords.noneOwn, { tone: 'problem' })
      else {
        const selected = focus.selected.get()
        const done = deleteAll(room, chosen)
        keepFocus(editor.view)
        if (selected && !room.records.get().annotations.has(selected)) focus.selected.set(null)
        report(
          done,
          bulkWords.deleted(done.marks.length) + bulkWords.onlyYours(done.left) + bulkWords.forGood(done.forGood),
        )
      }
      return true
    },
    judge(decision: 'accept' | 'reject') {
      if (barred()) return true
      if (!canJudge(room.role, room.page.project)) tell(refusalText('may-not-judge'), { tone: 'problem' })
      else if (others.length === 0) tell(bulkWords.noneOfOthers, { tone: 'problem' })
      else {
        const done = judgeAll(room, chosen, decision)
        const count = done.marks.length
        if (count + done.refused === 0) tell(bulkWords.asTheyAre)
        else {
          const text = decision === 'accept' ? bulkWords.accepted(count) : bulkWords.rejected(count)
          report(done, text + bulkWords.onlyOthers(done.left))
        }
      }
      return true
    },
    clear: () => setChosen(focus, new Set()),
  }
  useCommand(commands, 'delete', { run: act.delete })
  useCommand(commands, 'accept', { run: () => act.judge('accept') })
  useCommand(commands, 'reject', { run: () => act.judge('reject') })

  const relabel = useRef(act.relabel)
  relabel.current = act.relabel
  const hasFigures = useKey('label') !== null
  useEffect(() => {
    if (!hasFigures) return
    // Before the editor, which would change the kind of the selected mark alone.
    const onDigit = (event: KeyboardEvent) => {
      const { target, altKey, ctrlKey, metaKey, shiftKey } = event
      const isHere =
        target === editor.view.dom || (target instanceof Element && target.closest('[data-testid="mark-list"] li'))
      if (!isHere || altKey || ctrlKey || metaKey || shiftKey || focus.draft.get()) return
      const digit = digitOf(event)
      const kind = digit && room.page.labelSet.kinds.find(({ key }) => key === digit)
      if (!kind) return
      event.preventDefault()
      event.stopPropagation()
      if (!event.repeat) relabel.current(kind.id)
    }
    document.addEventListener('keydown', onDigit, true)
    return () => document.removeEventListener('keydown', onDigit, true)
  }, [editor, room, focus, hasFigures])

  const isAllChosen = shown.every(({ id }) => chosen.has(id))
  return (
    <section className={styles['bulk']} aria-label={bulkWords.label}>
      <p>
        <strong>{bulkWords.chosen(chosen.size)}</strong> <span>{bulkWords.own(own.length, chosen.size)}</span>
        {notShown > 0 && <span data-tone="warn">{bulkWords.notShown(notShown)}</span>}
      </p>
      {own.length > 0 && (
        <>
          <fieldset>
            <legend className="visually-hidden">{bulkWords.kinds}</legend>
            {labelSet.kinds.map((kind) => (
              <Button
                key={kind.id}
                variant="quiet"
                hint={bulkWords.relabel(kind.label, own.length)}
                shortcut={kind.key}
                aria-label={bulkWords.relabel(kind.label, own.length)}
                isDisabled={isBarred}
                onPress={() => act.relabel(kind.id)}
              >
                <Swatch kind={kind.id} />
              </Button>
            ))}
          </fieldset>
          <Button isDisabled={isBarred} shortcut="delete" onPress={act.delete}>
            <Trash2 aria-hidden="true" /> {bulkWords.deleteOwn(own.length)}
          </Button>
        </>
      )}
      {others.length > 0 && (
        <>
          <Button isDisabled={!mayJudge} shortcut="accept" onPress={() => act.judge('accept')}>
            <Check aria-hidden="true" /> {bulkWords.accept(others.length)}
          </Button>
          <Button isDisabled={!mayJudge} shortcut="reject" onPress={() => act.judge('reject')}>
            <X aria-hidden="true" /> {bulkWords.reject(others.length)}
          </Button>
        </>
      )}
      {!isAllChosen && (
        <Button variant="quiet" onPress={() => setChosen(focus, new Set(shown.map(({ id }) => id)))}>
          <ListChecks aria-hidden="true" /> {bulkWords.all(shown.length)}
        </Button>
      )}
      <Button variant="quiet" hint={bulkWords.clear} shortcut="leave" aria-label={bulkWords.clear} onPress={act.clear}>
        <X aria-hidden="true" />
      </Button>
    </section>
  )
}
