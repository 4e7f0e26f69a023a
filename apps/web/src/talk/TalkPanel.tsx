/**
 * All that is said in the article, newest thread first. What is shown stays for as long as one looks at it the same way:
 * a thread that is resolved or looked at meanwhile does not go from under one's hands.
 */
import { remarksOf, type Thread } from '@attest/schema/thread'
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { CheckCheck, X } from 'lucide-react'
import { memo, useEffect, useMemo, useRef, useState } from 'react'
import { kindLabel, kindStyle, shortQuote } from '../annotations/describe.ts'
import marks from '../annotations/marks.module.css'
import type { Workbench } from '../editor/workbench.ts'
import type { LiveRecords } from '../live/live-records.ts'
import { useCalmly, useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { Swatch } from '../ui/Swatch.tsx'
import { Drafts } from './Drafts.tsx'
import { NewThread } from './NewThread.tsx'
import { type News, seenAs } from './news.ts'
import { newPlace } from './places.ts'
import { markOf, type Subject, subjectOf, subjectText } from './subject.ts'
import { ThreadView } from './ThreadView.tsx'
import styles from './talk.module.css'
import { useNews } from './use-talk.ts'
import { threadCount, words } from './wording.ts'

/** Asked for, the panel takes the focus when it is there. */
export const panelPlace = 'panel'

interface Props {
  bench: Workbench
  /** Called after a mark was gone to. */
  onPick: () => void
  onClose: () => void
}

const views = ['open', 'news', 'mentions', 'resolved', 'all'] as const
type View = (typeof views)[number]

const viewWords: Record<View, string> = {
  open: words.open,
  news: words.forMe,
  mentions: words.mentions,
  resolved: words.resolved,
  all: words.all,
}

const emptyWords: Record<View, string> = {
  open: words.noneOpen,
  news: words.noNews,
  mentions: words.noMentions,
  resolved: words.noneResolved,
  all: words.noTalk,
}

export function TalkPanel({ bench, onPick, onClose }: Props) {
  const { editor, room, focus } = bench
  const records = useLive(room.records)
  const selected = useCalmly(focus.selected)
  const isAsked = useLive(focus.asked) === panelPlace
  useLive(room.people)
  const { threads } = records
  const news = useNews(bench, records)
  const [view, setView] = useState<View>(() => (news.remarks.size > 0 ? 'news' : 'open'))
  const [person, setPerson] = useState('')
  const [search, setSearch] = useState('')
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (!isAsked) return
    focus.asked.set(null)
    heading.current?.focus()
  }, [isAsked, focus])

  const fits = useMemo(() => {
    const tests: Record<View, (thread: Thread) => boolean> = {
      open: (thread) => !thread.isResolved,
      news: (thread) => news.threads.has(thread.id),
      mentions: (thread) => remarksOf(thread).some(({ mentions }) => mentions?.includes(room.me.id)),
      resolved: (thread) => thread.isResolved,
      all: () => true,
    }
    return tests
  }, [news, room])
  const counts = useMemo(
    () => Object.fromEntries(views.map((one) => [one, threads.all.filter(fits[one]).length])),
    [threads, fits],
  )
  const authors = useMemo(() => {
    const all = new Set(threads.all.flatMap((thread) => remarksOf(thread).map(({ author }) => author)))
    return [...all].sort((a, b) => room.nameOf(a).localeCompare(room.nameOf(b), 'en'))
  }, [threads, room])

  // What was shown in this way of looking stays shown.
  const way = `${view}/${person}/${search}`
  const stays = useRef({ way, ids: new Set<string>() })
  if (stays.current.way !== way) stays.current = { way, ids: new Set() }
  const shown = useMemo(() => {
    const wanted = search.trim().toLowerCase()
    const isFound = (thread: Thread) =>
      remarksOf(thread).some(
        ({ body, author }) => body.toLowerCase().includes(wanted) || room.nameOf(author).toLowerCase().includes(wanted),
      ) || subjectText(room, subjectOf(room.records.get(), thread.on)).toLowerCase().includes(wanted)
    const isOfPerson = (thread: Thread) => person === '' || remarksOf(thread).some(({ author }) => author === person)
    const isShown = (thread: Thread) =>
      stays.current.ids.has(thread.id) ||
      (fits[view](thread) && isOfPerson(thread) && (wanted === '' || isFound(thread)))
    return threads.all.filter(isShown).reverse()
  }, [threads, fits, view, person, search, room])
  for (const { id } of shown) stays.current.ids.add(id)

  const readAll = () => {
    const before = focus.seen.get()
    const all = threads.all.flatMap((thread) =>
      remarksOf(thread)
        .filter(({ id }) => news.remarks.has(id))
        .map((remark) => seenAs(remark, room.me.id)),
    )
    focus.seen.set(new Set([...before, ...all]))
  }
  const leave = () => {
    onClose()
    editor.view.dom.focus({ preventScroll: true })
  }
  const target = selected !== null && records.annotations.has(selected) ? selected : 'article'
  return (
    <section
      className={`${marks['list']} ${styles['panel']}`}
      aria-label={words.talk}
      data-testid="talk"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) leave()
      }}
    >
      <header>
        <h2 ref={heading} tabIndex={-1} className={styles['heading']}>
          {words.talk} <small>{threadCount(threads.all.length)}</small>
        </h2>
        {news.remarks.size > 0 && (
          <Button variant="quiet" hint={words.markAllRead} aria-label={words.markAllRead} onPress={readAll}>
            <CheckCheck aria-hidden="true" />
          </Button>
        )}
        <Button variant="quiet" aria-label={words.closePanel} onPress={leave}>
          <X aria-hidden="true" />
        </Button>
      </header>
      {/* biome-ignore lint/a11y/useSemanticElements: there is no element for it in all browsers */}
      <div role="search" aria-label={words.talk} className={styles['filters']}>
        <fieldset>
          <legend className="visually-hidden">{words.talk}</legend>
          {views.map((one) => (
            <Button key={one} isPressedState={view === one} onPress={() => setView(one)}>
              {viewWords[one]} {counts[one] ? <small>{counts[one]}</small> : null}
            </Button>
          ))}
        </fieldset>
        <input
          type="search"
          aria-label={words.search}
          placeholder={words.place(words.search)}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <select aria-label={words.ofWhom} value={person} onChange={(event) => setPerson(event.currentTarget.value)}>
          <option value="">{words.everybody}</option>
          {authors.map((id) => (
            <option key={id} value={id}>
              {id === room.me.id ? words.you : room.nameOf(id)}
            </option>
          ))}
        </select>
      </div>
      <div className={styles['start']}>
        <NewThread
          bench={bench}
          on={target}
          label={words.fieldOn(target === 'article' ? words.article : nameOfMark(bench, records, target))}
          onSent={() => bench.focus.asked.set(newPlace(target))}
        />
      </div>
      {shown.length === 0 ? (
        <div className={styles['empty']}>
          <p>
            {search.trim() !== '' || person !== ''
              ? words.noneFound
              : emptyWords[threads.all.length === 0 ? 'all' : view]}
          </p>
          {threads.all.length === 0 && <p>{words.noTalkHint}</p>}
        </div>
      ) : (
        <Rows bench={bench} records={records} shown={shown} news={news} selected={selected} onPick={onPick} />
      )}
      {/* At the foot, because it comes and goes while somebody writes above. */}
      <Drafts bench={bench} records={records} target={target} onPick={onPick} />
    </section>
  )
}

interface RowsProps {
  bench: Workbench
  records: LiveRecords
  shown: readonly Thread[]
  news: News
  selected: string | null
  onPick: () => void
}

function Rows({ bench, records, shown, news, selected, onPick }: RowsProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const [held, setHeld] = useState<string | null>(null)
  const heldAt = held === null ? -1 : shown.findIndex(({ id }) => id === held)
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 150,
    overscan: 4,
    getItemKey: (index) => shown[index]?.id ?? index,
    // What comes in above moves nothing of what is read or written; at the top it is shown.
    anchorTo: heldAt >= 0 || (scroller.current?.scrollTop ?? 0) > 0 ? 'end' : 'start',
    // The thread in which somebody is writing stays, however far it is scrolled away.
    rangeExtractor: (range) => {
      const inView = defaultRangeExtractor(range)
      return heldAt < 0 || inView.includes(heldAt) ? inView : [...inView, heldAt].sort((a, b) => a - b)
    },
  })

  const items = rows.getVirtualItems()

  // A mark that is selected in the text: what is said about it comes into view.
  const shownNow = useRef(shown)
  shownNow.current = shown
  useEffect(() => {
    if (selected === null || scroller.current?.contains(document.activeElement)) return
    const index = shownNow.current.findIndex(({ on }) => on === selected)
    if (index >= 0) rows.scrollToIndex(index, { align: 'start' })
  }, [selected, rows])

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only looks where in it the focus is
    <div
      className={styles['rows']}
      ref={scroller}
      onFocus={(event) => setHeld(event.target.closest('[data-thread]')?.getAttribute('data-thread') ?? null)}
      onBlur={() => setHeld(null)}
    >
      <ul style={{ height: rows.getTotalSize() }}>
        {items.map((item) => {
          const thread = shown[item.index]
          return (
            thread && (
              <li
                key={item.key}
                ref={rows.measureElement}
                data-index={item.index}
                data-thread={thread.id}
                style={{ transform: `translateY(${item.start}px)` }}
                aria-setsize={shown.length}
                aria-posinset={item.index + 1}
              >
                <Entry
                  bench={bench}
                  thread={thread}
                  subject={subjectOf(records, thread.on)}
                  news={news}
                  isSelected={thread.on === selected}
                  onPick={onPick}
                />
              </li>
            )
          )
        })}
      </ul>
    </div>
  )
}

interface EntryProps {
  bench: Workbench
  thread: Thread
  subject: Subject
  news: News
  isSelected: boolean
  onPick: () => void
}

const Entry = memo(function Entry({ bench, thread, subject, news, isSelected, onPick }: EntryProps) {
  const count = news.threads.get(thread.id) ?? 0
  return (
    <div className={styles['entry']} data-selected={isSelected || undefined} data-new={count > 0 || undefined}>
      <SubjectLine bench={bench} subject={subject} onPick={onPick} />
      <ThreadView bench={bench} thread={thread} news={news} />
    </div>
  )
}, isSameEntry)

/** A subject is put together anew each time; what it is of is not. */
function isSameEntry(a: EntryProps, b: EntryProps): boolean {
  const recordsOf = (subject: Subject) =>
    subject.type === 'link' ? [subject.link, subject.from, subject.to] : [subject.type === 'mark' ? subject.mark : null]
  const [ofA, ofB] = [recordsOf(a.subject), recordsOf(b.subject)]
  return (
    a.bench === b.bench &&
    a.thread === b.thread &&
    a.news === b.news &&
    a.isSelected === b.isSelected &&
    a.subject.type === b.subject.type &&
    ofA.every((one, i) => one === ofB[i])
  )
}

function SubjectLine({ bench, subject, onPick }: { bench: Workbench; subject: Subject; onPick: () => void }) {
  const { editor, room } = bench
  const mark = markOf(subject)
  if (!mark) return <p className={styles['subject']}>{subjectText(room, subject)}</p>
  return (
    <button
      type="button"
      className={styles['subject']}
      onClick={() => {
        editor.commands.selectAnnotation(mark.id)
        onPick()
      }}
    >
      <Swatch kind={kindStyle(room, mark)} />
      {subject.type === 'mark' && <span className="visually-hidden">{kindLabel(room, mark)}: </span>}
      <span dir="auto">{subject.type === 'mark' ? shortQuote(room, mark, 90) : subjectText(room, subject)}</span>
    </button>
  )
}

function nameOfMark({ room }: Workbench, { annotations }: LiveRecords, id: string): string {
  const mark = annotations.get(id)
  return mark ? `${kindLabel(room, mark)} “${shortQuote(room, mark, 40)}”` : words.article
}
