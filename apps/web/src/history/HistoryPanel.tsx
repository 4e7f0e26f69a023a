/** Who did what in this article, newest first, or what was done to one mark; with the way back for what was deleted. */
import { actTypes } from '@attest/schema/history'
import { roots } from '@attest/schema/room'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Film, X } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import marks from '../annotations/marks.module.css'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { Empty, Loading, Trouble } from '../ui/states.tsx'
import { ActRow } from './ActRow.tsx'
import { type HistoryFilter, historyKey, historyQuery } from './api.ts'
import { inTurns } from './changes.ts'
import styles from './history.module.css'
import { dayText, historyWords as words } from './wording.ts'

interface Props {
  bench: Workbench
  /** Called after a mark was gone to. */
  onPick: () => void
  onClose: () => void
}

/** So long after a change the history is asked again, in milliseconds: others may be marking word after word. */
const CALM_MS = 800

/** More acts of one go than so many are folded. */
const MANY = 4

export function HistoryPanel({ bench, onPick, onClose }: Props) {
  const { editor, room, focus } = bench
  const about = useLive(focus.historyOf) ?? ''
  useLive(room.people)
  useLive(room.records)
  const navigate = useNavigate()
  const [chosen, setChosen] = useState<Omit<HistoryFilter, 'about'>>({ person: '', type: '', root: '' })
  const history = useInfiniteQuery(historyQuery(room.page.id, { ...chosen, about }))
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  useNews(bench)
  const pages = history.data?.pages ?? []
  const acts = useMemo(() => (history.data?.pages ?? []).flatMap((page) => page.acts), [history.data])
  const turns = useMemo(() => inTurns(acts), [acts])
  const isFiltered = chosen.person !== '' || chosen.type !== '' || chosen.root !== '' || about !== ''
  const leave = () => {
    onClose()
    editor.view.dom.focus({ preventScroll: true })
  }
  const people = [...room.people.get().values()]
  let day = ''
  return (
    <section
      className={`${marks['list']} ${styles['panel']}`}
      aria-label={words.title}
      data-testid="history"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) leave()
      }}
    >
      <header>
        <h2 ref={heading} tabIndex={-1}>
          {about === '' ? words.title : words.ofMark}{' '}
          {!isFiltered && pages[0] && <small>{words.count(pages[0].total)}</small>}
        </h2>
        <Button
          hint={words.replayHint}
          onPress={() => void navigate({ to: '/articles/$article/replay', params: { article: room.page.id } })}
        >
          <Film aria-hidden="true" /> {words.replay}
        </Button>
        <Button variant="quiet" aria-label={words.close} shortcut="leave" hint={words.close} onPress={leave}>
          <X aria-hidden="true" />
        </Button>
      </header>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields of a form */}
      <div className={styles['filters']} role="group" aria-label={words.filters}>
        <select
          aria-label={words.who}
          value={chosen.person}
          onChange={(event) => setChosen({ ...chosen, person: event.currentTarget.value })}
        >
          <option value="">{words.everybody}</option>
          {people.map(({ id, name }) => (
            <option key={id} value={id}>
              {id === room.me.id ? words.You : name}
            </option>
          ))}
        </select>
        <select
          aria-label={words.type}
          value={chosen.type}
          onChange={(event) =>
            setChosen({ ...chosen, type: actTypes.find((one) => one === event.currentTarget.value) ?? '' })
          }
        >
          <option value="">{words.allTypes}</option>
          {actTypes.map((type) => (
            <option key={type} value={type}>
              {words.typeNames[type]}
            </option>
          ))}
        </select>
        <select
          aria-label={words.root}
          value={chosen.root}
          onChange={(event) =>
            setChosen({ ...chosen, root: roots.find((one) => one === event.currentTarget.value) ?? '' })
          }
        >
          <option value="">{words.allRoots}</option>
          {roots.map((root) => (
            <option key={root} value={root}>
              {words.rootNames[root]}
            </option>
          ))}
        </select>
        {about !== '' && <Button onPress={() => focus.historyOf.set(null)}>{words.showAll}</Button>}
      </div>
      <div className={styles['acts']} aria-busy={history.isFetching}>
        {history.isPending && <Loading what="the history" />}
        {history.isError && <Trouble isPart error={history.error} onRetry={() => void history.refetch()} />}
        {pages[0]?.flaw && <p role="alert">{words.flaw(pages[0].flaw)}</p>}
        {history.isSuccess && acts.length === 0 && <Empty title={isFiltered ? words.none : words.empty}>{null}</Empty>}
        <ol>
          {turns.map((turn) => {
            const [first] = turn
            if (!first) return null
            const began = dayText(first.at)
            const isNewDay = began !== day
            day = began
            const rows = turn.map((act) => (
              <li key={act.number}>
                <ActRow bench={bench} act={act} turn={turn} onPick={onPick} />
              </li>
            ))
            return (
              <li key={`${first.turn}/${first.number}`}>
                {isNewDay && <h3>{began}</h3>}
                {turn.length > MANY ? (
                  <details>
                    <summary>
                      {first.person === room.me.id ? words.You : room.nameOf(first.person)}: {words.atOnce(turn.length)}
                    </summary>
                    <ol>{rows}</ol>
                  </details>
                ) : (
                  <ol>{rows}</ol>
                )}
              </li>
            )
          })}
        </ol>
        {history.hasNextPage && (
          <Button isDisabled={history.isFetchingNextPage} onPress={() => void history.fetchNextPage()}>
            {history.isFetchingNextPage ? words.loadingMore : words.more}
          </Button>
        )}
      </div>
    </section>
  )
}

/** What is done meanwhile is in the history as soon as it is quiet for a moment. */
function useNews({ room }: Workbench): void {
  const queries = useQueryClient()
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = room.onRecords(() => {
      clearTimeout(timer)
      timer = setTimeout(() => void queries.invalidateQueries({ queryKey: historyKey(room.page.id) }), CALM_MS)
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [room, queries])
}
