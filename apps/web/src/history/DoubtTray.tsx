/** The marks of the revision before of which it is not sure where they stand now, for a person to decide about. */
import type { Decided, Doubt } from '@attest/schema/revision'
import { quotesOf, type Spans } from '@attest/schema/span'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { LocateFixed, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { kindLabel, kindStyle } from '../annotations/describe.ts'
import marks from '../annotations/marks.module.css'
import { bringIntoView } from '../editor/places.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { Swatch } from '../ui/Swatch.tsx'
import { Empty, Loading, Trouble } from '../ui/states.tsx'
import { useMedia } from '../ui/use-media.ts'
import { decide, doubtsQuery } from './api.ts'
import { Diff } from './Diff.tsx'
import styles from './history.module.css'
import { reasonWords, trayWords as words } from './wording.ts'

interface Props {
  bench: Workbench
  onClose: () => void
}

export function DoubtTray({ bench, onClose }: Props) {
  const { editor, room, focus } = bench
  useLive(room.people)
  const isWide = useMedia('(min-width: 64rem)')
  const queries = useQueryClient()
  const query = doubtsQuery(room.page.id)
  const doubts = useQuery(query)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  const deciding = useMutation({
    mutationFn: ({ mark, decided }: { mark: string; decided: Decided }) => decide(room.page.id, mark, decided),
    onSuccess: async (_, { mark, decided }) => {
      await queries.invalidateQueries({ queryKey: ['articles', room.page.id] })
      heading.current?.focus()
      if (decided.do === 'let-go')
        tell(words.letGoDone, {
          action: { label: words.undo, run: () => deciding.mutate({ mark, decided: { do: 'reopen' } }) },
        })
      else if (decided.do !== 'reopen') {
        tell(decided.do === 'move' ? words.moved : words.kept)
        focus.draft.set(null)
        editor.commands.selectAnnotation(mark)
      }
    },
    onError: (error) => tell(error.message, { tone: 'problem' }),
  })
  const leave = () => {
    onClose()
    editor.view.dom.focus({ preventScroll: true })
  }
  const open = doubts.data?.filter(({ state }) => state === 'open') ?? []
  const letGo = doubts.data?.filter(({ state }) => state === 'let-go') ?? []
  return (
    <section
      className={`${marks['list']} ${styles['panel']}`}
      aria-label={words.title}
      data-testid="doubts"
      // Over the text, it ends the part of the window where words can be shown.
      data-sheet={isWide ? undefined : ''}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) leave()
      }}
    >
      <header>
        <h2 ref={heading} tabIndex={-1}>
          {words.title} {open.length > 0 && <small>{open.length}</small>}
        </h2>
        <Button variant="quiet" aria-label={words.close} hint={words.close} shortcut="leave" onPress={leave}>
          <X aria-hidden="true" />
        </Button>
      </header>
      <p className={styles['filters']}>{words.explanation}</p>
      <div className={styles['acts']}>
        {doubts.isPending && <Loading what="the tray" />}
        {doubts.isError && <Trouble isPart error={doubts.error} onRetry={() => void doubts.refetch()} />}
        {doubts.isSuccess && open.length === 0 && (
          <Empty title={doubts.data.length === 0 ? words.noneAtAll : words.none}>{null}</Empty>
        )}
        <ul className={styles['doubts']}>
          {open.map((doubt) => (
            <li key={doubt.mark.id}>
              <Undecided
                bench={bench}
                doubt={doubt}
                isBusy={deciding.isPending}
                onDecide={(decided) => deciding.mutate({ mark: doubt.mark.id, decided })}
              />
            </li>
          ))}
        </ul>
        {letGo.length > 0 && (
          <details>
            <summary>{words.letGoTitle(letGo.length)}</summary>
            <ul className={styles['doubts']}>
              {letGo.map((doubt) => (
                <li key={doubt.mark.id}>
                  <Was bench={bench} doubt={doubt} />
                  {doubt.isYours && (
                    <Button
                      isDisabled={deciding.isPending}
                      onPress={() => deciding.mutate({ mark: doubt.mark.id, decided: { do: 'reopen' } })}
                    >
                      {words.takeBack}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </section>
  )
}

function Was({ bench: { room }, doubt: { mark, quotes, reason } }: { bench: Workbench; doubt: Doubt }) {
  return (
    <>
      <p className={styles['mark']}>
        <Swatch kind={kindStyle(room, mark)} /> <strong>{kindLabel(room, mark)}</strong>{' '}
        <Avatar person={room.personOf(mark.author)} />{' '}
        <span className={styles['note']}>
          {room.nameOf(mark.author)} · {reasonWords[reason]}
        </span>
      </p>
      <blockquote dir="auto">
        <span className="visually-hidden">{words.was}: </span>
        {quotes.join(' … ')}
      </blockquote>
    </>
  )
}

interface UndecidedProps {
  bench: Workbench
  doubt: Doubt
  isBusy: boolean
  onDecide: (decided: Decided) => void
}

function Undecided({ bench, doubt, isBusy, onDecide }: UndecidedProps) {
  const { room, editor, focus } = bench
  const draft = useLive(focus.draft)
  const { proposals, quotes, isYours } = doubt
  const { text, blocks } = room.page
  const show = (spans: Spans) => {
    const [first] = spans
    if (!first) return
    focus.draft.set(first)
    bringIntoView(editor.view, blocks, first)
  }
  return (
    <>
      <Was bench={bench} doubt={doubt} />
      {proposals.map((spans, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they never change their places
        <div key={i}>
          <p>
            <span className={styles['note']}>{words.now}:</span>{' '}
            <Diff before={quotes.join(' … ')} after={quotesOf(text, spans).join(' … ')} />
          </p>
          <p className={styles['ways']}>
            <Button variant="quiet" hint={words.show} aria-label={words.show} onPress={() => show(spans)}>
              <LocateFixed aria-hidden="true" />
            </Button>
            {isYours && (
              <Button isDisabled={isBusy} onPress={() => onDecide({ do: 'keep', proposal: i })}>
                {proposals.length > 1 ? words.keepOf(i) : words.keep}
              </Button>
            )}
          </p>
        </div>
      ))}
      {isYours ? (
        <p className={styles['ways']}>
          <Button
            isDisabled={isBusy || !draft}
            {...(draft ? {} : { hint: words.moveHint })}
            onPress={() => draft && onDecide({ do: 'move', spans: [[draft[0], draft[1]]] })}
          >
            {words.move}
          </Button>
          <Button isDisabled={isBusy} onPress={() => onDecide({ do: 'let-go' })}>
            {words.letGo}
          </Button>
          {!draft && <small className={styles['note']}>{words.moveHint}</small>}
        </p>
      ) : (
        <p className={styles['note']}>{words.notYours(room.nameOf(doubt.mark.author))}</p>
      )}
    </>
  )
}
