/** Replays the life of an article: a slider over all that was done in it, and its marks as they were at each moment. */
import type { ArticlePage } from '@attest/schema/api'
import type { Act } from '@attest/schema/history'
import { authorOf } from '@attest/schema/record'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { ArrowLeft, Pause, Play, SkipBack, SkipForward, StepBack, StepForward } from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { ApiError, articleQuery } from '../api.ts'
import { kindName } from '../editor/wording.ts'
import { Button } from '../ui/Button.tsx'
import { Empty, Loading, Missing, Trouble } from '../ui/states.tsx'
import { readAllActs } from './api.ts'
import { recordOf } from './changes.ts'
import styles from './history.module.css'
import { ReplayText, type ReplayView } from './ReplayText.tsx'
import { busyness, daysIn, Replay } from './replay.ts'
import { dayText, didWords, historyWords, timeText, replayWords as words } from './wording.ts'

/** Acts a second. */
const speeds = { '2': words.speeds['1'], '10': words.speeds['5'], '50': words.speeds['25'], '250': words.speeds['125'] }

const BARS = 160

/** Up to this speed the text is scrolled to what is done; faster, nobody could read it. */
const FOLLOWED = 10

export function ReplayPage() {
  const { article: id = '' } = useParams({ strict: false })
  const page = useQuery(articleQuery(id))
  const [life, setLife] = useState<{ acts: Act[] } | { error: unknown } | null>(null)
  const [read, setRead] = useState({ count: 0, total: 0 })
  const [attempt, setAttempt] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt reads it all again
  useEffect(() => {
    const stopping = new AbortController()
    setLife(null)
    readAllActs(id, stopping.signal, (count, total) => setRead({ count, total })).then(
      (acts) => setLife({ acts }),
      (error: unknown) => {
        if (!stopping.signal.aborted) setLife({ error })
      },
    )
    return () => stopping.abort()
  }, [id, attempt])
  useEffect(() => {
    if (page.data) document.title = `${words.title(page.data.title)} · Attest`
  }, [page.data])
  if (page.error instanceof ApiError && page.error.status === 404) return <Missing what="article" />
  if (page.isError) return <Trouble error={page.error} onRetry={() => void page.refetch()} />
  if (life && 'error' in life) return <Trouble error={life.error} onRetry={() => setAttempt(attempt + 1)} />
  if (!page.data) return <Loading what="the article" />
  return (
    <div className={styles['replay']}>
      <header className={styles['replayBar']}>
        <Link to="/articles/$article" params={{ article: id }} search={{}} aria-label={words.back} title={words.back}>
          <ArrowLeft aria-hidden="true" />
        </Link>
        <h1 dir="auto">{words.title(page.data.title)}</h1>
      </header>
      {!life ? (
        <main className={styles['replayText']} role="status">
          {words.reading(read.count, read.total)}
        </main>
      ) : life.acts.length === 0 ? (
        <main className={styles['replayText']}>
          <Empty title={words.empty}>{null}</Empty>
        </main>
      ) : (
        <Player page={page.data} acts={life.acts} />
      )}
    </div>
  )
}

function Player({ page, acts }: { page: ArticlePage; acts: readonly Act[] }) {
  const replay = useMemo(() => new Replay(acts, page.text.length), [acts, page.text.length])
  const [position, setPosition] = useState(acts.length)
  const [isPlaying, setIsPlaying] = useState(false)
  const [speed, setSpeed] = useState(10)
  const view = useRef<ReplayView | null>(null)
  const bars = useMemo(() => busyness(acts, BARS), [acts])
  const days = useMemo(() => daysIn(acts, dayText), [acts])
  const annotation = useCallback((id: string) => replay.annotations.get(id), [replay])

  const show = useCallback(
    (target: number, isFollowed: boolean) => {
      const changed = replay.seek(target)
      view.current?.update(changed)
      const act = acts[replay.position - 1]
      const mark = act?.root === 'annotations' ? replay.annotations.get(act.id) : undefined
      view.current?.point(mark?.spans ?? [], isFollowed)
      setPosition(replay.position)
    },
    [replay, acts],
  )
  const onReady = useCallback(
    (made: ReplayView | null) => {
      view.current = made
      if (!made) return
      made.update(replay.annotations.keys())
      show(acts.length, false)
    },
    [replay, acts, show],
  )

  useEffect(() => {
    if (!isPlaying) return
    let frame = 0
    let last = performance.now()
    let done = 0
    const step = (now: number) => {
      done += ((now - last) / 1000) * speed
      last = now
      const whole = Math.floor(done)
      if (whole > 0) {
        done -= whole
        show(replay.position + whole, speed <= FOLLOWED)
      }
      if (replay.position >= acts.length) setIsPlaying(false)
      else frame = requestAnimationFrame(step)
    }
    frame = requestAnimationFrame(step)
    return () => cancelAnimationFrame(frame)
  }, [isPlaying, speed, replay, acts, show])

  const toggle = () => {
    if (!isPlaying && replay.position >= acts.length) show(0, false)
    setIsPlaying(!isPlaying)
  }
  const go = (target: number, isFollowed = true) => {
    setIsPlaying(false)
    show(target, isFollowed)
  }
  const act = acts[position - 1]
  const saying = act ? sayingOf(page, act) : words.start
  const when = act ? `${dayText(act.at)}, ${timeText(act.at)}` : ''
  return (
    <>
      <main className={styles['replayText']}>
        <ReplayText page={page} annotation={annotation} onReady={onReady} />
      </main>
      <section
        className={styles['controls']}
        aria-label={words.controls}
        onKeyDown={(event) => {
          // On a button or in the list of speeds, it is theirs.
          if (event.key !== ' ' || !(event.target instanceof HTMLInputElement)) return
          event.preventDefault()
          toggle()
        }}
      >
        <p className={styles['said']}>
          <span dir="auto" data-testid="said">
            {saying}
          </span>
          <span>
            {when} · {words.at(position, acts.length)} · {words.marks(replay.annotations.size)}
          </span>
        </p>
        <svg
          className={styles['density']}
          viewBox={`0 0 ${acts.length} 28`}
          preserveAspectRatio="none"
          role="img"
          aria-label={words.density}
        >
          {bars.map((bar, i) => (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: they never change their places
              key={i}
              x={(i * acts.length) / bars.length}
              width={(acts.length / bars.length) * 0.8}
              y={28 - Math.max(1, bar * 26)}
              height={Math.max(1, bar * 26)}
              fill="currentColor"
              opacity={(i * acts.length) / bars.length < position ? 0.85 : 0.35}
            />
          ))}
          {days.slice(0, 400).map((start) => (
            <line
              key={start}
              x1={start}
              x2={start}
              y1="0"
              y2="28"
              stroke="var(--line-strong)"
              vectorEffect="non-scaling-stroke"
            >
              <title>{dayText(acts[start]?.at ?? 0)}</title>
            </line>
          ))}
        </svg>
        <input
          className={styles['slider']}
          type="range"
          min={0}
          max={acts.length}
          value={position}
          aria-label={words.slider}
          aria-valuetext={`${words.at(position, acts.length)}${when && `, ${when}`}: ${saying}`}
          onChange={(event) => go(Number(event.currentTarget.value))}
        />
        <div className={styles['buttons']}>
          <Button variant="quiet" hint={words.first} aria-label={words.first} onPress={() => go(0, false)}>
            <SkipBack aria-hidden="true" />
          </Button>
          <Button variant="quiet" hint={words.previous} aria-label={words.previous} onPress={() => go(position - 1)}>
            <StepBack aria-hidden="true" />
          </Button>
          <Button variant="primary" onPress={toggle}>
            {isPlaying ? <Pause aria-hidden="true" /> : <Play aria-hidden="true" />}{' '}
            {isPlaying ? words.pause : words.play}
          </Button>
          <Button variant="quiet" hint={words.next} aria-label={words.next} onPress={() => go(position + 1)}>
            <StepForward aria-hidden="true" />
          </Button>
          <Button variant="quiet" hint={words.last} aria-label={words.last} onPress={() => go(acts.length, false)}>
            <SkipForward aria-hidden="true" />
          </Button>
          <label>
            {words.speed}{' '}
            <select value={speed} onChange={(event) => setSpeed(Number(event.currentTarget.value))}>
              {Object.entries(speeds).map(([acts, name]) => (
                <option key={acts} value={acts}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        </div>
        <p className="visually-hidden">{words.keys}</p>
      </section>
    </>
  )
}

/** The act as a sentence. */
function sayingOf(page: ArticlePage, act: Act): string {
  const nameOf = (id: string) => page.people.find((person) => person.id === id)?.name ?? id
  const who = nameOf(act.person)
  const author = authorOf(act.id)
  const whose = author === act.person ? '' : ` ${historyWords.of(nameOf(author))}`
  if (act.root === 'annotations') {
    const mark = recordOf(act, 'annotations')
    const quote = mark ? mark.spans.map(([start, end]) => page.text.slice(start, end)).join(' … ') : ''
    return mark
      ? `${who} ${didWords.mark[act.type]}${whose} ${kindName(page.labelSet, mark.kind)}: “${quote}”`
      : `${who} ${didWords.mark[act.type]}${whose}`
  }
  if (act.root === 'relations') return `${who} ${didWords.link[act.type]}${whose}`
  if (act.root === 'verdicts') {
    const verdict = recordOf(act, 'verdicts')
    return verdict && act.type !== 'deleted'
      ? `${who} ${didWords.decided[verdict.decision]} a mark`
      : `${who} ${didWords.verdict.deleted}${whose}`
  }
  const comment = recordOf(act, 'comments')
  if (comment && 'state' in comment)
    return `${who} ${act.type === 'deleted' ? didWords.turn.deleted : didWords.turn[comment.state]}`
  return `${who} ${didWords.comment[act.type]}${whose}`
}
