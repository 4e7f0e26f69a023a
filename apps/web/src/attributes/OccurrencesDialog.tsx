/** Marks every place where the same words stand, after a look at all of them; one act, and one step back. */
import type { Annotation } from '@attest/schema/annotation'
import { foreignTerm } from '@attest/schema/labelset'
import { occurrencesOf } from '@attest/schema/occurrences'
import { quotesOf, type Span } from '@attest/schema/span'
import { Square, SquareCheck } from 'lucide-react'
import { useDeferredValue, useMemo, useState } from 'react'
import {
  Checkbox,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  ListLayout,
  type Selection,
  TextField,
  Virtualizer,
} from 'react-aria-components'
import { useCommand } from '../commands/commands.ts'
import { speak } from '../editor/focus.ts'
import { refusalText } from '../editor/wording.ts'
import type { Workbench } from '../editor/workbench.ts'
import type { RecordChange } from '../live/article-room.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { tell } from '../ui/notices.ts'
import { Swatch } from '../ui/Swatch.tsx'
import styles from './choosing.module.css'
import { rowHeight } from './row-height.ts'
import { occurrenceWords as words } from './wording.ts'

/** An act is one message to the server, which takes no more than a megabyte in one; this leaves room for the rest. */
const MOST_BYTES = 400_000
const MOST_AT_ONCE = 1000

interface Start {
  quote: string
  kind: string
  /** What the selected mark says of itself, which the others may take over. */
  mark: Annotation | null
}

export function OccurrencesDialog({ bench }: { bench: Workbench }) {
  const { room, commands } = bench
  const [start, setStart] = useState<Start | null>(null)
  const isBarred = useLive(room.barred) !== null
  useCommand(commands, 'occurrences', {
    isPossible: () => !isBarred,
    run() {
      if (!isBarred) setStart(startOf(bench))
      return !isBarred
    },
  })
  return (
    <Dialog title={words.title} isOpen={start !== null} onOpenChange={(isOpen) => isOpen || setStart(null)}>
      {(close) => start && <Finding bench={bench} start={start} onDone={close} />}
    </Dialog>
  )
}

function startOf({ room, focus }: Workbench): Start {
  const { text, labelSet } = room.page
  const draft = focus.draft.get()
  const mark = room.records.get().annotations.get(focus.selected.get() ?? '') ?? null
  const usual = focus.lock.get()?.kind ?? labelSet.kinds[0]?.id ?? ''
  if (draft || !mark) return { quote: draft ? text.slice(...draft) : '', kind: usual, mark: null }
  const isKnown = labelSet.kinds.some((kind) => kind.id === mark.kind)
  return { quote: quotesOf(text, mark.spans)[0] ?? '', kind: isKnown ? mark.kind : usual, mark }
}

interface FindingProps {
  bench: Workbench
  start: Start
  onDone: () => void
}

function Finding({ bench, start, onDone }: FindingProps) {
  const { room, focus } = bench
  const { text } = room.page
  const { labelSet } = useLive(room.article)
  const { annotations } = useLive(room.records)
  const [quote, setQuote] = useState(() => start.quote.replaceAll(/\s+/g, ' '))
  const [isWholeWords, setWholeWords] = useState(true)
  // Who writes capitals means them: “US” is not “us”.
  const [isSameCase, setSameCase] = useState(() => start.quote !== start.quote.toLowerCase())
  const [kind, setKind] = useState(start.kind)
  const [isFilledIn, setFilledIn] = useState(false)
  /** Places are known by where they begin; all are to be marked but those that were taken out. */
  const [out, setOut] = useState<ReadonlySet<number>>(new Set())

  const wanted = useDeferredValue(quote)
  const places = useMemo(
    () => occurrencesOf(wanted, text, { isWholeWords, isSameCase }),
    [wanted, text, isWholeWords, isSameCase],
  )
  const done = useMemo(() => marksOfMine(annotations.values(), room.me.id, kind), [annotations, room, kind])
  const rows = useMemo(
    () => places.map((span) => ({ id: span[0], span, isDone: done.has(String(span)) })),
    [places, done],
  )
  const open = rows.filter((row) => !row.isDone)
  const chosen = open.filter((row) => !out.has(row.id))
  const attributes =
    start.mark && start.mark.kind === kind && !foreignTerm(start.mark, labelSet) ? start.mark.attributes : {}
  const hasAttributes = Object.keys(attributes).length > 0
  const taken = isFilledIn && hasAttributes ? attributes : {}
  const most = Math.min(MOST_AT_ONCE, Math.floor(MOST_BYTES / (300 + 3 * JSON.stringify(taken).length)))
  const now = chosen.slice(0, most)

  const mark = () => {
    const answer = room.act(
      now.map(
        ({ span }): RecordChange => ({
          root: 'annotations',
          put: { kind, spans: [[span[0], span[1]]], attributes: { ...taken } },
        }),
      ),
    )
    if (!answer.ok) {
      tell(refusalText(answer.reason), { tone: 'problem' })
      return
    }
    const text = words.marked(now.length)
    const takeBack = () => {
      const back = room.act(answer.ids.map((id): RecordChange => ({ root: 'annotations', remove: id })))
      if (!back.ok) tell(refusalText(back.reason), { tone: 'problem' })
    }
    tell(text, { action: { label: words.undo, run: takeBack } })
    speak(focus, text)
    focus.draft.set(null)
    onDone()
  }

  const choose = (keys: Selection) => {
    const kept = keys === 'all' ? new Set(open.map((row) => row.id)) : keys
    setOut(new Set(open.filter((row) => !kept.has(row.id)).map((row) => row.id)))
  }

  return (
    <div className={styles['choosing']}>
      <TextField
        className={styles['search'] ?? ''}
        value={quote}
        onChange={(next) => {
          setQuote(next)
          setOut(new Set())
        }}
        autoFocus
      >
        <Label>{words.these}</Label>
        <Input dir="auto" maxLength={2000} />
      </TextField>
      <div className={styles['options']}>
        <Option label={words.wholeWords} isOn={isWholeWords} onChange={setWholeWords} />
        <Option label={words.sameCase} isOn={isSameCase} onChange={setSameCase} />
        {hasAttributes && <Option label={words.sameAttributes} isOn={isFilledIn} onChange={setFilledIn} />}
      </div>
      <div className={styles['count']}>
        <p role="status">{words.count(places.length, chosen.length)}</p>
        {open.length > 1 && (
          <Button variant="quiet" onPress={() => choose(chosen.length === 0 ? 'all' : new Set())}>
            {chosen.length === 0 ? words.all : words.none}
          </Button>
        )}
      </div>
      <Virtualizer layout={ListLayout} layoutOptions={{ rowSize: rowHeight() }}>
        <ListBox
          className={styles['rows'] ?? ''}
          aria-label={words.places}
          items={rows}
          dependencies={[chosen.length, done]}
          selectionMode="multiple"
          escapeKeyBehavior="none"
          selectedKeys={chosen.map((row) => row.id)}
          disabledKeys={rows.filter((row) => row.isDone).map((row) => row.id)}
          onSelectionChange={choose}
          renderEmptyState={() => <p className={styles['empty']}>{quote.trim() ? words.noPlace : words.noWords}</p>}
        >
          {({ id, span, isDone }) => (
            <ListBoxItem id={id} textValue={around(text, span).join('')} className={styles['row'] ?? ''}>
              {({ isSelected }) => <Place text={text} span={span} isDone={isDone} isChosen={isSelected} />}
            </ListBoxItem>
          )}
        </ListBox>
      </Virtualizer>
      <fieldset className={styles['kindChoice']}>
        <legend>{words.kind}</legend>
        {labelSet.kinds.map((one) => (
          <label key={one.id}>
            <input type="radio" name="kind" checked={one.id === kind} onChange={() => setKind(one.id)} />
            <Swatch kind={one.id} />
            {one.label}
          </label>
        ))}
      </fieldset>
      <div className={styles['foot']}>
        {now.length < chosen.length && <p>{words.most(now.length)}</p>}
        <Button variant="primary" isDisabled={now.length === 0} onPress={mark}>
          {words.mark(now.length)}
        </Button>
      </div>
    </div>
  )
}

function Option({ label, isOn, onChange }: { label: string; isOn: boolean; onChange: (isOn: boolean) => void }) {
  return (
    <Checkbox className={styles['option'] ?? ''} isSelected={isOn} onChange={onChange}>
      {isOn ? <SquareCheck aria-hidden="true" /> : <Square aria-hidden="true" />}
      {label}
    </Checkbox>
  )
}

function Place({ text, span, isDone, isChosen }: { text: string; span: Span; isDone: boolean; isChosen: boolean }) {
  const [before, inside, after] = around(text, span)
  return (
    <>
      {isChosen ? <SquareCheck aria-hidden="true" /> : <Square aria-hidden="true" />}
      <span dir="auto">
        {before}
        <strong>{inside}</strong>
        {after}
        {isDone && <em> · {words.already}</em>}
      </span>
    </>
  )
}

const BEFORE = 26
const AFTER = 90

/** A place with some of what stands before and after it on its line. */
function around(text: string, [start, end]: Span): [before: string, inside: string, after: string] {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const lineEnd = text.indexOf('\n', end)
  // From a whole word on, where there is one.
  const blank = text.indexOf(' ', Math.max(lineStart, start - BEFORE)) + 1
  const from = start - BEFORE <= lineStart ? lineStart : blank > 0 && blank < start ? blank : start - BEFORE
  const to = Math.min(lineEnd < 0 ? text.length : lineEnd, end + AFTER)
  const before = text.slice(from, start).toWellFormed()
  return [from > lineStart ? `…${before}` : before, text.slice(start, end), text.slice(end, to).toWellFormed()]
}

function marksOfMine(annotations: Iterable<Annotation>, me: string, kind: string): Set<string> {
  const found = new Set<string>()
  for (const one of annotations)
    if (one.author === me && one.kind === kind && one.spans.length === 1) found.add(String(one.spans[0]))
  return found
}
