/** What stands against signing the open article off, as it is at this moment, with the way to each of its places. */
import { countedRecords } from '@attest/schema/predicted'
import type { Doubt } from '@attest/schema/revision'
import { blocking, type Check, type CheckKind, checksOf, type Point } from '@attest/schema/signoff'
import { threadsOf } from '@attest/schema/thread'
import { useQuery } from '@tanstack/react-query'
import { CircleX, Info, Check as Tick } from 'lucide-react'
import { type ReactNode, useDeferredValue, useMemo } from 'react'
import { kindLabel, shortQuote } from '../annotations/describe.ts'
import type { Workbench } from '../editor/workbench.ts'
import { doubtsQuery } from '../history/api.ts'
import type { ArticleRoom } from '../live/article-room.ts'
import type { LiveRecords } from '../live/live-records.ts'
import { useLive } from '../live/use-live.ts'
import ui from '../ui/ui.module.css'
import styles from './signoff.module.css'
import { checkWords, dialogWords as words } from './wording.ts'

/** More than these nobody reads; the review goes through them all. */
const LISTED = 30

interface Props {
  bench: Workbench
  /** Before it goes to a place. */
  onGo: () => void
  children: (isBlocked: boolean) => ReactNode
}

export function CheckList({ bench, onGo, children }: Props) {
  const { room } = bench
  const records = useDeferredValue(useLive(room.records))
  const { labelSet, project } = useLive(room.article)
  const people = useLive(room.people)
  const doubts = useDoubts(room)
  const checks = useMemo(() => {
    const roleOf = (person: string) => (person === room.me.id ? project.memberRole : (people.get(person)?.role ?? null))
    const judging = { roleOf, peersJudge: project.peersJudge }
    const isModel = (person: string) => people.get(person)?.source?.kind === 'prediction'
    return checksOf(countedRecords(records, isModel, judging), labelSet, judging, doubts)
  }, [records, labelSet, people, project, room, doubts])
  const isCalm = checks.every(({ points }) => points.length === 0)
  return (
    <div className={styles['checked']}>
      {isCalm && <p>{words.ready}</p>}
      <ul className={styles['checks']}>
        {/* Most articles have no revision before, and there is nothing to say of one. */}
        {checks
          .filter(({ is, points }) => is !== 'doubts' || points.length > 0)
          .map((check) => (
            <CheckItem key={check.is} bench={bench} records={records} doubts={doubts} check={check} onGo={onGo} />
          ))}
      </ul>
      {children(blocking(checks).length > 0)}
    </div>
  )
}

const noDoubts: readonly Doubt[] = []

/** Only the newest revision has marks about which somebody can still decide. */
function useDoubts(room: ArticleRoom): readonly Doubt[] {
  const { id, revision } = useLive(room.article)
  const isAsked = revision !== undefined && revision.number > 1 && !revision.newest
  return useQuery({ ...doubtsQuery(id), enabled: isAsked }).data ?? noDoubts
}

interface ItemProps {
  bench: Workbench
  records: LiveRecords
  doubts: readonly Doubt[]
  check: Check
  onGo: () => void
}

function CheckItem({ check, ...rest }: ItemProps) {
  const { is, isBlocking, points } = check
  const said = checkWords[is]
  if (points.length === 0)
    return (
      <li data-level="passed">
        <Tick aria-hidden="true" />
        <span>
          {said.calm} <span className="visually-hidden">({words.passed})</span>
        </span>
      </li>
    )
  return (
    <li data-level={isBlocking ? 'blocks' : 'warns'}>
      {isBlocking ? <CircleX aria-hidden="true" /> : <Info aria-hidden="true" />}
      <details open={isBlocking && points.length <= 5}>
        <summary>
          {said.open(points.length)}{' '}
          <span className="visually-hidden">({isBlocking ? words.blocks : words.warns})</span>
        </summary>
        <p>{is === 'undecided' && !isBlocking ? words.notReviewed : said.hint}</p>
        <ul className={styles['points']}>
          {points.slice(0, LISTED).map((point) => (
            <li key={point.thread ?? point.on}>
              <PointButton is={is} point={point} {...rest} />
            </li>
          ))}
          {points.length > LISTED && <li>{words.more(points.length - LISTED)}</li>}
        </ul>
      </details>
    </li>
  )
}

type PointProps = Omit<ItemProps, 'check'> & { is: CheckKind; point: Point }

function PointButton({ bench, records, doubts, is, point, onGo }: PointProps) {
  const { room, editor, focus } = bench
  const mark = records.annotations.get(point.on)
  // Of a mark in doubt there are only its words of the revision before.
  const doubt = is === 'doubts' ? doubts.find((one) => one.mark.id === point.on) : undefined
  if (doubt)
    return (
      <button
        type="button"
        className={ui['place']}
        onClick={() => {
          onGo()
          focus.panel.set('doubts')
        }}
      >
        <span dir="auto">{doubt.quotes.join(' … ').slice(0, 90)}</span>
        <small dir="auto">{`${kindLabel(room, doubt.mark)}, ${room.nameOf(doubt.mark.author)}`}</small>
      </button>
    )
  const go = () => {
    onGo()
    if (point.thread !== undefined && !mark) return focus.panel.set('talk')
    editor.commands.selectAnnotation(point.on)
    editor.view.dom.focus({ preventScroll: true })
  }
  return (
    <button type="button" className={ui['place']} onClick={go}>
      <span dir="auto">{mark ? shortQuote(room, mark, 90) : placeOf(point, records)}</span>
      <small dir="auto">
        {point.thread !== undefined
          ? remarkOf(point.thread, records)
          : `${mark ? `${kindLabel(room, mark)}, ${room.nameOf(mark.author)}` : ''}${lacksText(point, bench, mark?.kind)}`}
      </small>
    </button>
  )
}

function placeOf({ on }: Point, records: LiveRecords): string {
  if (on === 'article') return words.article
  return records.relations.has(on) ? words.thread : words.gone
}

function remarkOf(thread: string, records: LiveRecords): string {
  const found = threadsOf(records.comments.values()).byId.get(thread)
  return (found?.first ?? found?.replies[0])?.body.slice(0, 90) ?? words.thread
}

function lacksText({ lacks }: Point, { room: { page } }: Workbench, kind: string | undefined): string {
  if (!lacks) return ''
  const { kinds, relations } = page.labelSet
  const attributes = kinds.find(({ id }) => id === kind)?.attributes ?? []
  const named = lacks.map(
    (id) => relations.find((one) => one.id === id)?.label ?? attributes.find((one) => one.id === id)?.label ?? id,
  )
  return `: ${words.lacks(named.join(', '))}`
}
