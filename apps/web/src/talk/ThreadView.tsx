/** A thread: what was said in it, and what one can do about it. */
import { remarksOf, type Thread } from '@attest/schema/thread'
import { Check, CornerDownRight, RotateCcw } from 'lucide-react'
import { useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react'
import { speak } from '../editor/focus.ts'
import type { Workbench } from '../editor/workbench.ts'
import type { RecordChange } from '../live/article-room.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { Field } from './Field.tsx'
import type { News } from './news.ts'
import { editPlace, replyPlace } from './places.ts'
import { Remark, Time } from './Remark.tsx'
import styles from './talk.module.css'
import { talkRefusal, words } from './wording.ts'

/** From how many remarks on those in the middle are folded, and how many are left at the end. */
const FOLDED_FROM = 6
const LAST = 2

interface Props {
  bench: Workbench
  thread: Thread
  news: News
  /** Called after an answer was sent; by default the focus goes back to the button. */
  onSent?: () => void
}

export function ThreadView({ bench, thread, news, onSent }: Props) {
  const { room, focus } = bench
  const place = replyPlace(thread.id)
  const hasDraft = useSyncExternalStore(focus.remarks.subscribe, () => focus.remarks.get().has(place))
  const asked = useLive(focus.asked)
  const isAsked = asked === place
  const isBarred = useLive(room.barred) !== null
  const [isReplying, setIsReplying] = useState(false)
  const [isWhole, setIsWhole] = useState(false)
  const element = useRef<HTMLDivElement>(null)
  // Before the field, which is there at once, has taken the focus and is not asked for any more.
  useLayoutEffect(() => {
    if (isAsked) setIsReplying(true)
  }, [isAsked])

  const remarks = remarksOf(thread)
  // What is new, or written anew, is never hidden; the rest of a long talk can be.
  const isWritten = (edit: string) => focus.remarks.get().has(edit) || asked === edit
  const firstNew = remarks.findIndex(({ id }) => news.remarks.has(id) || isWritten(editPlace(id)))
  const lastFrom = Math.min(remarks.length - LAST, firstNew < 0 ? remarks.length : firstNew)
  const [foldedFrom, setFoldedFrom] = useState(lastFrom)
  const until = Math.min(foldedFrom, lastFrom)
  const isFolded = !isWhole && remarks.length > FOLDED_FROM && until > 2
  const shown = isFolded ? [...remarks.slice(0, 1), ...remarks.slice(until)] : remarks

  const turnTo = (state: 'resolved' | 'reopened'): RecordChange => {
    const own = [...room.records.get().comments.values()].find(
      (one) => 'state' in one && one.thread === thread.id && one.author === room.me.id,
    )
    return { root: 'comments', put: { ...(own && { id: own.id }), thread: thread.id, state } }
  }
  const turn = (state: 'resolved' | 'reopened') => {
    const answer = room.act([turnTo(state)])
    if (!answer.ok) tell(talkRefusal(answer.reason), { tone: 'problem' })
    else speak(focus, state === 'resolved' ? words.resolved : words.reopened)
  }
  const focusFirstButton = () =>
    requestAnimationFrame(() => element.current?.querySelector<HTMLElement>('[data-tools] button')?.focus())
  const send = (body: string, mentions: readonly string[]) => {
    const remark = {
      on: thread.on,
      replyTo: thread.id,
      body,
      ...(mentions.length > 0 && { mentions: [...mentions] }),
    }
    const answer = room.act([
      { root: 'comments', put: remark },
      // Whoever has more to say does not think that it is done.
      ...(thread.isResolved ? [turnTo('reopened')] : []),
    ])
    if (!answer.ok) tell(talkRefusal(answer.reason), { tone: 'problem' })
    else {
      speak(focus, words.sent)
      setIsReplying(false)
      ;(onSent ?? focusFirstButton)()
    }
    return answer.ok
  }

  return (
    <div ref={element} className={styles['thread']} data-resolved={thread.isResolved || undefined}>
      <ol className={styles['remarks']}>
        {!thread.first && <li className={styles['gone']}>{words.deletedRemark}</li>}
        {shown.map((remark, i) => (
          <li key={remark.id}>
            {isFolded && i === 1 && (
              <button
                type="button"
                className={styles['more']}
                onClick={() => {
                  setIsWhole(true)
                  setFoldedFrom(0)
                }}
              >
                {words.earlier(until - 1)}
              </button>
            )}
            <Remark
              bench={bench}
              thread={thread}
              remark={remark}
              concern={news.remarks.get(remark.id)}
              onGone={focusFirstButton}
            />
          </li>
        ))}
      </ol>
      {thread.turn && (
        <p className={styles['turn']}>
          {thread.isResolved && <Check aria-hidden="true" />}
          {(thread.isResolved ? words.resolvedBy : words.reopenedBy)(
            thread.turn.author === room.me.id ? words.you.toLowerCase() : room.nameOf(thread.turn.author),
          )}{' '}
          <Time at={thread.turn.at} />
        </p>
      )}
      {(isReplying || hasDraft || isAsked) && (
        <Field
          bench={bench}
          place={place}
          on={thread.on}
          label={words.fieldReply}
          sendLabel={thread.isResolved ? words.sendReopening : words.sendReply}
          onSend={send}
          onCancel={() => {
            setIsReplying(false)
            focusFirstButton()
          }}
          takesFocus={isReplying}
        />
      )}
      {!isBarred && (
        <div className={styles['tools']} data-tools>
          {!isReplying && !hasDraft && (
            <Button variant="quiet" onPress={() => setIsReplying(true)}>
              <CornerDownRight aria-hidden="true" /> {words.reply}
            </Button>
          )}
          {thread.isResolved ? (
            <Button variant="quiet" onPress={() => turn('reopened')}>
              <RotateCcw aria-hidden="true" /> {words.reopen}
            </Button>
          ) : (
            <Button variant="quiet" onPress={() => turn('resolved')}>
              <Check aria-hidden="true" /> {words.resolve}
            </Button>
          )}
        </div>
      )}
    </div>
  )
}
