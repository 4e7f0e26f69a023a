/**
 * The search: in the words of the article, and in the marks with all that is known and said of them. What was found is
 * gone through with Enter; Escape leaves the last hit selected in the text, so that it can be labelled at once.
 */
import type { Annotation } from '@attest/schema/annotation'
import type { Span } from '@attest/schema/span'
import { CaseSensitive, ChevronDown, ChevronUp, WholeWord, X } from 'lucide-react'
import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { evidenceOf } from '../annotations/evidence.ts'
import { foldWords } from '../annotations/filter.ts'
import { MarkRow } from '../annotations/MarkRow.tsx'
import { useShown } from '../annotations/reading-order.ts'
import { useCommand } from '../commands/commands.ts'
import { setDraft } from '../editor/focus.ts'
import { highlight } from '../editor/highlights.ts'
import { bringIntoView, rangeOf, select } from '../editor/places.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useCalmly, useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import styles from './finding.module.css'
import { hitsOf } from './hits.ts'
import { hitFrom, inSlices, makeTextSearch } from './search.ts'
import { findWords } from './wording.ts'

interface Props {
  bench: Workbench
  isShown: (annotation: Annotation) => boolean
}

type Where = 'text' | 'marks'

/** After the last letter, in milliseconds. */
const SEARCH_AFTER_MS = 80

/** So many hits near the window are painted: every change of any highlight costs in proportion to all that there are. */
const MOST_PAINTED = 400

/** So many found marks are listed; there is the list for more. */
const MOST_LISTED = 50

export function FindBar({ bench, isShown }: Props) {
  const { room, focus, commands } = bench
  const [isOpen, setOpen] = useState(false)
  const [asked, setAsked] = useState('')
  const field = useRef<HTMLInputElement>(null)
  useCommand(commands, 'search', {
    run() {
      const draft = focus.draft.get()
      const words = draft ? room.page.text.slice(...draft) : ''
      if (words && words.length <= 80 && !words.includes('\n')) setAsked(words)
      setOpen(true)
      field.current?.focus()
      field.current?.select()
      return true
    },
  })
  return (
    isOpen && (
      <Find
        bench={bench}
        isShown={isShown}
        asked={asked}
        onAsk={setAsked}
        onClose={() => setOpen(false)}
        field={field}
      />
    )
  )
}

interface FindProps extends Props {
  asked: string
  onAsk: (asked: string) => void
  onClose: () => void
  field: React.RefObject<HTMLInputElement | null>
}

function Find({ bench, isShown, asked, onAsk, onClose, field }: FindProps) {
  const { editor, room, focus } = bench
  const { text, blocks } = room.page
  const records = useLive(room.records)
  const selected = useCalmly(focus.selected)
  const bar = useRef<HTMLElement>(null)
  const [where, setWhere] = useState<Where>('text')
  const [isExact, setExact] = useState(false)
  const [isWhole, setWhole] = useState(false)
  const [hits, setHits] = useState<readonly Span[] | null>([])
  const [current, setCurrent] = useState(-1)
  const search = useMemo(() => makeTextSearch(text, blocks), [text, blocks])
  // Where one was: the first hit is the one from here on.
  const [origin] = useState(() => placeOf(bench))
  const hit = hits?.[current]

  const found = useFoundMarks(bench, isShown, asked)
  const foundAt = found.findIndex((one) => one.id === selected)

  useEffect(() => {
    if (asked.trim() === '') {
      setHits([])
      setCurrent(-1)
      return
    }
    const stop = new AbortController()
    const timer = setTimeout(async () => {
      const slow = setTimeout(() => setHits(null), 300)
      const all = await inSlices(search.find(asked, { isExact, isWhole }), stop.signal)
      clearTimeout(slow)
      if (!all || stop.signal.aborted) return
      setHits(all)
      setCurrent(hitFrom(all, origin))
    }, SEARCH_AFTER_MS)
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [search, asked, isExact, isWhole, origin])

  useEffect(() => {
    if (hit && where === 'text') reveal(bench, hit, bar.current)
  }, [bench, hit, where])
  usePaintedHits(bench, where === 'text' ? (hits ?? []) : [], hit)

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is opened
  useLayoutEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [])

  const count = where === 'text' ? (hits?.length ?? 0) : found.length
  const step = (by: 1 | -1) => {
    if (count === 0) return
    if (where === 'text') setCurrent((before) => (before + by + count) % count)
    else {
      const next = found[(foundAt < 0 ? (by === 1 ? 0 : count - 1) : foundAt + by + count) % count]
      if (next) editor.commands.selectAnnotation(next.id)
    }
  }
  const close = () => {
    onClose()
    editor.view.dom.focus({ preventScroll: true })
    if (where !== 'text' || !hit) return
    select(editor.view, blocks, hit[0], hit[1])
    focus.cursor.set(hit[1])
    setDraft(focus, hit)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const isInField = event.target === field.current
    if (event.key === 'Escape') close()
    else if (isInField && event.key === 'Enter') step(event.shiftKey ? -1 : 1)
    else if (isInField && event.key === 'ArrowDown') step(1)
    else if (isInField && event.key === 'ArrowUp') step(-1)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const position = where === 'text' ? current : foundAt
  return (
    <search className={styles['find']} ref={bar} aria-label={findWords.label} onKeyDown={onKeyDown}>
      <div className={styles['findRow']}>
        <input
          ref={field}
          type="text"
          aria-label={findWords.field}
          placeholder={findWords.label}
          value={asked}
          maxLength={500}
          autoComplete="off"
          spellCheck={false}
          enterKeyHint="search"
          onChange={({ target }) => onAsk(target.value)}
        />
        <Button variant="quiet" hint={findWords.close} aria-label={findWords.close} onPress={close}>
          <X aria-hidden="true" />
        </Button>
      </div>
      <div className={styles['findRow']}>
        <fieldset>
          <legend className="visually-hidden">{findWords.where}</legend>
          {(['text', 'marks'] as const).map((one) => (
            <Button key={one} variant="quiet" isPressedState={where === one} onPress={() => setWhere(one)}>
              {findWords[one]}{' '}
              <small>{(one === 'text' ? (hits?.length ?? 0) : found.length).toLocaleString('en')}</small>
            </Button>
          ))}
        </fieldset>
        {where === 'text' && (
          <>
            <Button
              variant="quiet"
              hint={findWords.exact}
              aria-label={findWords.exact}
              isPressedState={isExact}
              onPress={() => setExact(!isExact)}
            >
              <CaseSensitive aria-hidden="true" />
            </Button>
            <Button
              variant="quiet"
              hint={findWords.whole}
              aria-label={findWords.whole}
              isPressedState={isWhole}
              onPress={() => setWhole(!isWhole)}
            >
              <WholeWord aria-hidden="true" />
            </Button>
          </>
        )}
        <span role="status" className={styles['findCount']}>
          {asked.trim() !== '' &&
            (hits === null ? findWords.searching : count === 0 ? findWords.none : findWords.count(position + 1, count))}
        </span>
        <Button
          variant="quiet"
          hint={findWords.previous}
          aria-label={findWords.previous}
          isDisabled={count === 0}
          onPress={() => step(-1)}
        >
          <ChevronUp aria-hidden="true" />
        </Button>
        <Button
          variant="quiet"
          hint={findWords.next}
          aria-label={findWords.next}
          isDisabled={count === 0}
          onPress={() => step(1)}
        >
          <ChevronDown aria-hidden="true" />
        </Button>
      </div>
      {where === 'marks' && found.length > 0 && (
        <ul className={styles['found']} aria-label={findWords.found}>
          {found.slice(0, MOST_LISTED).map((mark) => (
            <li key={mark.id}>
              <MarkRow
                bench={bench}
                annotation={mark}
                author={room.personOf(mark.author)}
                outcome={records.outcomes.get(mark.id) ?? 'open'}
                isSelected={mark.id === selected}
              />
            </li>
          ))}
          {found.length > MOST_LISTED && <li>{findWords.more(found.length - MOST_LISTED)}</li>}
        </ul>
      )}
    </search>
  )
}

/** The shown marks with these words in them or about them, in the order of the text. */
function useFoundMarks({ room }: Workbench, isShown: Props['isShown'], asked: string): readonly Annotation[] {
  const shown = useShown(room, isShown)
  const evidence = useMemo(() => evidenceOf(room), [room])
  const [found, setFound] = useState<readonly Annotation[]>([])
  useEffect(() => {
    const wanted = foldWords(asked.trim())
    if (wanted === '') return setFound([])
    const stop = new AbortController()
    function* steps(): Generator<void, Annotation[]> {
      const list: Annotation[] = []
      for (const mark of shown) {
        if (evidence.wordsOf(mark).some((part) => part.includes(wanted))) list.push(mark)
        yield
      }
      return list
    }
    const timer = setTimeout(async () => {
      const list = await inSlices(steps(), stop.signal)
      if (list && !stop.signal.aborted) setFound(list)
    }, SEARCH_AFTER_MS)
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [shown, evidence, asked])
  return found
}

function usePaintedHits({ editor, room, focus }: Workbench, hits: readonly Span[], current: Span | undefined): void {
  const { view } = editor
  const { blocks } = room.page
  const near = useCalmly(focus.near)
  useEffect(() => {
    const painted: Span[] = []
    for (const index of [...near].sort((a, b) => a - b)) {
      const block = blocks[index]
      if (!block) continue
      const first = hitFrom(hits, block.start)
      for (const hit of first < 0 ? [] : hits.slice(first, first + MOST_PAINTED - painted.length)) {
        if (hit[0] < block.start || hit[1] > block.end) break
        if (hit !== current) painted.push(hit)
      }
    }
    highlight(view, blocks, 'hit', painted)
  }, [view, blocks, near, hits, current])
  useEffect(
    () => highlight(view, blocks, 'current-hit', current && hits.length > 0 ? [current] : []),
    [view, blocks, hits, current],
  )
  const all = hitsOf(focus)
  useEffect(() => all.set(hits), [all, hits])
  useEffect(
    () => () => {
      highlight(view, blocks, 'hit', [])
      highlight(view, blocks, 'current-hit', [])
      all.set([])
    },
    [view, blocks, all],
  )
}

/** Where somebody is in the text: at what is selected, else at the upper edge of the window. */
function placeOf({ editor, room, focus }: Workbench): number {
  const { annotations } = room.records.get()
  const selected = focus.selected.get()
  const at = focus.draft.get()?.[0] ?? (selected ? annotations.get(selected)?.spans[0]?.[0] : undefined)
  if (at !== undefined) return at
  const first = [...focus.near.get()]
    .sort((a, b) => a - b)
    .find((index) => (editor.view.dom.children[index]?.getBoundingClientRect().bottom ?? 0) > 0)
  return room.page.blocks[first ?? 0]?.start ?? 0
}

/** Brings the hit into view, and out from under the bar. */
function reveal({ editor, room }: Workbench, hit: Span, bar: HTMLElement | null): void {
  const { view } = editor
  const { blocks } = room.page
  bringIntoView(view, blocks, hit)
  requestAnimationFrame(() => {
    if (view.isDestroyed || !bar) return
    const [place, cover] = [rangeOf(view, blocks, hit).getBoundingClientRect(), bar.getBoundingClientRect()]
    const isUnder =
      place.top < cover.bottom && place.bottom > cover.top && place.left < cover.right && place.right > cover.left
    if (isUnder) window.scrollBy({ top: place.top - window.innerHeight / 2, behavior: 'instant' })
  })
}
