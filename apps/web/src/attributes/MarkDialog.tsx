/**
 * Marking without selecting anything in the text: a sentence from the list, its first and last word, a kind. For screen
 * readers that keep single keys to themselves and for whoever cannot drag; nothing in it needs more than a form does.
 */
import { sentenceIndexAt, sentencesIn, wordsIn } from '@attest/schema/reading'
import type { Span } from '@attest/schema/span'
import { ListEnd, ListStart } from 'lucide-react'
import { useId, useMemo, useRef, useState } from 'react'
import { Input, Label, ListBox, ListBoxItem, ListLayout, TextField, Virtualizer } from 'react-aria-components'
import { useCommand } from '../commands/commands.ts'
import { bringIntoView } from '../editor/places.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Swatch } from '../ui/Swatch.tsx'
import styles from './choosing.module.css'
import { rowHeight } from './row-height.ts'
import { dialogWords as words } from './wording.ts'

export function MarkDialog({ bench }: { bench: Workbench }) {
  const { room, commands } = bench
  const [isOpen, setIsOpen] = useState(false)
  const isBarred = useLive(room.barred) !== null
  useCommand(commands, 'markDialog', {
    isPossible: () => !isBarred,
    run() {
      setIsOpen(!isBarred)
      return !isBarred
    },
  })
  return (
    <Dialog title={words.title} isOpen={isOpen} onOpenChange={setIsOpen}>
      {(close) => <Choosing bench={bench} onDone={close} />}
    </Dialog>
  )
}

/** Sentences from `first` up to `last`, and the words from `from` up to `to` of them. */
interface Chosen {
  first: number
  last: number
  from: number
  to: number
  /** What was selected in the text, until another word is chosen: it may begin or end within one. */
  exact?: Span
}

function Choosing({ bench, onDone }: { bench: Workbench; onDone: () => void }) {
  const { editor, room, focus } = bench
  const { text, language } = room.page
  const { labelSet } = useLive(room.article)
  const [sentences] = useState(() => sentencesIn(text))
  const [chosen, setChosen] = useState(() => choiceAt(text, sentences, whereOne(bench)))
  const [search, setSearch] = useState('')
  const first = useRef<HTMLSelectElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const ids = useId()

  // Not a letter later: the arrow after the last one goes to what was looked for. Folded once for that, and each row
  // stays the same object, which the list knows again.
  const everyRow = useMemo(
    () =>
      sentences.map((span, id) => {
        const quote = text.slice(...span)
        return { id, quote, folded: folded(quote, language) }
      }),
    [sentences, text, language],
  )
  const needle = folded(search.trim(), language)
  const rows = useMemo(() => everyRow.filter((row) => row.folded.includes(needle)), [everyRow, needle])

  const whole = spanFrom(sentences, chosen)
  const tokens = useMemo(() => wordsIn(text, [whole[0], whole[1]]), [text, whole[0], whole[1]])
  const names = useMemo(() => named(tokens.map((token) => text.slice(...token))), [tokens, text])
  // By default all of it, with what stands between its words and its ends.
  const ofWords: Span = [
    chosen.from === 0 ? whole[0] : (tokens[chosen.from]?.[0] ?? whole[0]),
    chosen.to >= tokens.length - 1 ? whole[1] : (tokens[chosen.to]?.[1] ?? whole[1]),
  ]
  const [start, end] = chosen.exact ?? ofWords
  const choose = (other: Partial<Chosen>) => {
    const { exact, ...rest } = chosen
    setChosen({ ...rest, ...other })
  }
  const to = Math.min(chosen.to, tokens.length - 1)

  const mark = (kind: string) => {
    if (!editor.commands.annotate(kind, [start, end])) return
    focus.cursor.set(end)
    bringIntoView(editor.view, room.page.blocks, [start, end])
    onDone()
  }

  if (sentences.length === 0) return <p>{words.noText}</p>
  return (
    <div className={styles['choosing']}>
      <TextField className={styles['search'] ?? ''} value={search} onChange={setSearch}>
        <Label>{words.search}</Label>
        <Input
          type="search"
          onKeyDown={(event) => {
            if (event.key !== 'ArrowDown' || event.nativeEvent.isComposing) return
            event.preventDefault()
            list.current?.focus()
          }}
        />
      </TextField>
      <Virtualizer layout={ListLayout} layoutOptions={{ rowSize: rowHeight() }}>
        <ListBox
          ref={list}
          className={styles['rows'] ?? ''}
          aria-label={words.sentences(rows.length)}
          // The dialog is about the text where one is: nobody has to look for it again.
          autoFocus
          items={rows}
          selectionMode="single"
          selectionBehavior="replace"
          disallowEmptySelection
          selectedKeys={[chosen.first]}
          onSelectionChange={(keys) => {
            const [key] = keys
            if (typeof key === 'number' && key !== chosen.first) setChosen(all(key))
          }}
          onAction={() => first.current?.focus()}
          renderEmptyState={() => <p className={styles['empty']}>{words.noneFound}</p>}
        >
          {({ id, quote }) => (
            <ListBoxItem id={id} textValue={quote} className={styles['row'] ?? ''}>
              <span dir="auto">{quote}</span>
            </ListBoxItem>
          )}
        </ListBox>
      </Virtualizer>
      <div className={styles['words']}>
        <WordSelect
          ref={first}
          label={words.firstWord}
          value={chosen.from}
          names={names}
          from={0}
          onChange={(from) => choose({ from, to: Math.max(from, to) })}
        />
        <WordSelect
          label={words.lastWord}
          value={to}
          names={names}
          from={chosen.from}
          onChange={(last) => choose({ to: last === tokens.length - 1 ? ALL : last })}
        />
        {chosen.last < sentences.length - 1 && (
          <Button variant="quiet" onPress={() => choose({ last: chosen.last + 1, to: ALL })}>
            <ListEnd aria-hidden="true" />
            {words.further}
          </Button>
        )}
        {chosen.last > chosen.first && (
          <Button variant="quiet" onPress={() => setChosen(all(chosen.first))}>
            <ListStart aria-hidden="true" />
            {words.onlyFirst}
          </Button>
        )}
      </div>
      <p className={styles['preview']} id={`${ids}-words`}>
        <span className="visually-hidden">{words.chosen}: </span>
        <span className={styles['previewText']} dir="auto">
          <span className={styles['rest']} aria-hidden="true">
            {tail(text.slice(whole[0], start))}
          </span>
          <strong>{text.slice(start, end)}</strong>
          <span className={styles['rest']} aria-hidden="true">
            {head(text.slice(end, whole[1]))}
          </span>
        </span>
      </p>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields */}
      <div className={styles['kinds']} role="group" aria-label={words.markAs}>
        {labelSet.kinds.map((kind) => (
          <Button key={kind.id} aria-describedby={`${ids}-words`} onPress={() => mark(kind.id)}>
            <Swatch kind={kind.id} />
            {kind.label}
          </Button>
        ))}
      </div>
    </div>
  )
}

function folded(text: string, language: string | null): string {
  return text.toLocaleLowerCase(language || undefined)
}

interface WordSelectProps {
  ref?: React.Ref<HTMLSelectElement>
  label: string
  value: number
  names: readonly string[]
  /** The first word that is offered. */
  from: number
  onChange: (index: number) => void
}

/** The browser's own list: it is what screen readers, phones and switches know best. */
function WordSelect({ ref, label, value, names, from, onChange }: WordSelectProps) {
  return (
    <label>
      {label}
      <select ref={ref} value={value} onChange={(event) => onChange(Number(event.target.value))}>
        {[...names.entries()].slice(from).map(([index, name]) => (
          <option key={index} value={index}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}

/** The last word, however many there are. */
const ALL = Number.MAX_SAFE_INTEGER

function all(sentence: number): Chosen {
  return { first: sentence, last: sentence, from: 0, to: ALL }
}

/** Where one is in the text: at what is selected, else at the cursor, else at the selected mark, else at the top. */
function whereOne({ room, focus }: Workbench): Span {
  const at = focus.draft.get()
  if (at) return at
  const mark = room.records.get().annotations.get(focus.selected.get() ?? '')
  const cursor = focus.cursor.get() ?? mark?.spans[0]?.[0] ?? 0
  return [cursor, cursor]
}

/** The sentences that a span lies in; with a span of some length, its words. */
function choiceAt(text: string, sentences: readonly Span[], [start, end]: Span): Chosen {
  const first = Math.max(0, sentenceIndexAt(text, sentences, start))
  if (start === end) return all(first)
  const beyond = sentences.findIndex((one) => one[0] >= end)
  const last = Math.max(first, (beyond < 0 ? sentences.length : beyond) - 1)
  const tokens = wordsIn(text, spanFrom(sentences, { first, last }))
  const from = Math.max(
    0,
    tokens.findIndex((token) => token[1] > start),
  )
  const after = tokens.findIndex((token) => token[0] >= end)
  return { first, last, from, to: after < 0 ? ALL : Math.max(from, after - 1), exact: [start, end] }
}

function spanFrom(sentences: readonly Span[], { first, last }: Pick<Chosen, 'first' | 'last'>): Span {
  return [sentences[first]?.[0] ?? 0, sentences[last]?.[1] ?? 0]
}

/** Words as they stand, so that typing finds them; one that comes again is told apart by a figure after it. */
function named(tokens: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return tokens.map((token) => {
    const count = (seen.get(token) ?? 0) + 1
    seen.set(token, count)
    return count === 1 ? token : words.again(token, count)
  })
}

const CONTEXT = 300

function tail(before: string): string {
  return before.length > CONTEXT ? `…${before.slice(-CONTEXT).toWellFormed()}` : before
}

function head(after: string): string {
  return after.length > CONTEXT ? `${after.slice(0, CONTEXT).toWellFormed()}…` : after
}
