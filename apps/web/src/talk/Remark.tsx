/** What one person said: who, when, and the words; one's own can be changed and taken away. */
import { MOST_CHARACTERS, type Remark as RemarkRecord } from '@attest/schema/comment'
import { saidAt, type Thread } from '@attest/schema/thread'
import { Pencil, Trash2 } from 'lucide-react'
import { useId, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { clock } from '../api.ts'
import { type RemarkDraft, speak } from '../editor/focus.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { foldedBody, partsOf } from './body.ts'
import { Field } from './Field.tsx'
import { type Concern, seenAs } from './news.ts'
import { askFor, editPlace, setRemark } from './places.ts'
import styles from './talk.module.css'
import { useLooked, useNow } from './use-talk.ts'
import { agoText, exactText, talkRefusal, words } from './wording.ts'

interface Props {
  bench: Workbench
  thread: Thread
  remark: RemarkRecord
  /** Why it is news to this person; undefined when it is not. */
  concern: Concern | undefined
  /** Called when it was taken away, and the focus with it. */
  onGone: () => void
}

export function Remark({ bench, thread, remark, concern, onGone }: Props) {
  const { room, focus } = bench
  const place = editPlace(remark.id)
  const draft = useSyncExternalStore(focus.remarks.subscribe, () => focus.remarks.get().get(place))
  const isBarred = useLive(room.barred) !== null
  const [isEditing, setIsEditing] = useState(false)
  const element = useRef<HTMLDivElement>(null)
  const id = useId()
  const isMine = remark.author === room.me.id
  const namesMe = remark.mentions?.includes(room.me.id) ?? false
  useLooked(element, concern ? () => focus.seen.set(new Set([...focus.seen.get(), seenAs(remark, room.me.id)])) : null)

  const backToButton = () => requestAnimationFrame(() => element.current?.querySelector('button')?.focus())
  const save = (body: string, mentions: readonly string[]) => {
    const now = room.records.get().comments.get(remark.id)
    if (isOutdated(focus.remarks.get().get(place), now && 'body' in now ? now : remark)) {
      tell(words.chooseFirst, { tone: 'problem' })
      return false
    }
    const { mentions: _, ...rest } = remark
    const answer = room.put('comments', {
      ...rest,
      body,
      ...(mentions.length > 0 && { mentions: [...mentions] }),
      since: saidAt(remark),
      editedAt: clock.now(),
    })
    if (!answer.ok) tell(talkRefusal(answer.reason), { tone: 'problem' })
    else {
      speak(focus, words.saved)
      setIsEditing(false)
      backToButton()
    }
    return answer.ok
  }
  const remove = () => {
    const isLast = thread.replies.length + (thread.first ? 1 : 0) === 1
    // Nobody needs to know that a thread was resolved in which nothing is said any more.
    const turn = isLast && thread.turn?.author === room.me.id ? thread.turn : null
    const answer = room.act([
      { root: 'comments', remove: remark.id },
      ...(turn ? [{ root: 'comments' as const, remove: turn.id }] : []),
    ])
    if (!answer.ok) return tell(talkRefusal(answer.reason), { tone: 'problem' })
    onGone()
    tell(words.deleted, {
      action: {
        label: words.undo,
        run() {
          const back = room.act([
            { root: 'comments', put: { ...remark, since: saidAt(remark) } },
            ...(turn ? [{ root: 'comments' as const, put: turn }] : []),
          ])
          if (!back.ok) tell(talkRefusal(back.reason), { tone: 'problem' })
        },
      },
    })
  }

  return (
    <div
      ref={element}
      role="comment"
      aria-labelledby={`${id}-who`}
      className={styles['remark']}
      data-names-me={namesMe || undefined}
      data-new={concern ? true : undefined}
    >
      <header>
        <Avatar person={room.personOf(remark.author)} />
        <span id={`${id}-who`} className={styles['who']}>
          <strong dir="auto">{isMine ? words.you : room.nameOf(remark.author)}</strong>
          {namesMe && <span className="visually-hidden"> {words.mentionsYou}</span>}
        </span>
        <Time at={saidAt(remark)} />
        {remark.editedAt !== undefined && (
          <small title={words.editedAt(exactText(remark.editedAt))}>{words.edited}</small>
        )}
        {remark.gap && <span className={styles['gap']}>{words.isGap}</span>}
        {concern && <span className={styles['new']}>{words.isNew}</span>}
        {isMine && !isBarred && !isEditing && (
          <span className={styles['own']}>
            <Button variant="quiet" aria-label={words.edit} hint={words.edit} onPress={() => setIsEditing(true)}>
              <Pencil aria-hidden="true" />
            </Button>
            <Button variant="quiet" aria-label={words.delete} hint={words.delete} onPress={remove}>
              <Trash2 aria-hidden="true" />
            </Button>
          </span>
        )}
      </header>
      {isMine && draft && isOutdated(draft, remark) && (
        <Newer bench={bench} place={place} draft={draft} remark={remark} />
      )}
      {isMine && ((isEditing && !isBarred) || draft) ? (
        <Field
          bench={bench}
          place={place}
          on={remark.on}
          label={words.fieldEdit}
          sendLabel={words.save}
          before={{ body: remark.body, mentions: remark.mentions ?? [] }}
          onSend={save}
          onCancel={() => {
            setIsEditing(false)
            backToButton()
          }}
          takesFocus={isEditing}
        />
      ) : (
        <Body bench={bench} remark={remark} />
      )}
    </div>
  )
}

/** Whether a remark says something else by now than when one began to write it anew. */
function isOutdated(draft: RemarkDraft | undefined, { body }: RemarkRecord): boolean {
  return draft?.base !== undefined && draft.base !== body
}

/** What the remark says by now, above what one writes in its place: neither wording goes without having been seen. */
function Newer({ bench, place, draft, remark }: NewerProps) {
  const { focus } = bench
  const both = `${draft.body.trimEnd()}\n\n${remark.body}`
  const choose = (next: RemarkDraft | null) => {
    setRemark(focus, place, next && { ...next, base: remark.body })
    askFor(focus, place, remark.on)
  }
  return (
    <div className={styles['newer']}>
      <p role="alert">{words.changedElsewhere}</p>
      <blockquote>
        <Body bench={bench} remark={remark} />
      </blockquote>
      <span className={styles['tools']}>
        {both.length <= MOST_CHARACTERS && (
          <Button variant="quiet" onPress={() => choose({ ...draft, body: both })}>
            {words.putTogether}
          </Button>
        )}
        <Button variant="quiet" onPress={() => choose(draft)}>
          {words.keepMine}
        </Button>
        <Button
          variant="quiet"
          onPress={() => {
            choose(null)
            tell(words.discarded, { action: { label: words.undo, run: () => setRemark(focus, place, draft) } })
          }}
        >
          {words.takeNewer}
        </Button>
      </span>
    </div>
  )
}

interface NewerProps {
  bench: Workbench
  place: string
  draft: RemarkDraft
  remark: RemarkRecord
}

function Body({ bench: { room }, remark }: { bench: Workbench; remark: RemarkRecord }) {
  const people = useLive(room.people)
  const [isOpen, setIsOpen] = useState(false)
  const { body, mentions } = remark
  const folded = useMemo(() => foldedBody(body), [body])
  const shown = folded === null || isOpen ? body : folded
  const named = useMemo(
    () => (mentions ?? []).map((id) => people.get(id) ?? { id, name: room.nameOf(id) }),
    [mentions, people, room],
  )
  const parts = useMemo(() => partsOf(shown, named), [shown, named])
  // Somebody's name may be another by now; they were told all the same.
  const unnamed = named.filter(({ name }) => !body.includes(`@${name}`))
  return (
    <>
      <p className={styles['body']} dir="auto">
        {parts.map((part, i) => {
          // The parts are of one text: which is which is its place.
          const key = `${i}`
          if (part.type === 'link')
            return (
              <a key={key} href={part.href} target="_blank" rel="noopener noreferrer nofollow">
                {part.text}
              </a>
            )
          if (part.type === 'mention')
            return (
              <bdi key={key} className={styles['mention']} data-me={part.person === room.me.id || undefined}>
                {part.text}
              </bdi>
            )
          return part.text
        })}
        {shown !== body && ' …'}
      </p>
      {unnamed.length > 0 && (
        <p className={styles['hint']}>{words.to(unnamed.map(({ name }) => `@${name}`).join(', '))}</p>
      )}
      {folded !== null && (
        <button type="button" className={styles['more']} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          {isOpen ? words.less : words.more}
        </button>
      )}
    </>
  )
}

/** How long ago, with the exact time on top of it. */
export function Time({ at }: { at: number }) {
  const now = useNow()
  const date = new Date(at)
  return (
    <time dateTime={Number.isNaN(date.getTime()) ? undefined : date.toISOString()} title={exactText(at)}>
      {agoText(at, now)}
    </time>
  )
}
