/**
 * The suggestions of an article, one after the other: asked for, shown from a threshold on, accepted, corrected or
 * rejected by key, or accepted together after a look at them.
 */
import type { Annotation } from '@attest/schema/annotation'
import type { Prediction } from '@attest/schema/suggestion-api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Check, Pencil, Trash2, Undo2, X } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react'
import { kindLabel, kindStyle, shortQuote } from '../annotations/describe.ts'
import marks from '../annotations/marks.module.css'
import { chordOf } from '../commands/chords.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useCalmly, useLive } from '../live/use-live.ts'
import { actTold, MOST_IN_ACT } from '../review/judge.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { tell } from '../ui/notices.ts'
import { Swatch } from '../ui/Swatch.tsx'
import { Shortcuts } from '../ui/shortcuts.ts'
import { AskForm } from './AskForm.tsx'
import { accept, accepting, correct, nextOpen, noteTaken, reject, reopen, takesOver } from './answer.ts'
import { removeSuggestions, suggestionsQuery } from './api.ts'
import { changeKept } from './kept.ts'
import { SuggestionList } from './SuggestionList.tsx'
import styles from './suggest.module.css'
import { isSure, useSuggestions } from './use-suggestions.ts'
import { panelWords as words } from './wording.ts'

interface Props {
  bench: Workbench
  /** Called after a mark was gone to. */
  onPick: () => void
  onClose: () => void
  /** The card of the mark that is being corrected. */
  children?: ReactNode
}

/** Nobody reads more in a dialog; all of them are in the panel. */
const MOST_SEEN = 200

export function SuggestPanel({ bench, onPick, onClose, children }: Props) {
  const { room, focus, editor } = bench
  const { all, standing, scores, predictions, kept } = useSuggestions(room)
  const isBarred = useLive(room.barred) !== null
  const selected = useCalmly(focus.selected)
  const isCorrecting = useLive(focus.correcting) !== null
  const { project } = useLive(room.article)
  const [isWithDone, setIsWithDone] = useState(false)
  const [isAccepting, setIsAccepting] = useState(false)
  const heading = useRef<HTMLHeadingElement>(null)
  const body = useRef<HTMLDivElement>(null)
  // The keys work at once where there is something to answer.
  useEffect(() => {
    const list = body.current?.querySelector<HTMLElement>('[role="listbox"]')
    ;(list ?? heading.current)?.focus({ preventScroll: true })
  }, [])
  const sure = useMemo(() => all.filter(({ id }) => isSure(scores, kept, id)), [all, scores, kept])
  const open = useMemo(() => sure.filter(({ id }) => standing.get(id) === 'open'), [sure, standing])
  const shown = isWithDone ? sure : open
  const active = shown.find(({ id }) => id === selected)
  const mayAnswer = !isBarred && project.role !== 'viewer'
  const findKey = useContext(Shortcuts)
  const keyOf = (action: string) => (mayAnswer ? findKey(action) : null)
  const keys = { accept: keyOf('accept'), reject: keyOf('reject'), correct: keyOf('edit') }

  const pick = (id: string) => editor.commands.selectAnnotation(id)
  const goOn = (from: Annotation) => {
    const next = nextOpen(room, from, open)
    if (next && next.id !== from.id) pick(next.id)
    else focus.selected.set(null)
  }
  const answer = (one: Annotation, how: 'accept' | 'reject' | 'correct') => {
    if (!mayAnswer) return
    if (how === 'correct') {
      // Elsewhere than in the panel the card of the mark is beside the text.
      if (!takesOver(room)) return correct(bench, one)
      onClose()
      correct(bench, one)
      return tell(words.correcting, { action: { label: words.back, run: () => focus.panel.set('suggestions') } })
    }
    const isDone = how === 'accept' ? accept(bench, one) !== null : reject(bench, one)
    if (isDone) goOn(one)
  }
  const leave = () => {
    onClose()
    editor.view.dom.focus({ preventScroll: true })
  }
  const onKey = (event: KeyboardEvent) => {
    const chord = chordOf(event.nativeEvent)
    const how = (['accept', 'reject', 'correct'] as const).find((one) => keys[one] === chord)
    const [first] = open
    if (!how || (!active && !first)) return
    event.preventDefault()
    event.stopPropagation()
    // A key that is held must not answer one after the other.
    if (event.repeat) return
    // Nobody answers what they have not seen.
    if (active) answer(active, how)
    else if (first) pick(first.id)
  }
  return (
    <section
      className={`${marks['list']} ${styles['panel']}`}
      aria-label={words.title}
      data-testid="suggestions"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return
        if (isCorrecting) focus.correcting.set(null)
        else leave()
      }}
    >
      <header>
        <h2 ref={heading} tabIndex={-1}>
          {words.title} {all.length > 0 && <small>{(mayAnswer ? words.left : words.open)(open.length)}</small>}
        </h2>
        <Button variant="quiet" aria-label={words.close} shortcut="leave" hint={words.close} onPress={leave}>
          <X aria-hidden="true" />
        </Button>
      </header>
      <div className={styles['head']}>
        <AskForm bench={bench} />
        {all.length > 0 && (
          <>
            <label className={styles['threshold']}>
              {words.threshold}
              <span className={styles['sure']}>
                <input
                  type="range"
                  min={0}
                  max={1}
                  step={0.01}
                  value={kept.threshold}
                  onChange={(event) => changeKept(room.me.id, room.page.id, { threshold: event.target.valueAsNumber })}
                />
                <output>{words.sure(kept.threshold)}</output>
              </span>
            </label>
            {sure.length < all.length && <p className={styles['soft']}>{words.below(all.length - sure.length)}</p>}
            <div className={styles['acts']}>
              {open.length > 0 && mayAnswer && (
                <Button onPress={() => setIsAccepting(true)}>
                  <Check aria-hidden="true" /> {words.acceptAll(open.length)}
                </Button>
              )}
              <label className={styles['option']} title={words.withDoneHint}>
                <input type="checkbox" checked={isWithDone} onChange={(event) => setIsWithDone(event.target.checked)} />
                {words.withDone}
              </label>
            </div>
          </>
        )}
      </div>
      <div className={styles['body']} ref={body} onKeyDownCapture={onKey}>
        {shown.length === 0 ? (
          <p className={styles['none']}>{all.length === 0 ? words.none : words.noneOpen}</p>
        ) : (
          <>
            <p id="suggestion-keys" className={styles['soft']}>
              {mayAnswer && takesOver(room) && `${words.takeOver} `}
              <span className={styles['keys']}>{words.keys(keys)}</span>
            </p>
            <SuggestionList
              room={room}
              shown={shown}
              active={active?.id ?? null}
              standing={standing}
              scores={scores}
              describedBy="suggestion-keys"
              onActive={pick}
              onPick={() => {
                onPick()
                editor.view.dom.focus({ preventScroll: true })
              }}
            />
          </>
        )}
        {active && mayAnswer && (
          <div className={styles['foot']}>
            {standing.get(active.id) === 'open' ? (
              <>
                <Button variant="good" shortcut="accept" onPress={() => answer(active, 'accept')}>
                  <Check aria-hidden="true" /> {words.accept}
                </Button>
                <Button onPress={() => answer(active, 'correct')}>
                  <Pencil aria-hidden="true" /> {words.correct}
                </Button>
                <Button variant="bad" shortcut="reject" onPress={() => answer(active, 'reject')}>
                  <X aria-hidden="true" /> {words.reject}
                </Button>
              </>
            ) : (
              standing.get(active.id) !== 'taken' && (
                <Button onPress={() => reopen(bench, active)}>
                  <Undo2 aria-hidden="true" /> {words.reopen}
                </Button>
              )
            )}
          </div>
        )}
      </div>
      {predictions.length > 0 && <Predictions bench={bench} predictions={predictions} all={all} />}
      {isCorrecting && <div className={marks['open']}>{children}</div>}
      <Dialog title={words.acceptAllTitle(open.length)} isOpen={isAccepting} onOpenChange={setIsAccepting}>
        {(close) => <AcceptAll bench={bench} open={open} threshold={kept.threshold} onDone={close} />}
      </Dialog>
    </section>
  )
}

interface AcceptAllProps {
  bench: Workbench
  open: readonly Annotation[]
  threshold: number
  onDone: () => void
}

/** A look at all of them, and then one act, so one step of undo. */
function AcceptAll({ bench, open, threshold, onDone }: AcceptAllProps) {
  const { room } = bench
  const now = open.slice(0, MOST_IN_ACT)
  return (
    <div className={styles['preview']}>
      <p>{words.acceptAllNote(threshold)}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with keys */}
      <ul className={styles['plain']} tabIndex={0} aria-label={words.list}>
        {now.slice(0, MOST_SEEN).map((one) => (
          <li key={one.id}>
            <Swatch kind={kindStyle(room, one)} />
            <span dir="auto" className={styles['grow']}>
              {shortQuote(room, one, 100)}
            </span>
            <small>{kindLabel(room, one)}</small>
          </li>
        ))}
      </ul>
      {now.length > MOST_SEEN && <p>{words.andMore(now.length - MOST_SEEN)}</p>}
      {now.length < open.length && <p>{words.most(now.length)}</p>}
      <Button
        variant="primary"
        isDisabled={now.length === 0}
        onPress={() => {
          const { changes, became } = accepting(room, now)
          if (!actTold(bench, changes, words.acceptedMany(now.length))) return
          noteTaken(room, became)
          bench.focus.selected.set(null)
          onDone()
        }}
      >
        {words.acceptThese(now.length)}
      </Button>
    </div>
  )
}

interface PredictionsProps {
  bench: Workbench
  predictions: readonly Prediction[]
  all: readonly Annotation[]
}

function Predictions({ bench: { room }, predictions, all }: PredictionsProps) {
  const queries = useQueryClient()
  const isBarred = useLive(room.barred) !== null
  const people = useLive(room.people)
  // Whoever may not ask cannot ask again, and so removes nothing.
  const mayRemove = useQuery(suggestionsQuery(room.page.id)).data?.refusal === null
  const [asked, setAsked] = useState<Prediction | null>(null)
  const article = room.page.id
  const isOwner = room.page.project.memberRole === 'owner'
  // Nobody but an owner can bring those in again.
  const isOfFile = ({ source }: Prediction) => (people.get(source)?.source?.file ?? null) !== null
  const countOf = ({ source }: Prediction) => all.filter(({ author }) => author === source).length
  const removing = useMutation({
    mutationFn: ({ source }: Prediction) => removeSuggestions(article, source),
    onSuccess: (_, { title }) => tell(words.removed(title)),
    onError: (error) => tell(error.message, { tone: 'problem' }),
    onSettled: () => queries.invalidateQueries({ queryKey: suggestionsQuery(article).queryKey }),
  })
  return (
    <div className={styles['models']}>
      <h3>{words.by}</h3>
      <ul className={styles['plain']}>
        {predictions.map((one) => (
          <li key={one.source}>
            <span className={styles['grow']}>
              <strong>{one.title}</strong> <small>{countOf(one).toLocaleString('en')}</small>
            </span>
            {mayRemove && (isOwner || !isOfFile(one)) && (
              <Button
                variant="quiet"
                aria-label={words.removeOf(one.title)}
                hint={words.removeOf(one.title)}
                isDisabled={removing.isPending || isBarred}
                onPress={() => setAsked(one)}
              >
                <Trash2 aria-hidden="true" />
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Dialog
        title={asked ? words.removeTitle(asked.title) : ''}
        isOpen={asked !== null}
        onOpenChange={(isOpen) => isOpen || setAsked(null)}
      >
        {(close) =>
          asked && (
            <div className={styles['preview']}>
              <p>{words.removeNote(countOf(asked))}</p>
              <div className={styles['acts']}>
                <Button
                  variant="bad"
                  onPress={() => {
                    removing.mutate(asked)
                    close()
                  }}
                >
                  {words.remove}
                </Button>
                <Button onPress={close}>{words.keep}</Button>
              </div>
            </div>
          )
        }
      </Dialog>
    </div>
  )
}
