/** What is said about a mark or a link, in its card: the open threads, the resolved ones folded, and a field. */
import type { Thread as ThreadOf } from '@attest/schema/thread'
import { MessageSquarePlus } from 'lucide-react'
import { useLayoutEffect, useState, useSyncExternalStore } from 'react'
import type { Workbench } from '../editor/workbench.ts'
import type { LiveRecords } from '../live/live-records.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { Barred } from './Field.tsx'
import { NewThread } from './NewThread.tsx'
import type { News } from './news.ts'
import { isWrittenIn, newPlace } from './places.ts'
import { ThreadView } from './ThreadView.tsx'
import styles from './talk.module.css'
import { useNews } from './use-talk.ts'
import { remarkCount, words } from './wording.ts'

/** How many threads a card has at most: the newest; it stands beside the text. */
const MOST = 5

interface Props {
  bench: Workbench
  records: LiveRecords
  /** The mark or relation that is talked about, or the article. */
  on: string
}

export function Thread({ bench, records, on }: Props) {
  const { editor, room, focus } = bench
  const place = newPlace(on)
  const hasDraft = useSyncExternalStore(focus.remarks.subscribe, () => focus.remarks.get().has(place))
  const isAsked = useLive(focus.asked) === place
  const isBarred = useLive(room.barred) !== null
  const [isStarting, setIsStarting] = useState(false)
  const isLink = records.relations.has(on)
  const news = useNews(bench, records)
  const threads = records.threads.on.get(on) ?? []
  // What is new, or is being answered, stays in sight, however much is said after it.
  const shown = threads.filter(
    (thread, i) => i >= threads.length - MOST || news.threads.has(thread.id) || isWrittenIn(focus, thread),
  )
  const hidden = threads.length - shown.length
  const backToArticle = () => editor.view.dom.focus({ preventScroll: true })
  useLayoutEffect(() => {
    if (isAsked) setIsStarting(true)
  }, [isAsked])
  // About a link it was asked for already; about a mark the card's button or key asks.
  const hasField = (isLink && threads.length === 0) || isStarting || hasDraft || isAsked
  if (!hasField && threads.length === 0) return null
  return (
    <section className={styles['talk']} aria-label={isLink ? words.talkOnLink : words.talkOnMark}>
      {hidden > 0 && (
        <button type="button" className={styles['folded']} onClick={() => focus.panel.set('talk')}>
          {words.moreThreads(hidden)}
        </button>
      )}
      {shown.map((thread) => (
        <OneThread key={thread.id} bench={bench} thread={thread} news={news} onSent={backToArticle} />
      ))}
      {hasField ? (
        <NewThread
          bench={bench}
          on={on}
          label={isLink ? words.fieldOnLink : words.fieldOnMark}
          takesFocus={isStarting}
          // Somebody else may begin a thread meanwhile: that takes the field from nobody.
          onUse={() => setIsStarting(true)}
          onSent={() => {
            setIsStarting(false)
            backToArticle()
          }}
          {...((!isLink || threads.length > 0) && {
            onCancel() {
              setIsStarting(false)
              backToArticle()
            },
          })}
        />
      ) : isBarred ? (
        <Barred bench={bench} />
      ) : (
        <Button variant="quiet" onPress={() => setIsStarting(true)}>
          <MessageSquarePlus aria-hidden="true" /> {words.newThread}
        </Button>
      )}
    </section>
  )
}

/** One that was resolved before is folded; one that is resolved while it is looked at stays as it is. */
function OneThread(props: { bench: Workbench; thread: ThreadOf; news: News; onSent: () => void }) {
  const { bench, thread, news } = props
  const [isOpen, setIsOpen] = useState(!thread.isResolved)
  if (!thread.isResolved || isOpen || news.threads.has(thread.id) || isWrittenIn(bench.focus, thread))
    return <ThreadView {...props} />
  return (
    <button type="button" className={styles['folded']} aria-expanded={false} onClick={() => setIsOpen(true)}>
      {words.resolved} · {remarkCount(thread.replies.length + (thread.first ? 1 : 0))}
    </button>
  )
}
