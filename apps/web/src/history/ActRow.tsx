/** One act of the history: who did what, what was other than before, and the way back for what was deleted. */
import type { Annotation } from '@attest/schema/annotation'
import type { Act } from '@attest/schema/history'
import { authorOf } from '@attest/schema/record'
import { canAnnotate, canManage } from '@attest/schema/roles'
import { useQueryClient } from '@tanstack/react-query'
import { LocateFixed, RotateCcw } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { kindLabel, kindStyle, shortQuote } from '../annotations/describe.ts'
import { refusalText } from '../editor/wording.ts'
import type { Workbench } from '../editor/workbench.ts'
import type { ArticleRoom, RecordChange } from '../live/article-room.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { Swatch } from '../ui/Swatch.tsx'
import { historyKey, restore } from './api.ts'
import { changesOf, recordOf, valueBefore } from './changes.ts'
import { Diff } from './Diff.tsx'
import styles from './history.module.css'
import { didWords, exactText, timeText, historyWords as words } from './wording.ts'

interface Props {
  bench: Workbench
  act: Act
  /** What was done in the same go, of which links come back with their mark. */
  turn: readonly Act[]
  onPick: () => void
}

export function ActRow({ bench, act, turn, onPick }: Props) {
  const { room } = bench
  const person = room.personOf(act.person)
  const changes = changesOf(act, { text: room.page.text, labelSet: room.page.labelSet })
  return (
    <div className={styles['act']} data-type={act.type}>
      <p>
        <Avatar person={person} /> <strong>{act.person === room.me.id ? words.You : room.nameOf(act.person)}</strong>{' '}
        {whatWasDone(room, act)}{' '}
        <time dateTime={new Date(act.at).toISOString()} title={exactText(act.at)}>
          {timeText(act.at)}
        </time>
      </p>
      {changes.length > 0 && (
        <dl className={styles['changes']}>
          {changes.map(({ what, before, after, isText }) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd dir="auto">
                {isText ? (
                  <Diff before={before} after={after} />
                ) : (
                  <>
                    <del>{before}</del> <span aria-hidden="true">→</span> <ins>{after}</ins>
                  </>
                )}
              </dd>
            </div>
          ))}
        </dl>
      )}
      <Ways bench={bench} act={act} turn={turn} onPick={onPick} />
    </div>
  )
}

/** To the mark in the text, or back into it. */
function Ways({ bench, act, turn, onPick }: Props) {
  const { editor, room } = bench
  const queries = useQueryClient()
  const [isBusy, setIsBusy] = useState(false)
  const bar = room.barred.get()
  const isThere = act.root === 'annotations' && room.records.get().annotations.has(act.id)
  const isGone = act.type === 'deleted' && act.isLast && bar !== 'old-revision'
  const isOwner = canManage(room.role)
  const isOwn = authorOf(act.id) === room.me.id
  // What its author deleted, its author may have again. What an owner took out is for owners.
  const isByAuthor = isOwn && act.person === room.me.id && canAnnotate(room.role)
  const links = act.root === 'annotations' ? turn.filter((other) => isLinkOf(other, act.id)) : []

  const bringBack = async () => {
    const all = [act, ...links]
    if (isByAuthor) {
      const answer = room.act(all.flatMap(draftOf))
      if (!answer.ok) return tell(refusalText(answer.reason), { tone: 'problem' })
    } else {
      setIsBusy(true)
      try {
        await restore(
          room.page.id,
          all.map(({ root, id }) => ({ root, id })),
        )
      } catch (error) {
        return tell(error instanceof Error ? error.message : words.notBack, { tone: 'problem' })
      } finally {
        setIsBusy(false)
      }
    }
    tell(words.broughtBack(all.length))
    await queries.invalidateQueries({ queryKey: historyKey(room.page.id) })
  }

  if (!isThere && !isGone) return null
  return (
    <p className={styles['ways']}>
      {isThere && (
        <Button
          variant="quiet"
          hint={words.goTo}
          aria-label={words.goTo}
          onPress={() => {
            editor.commands.selectAnnotation(act.id)
            onPick()
          }}
        >
          <LocateFixed aria-hidden="true" />
        </Button>
      )}
      {isGone && (isByAuthor || isOwner) && (
        <Button isDisabled={isBusy || bar !== null} onPress={() => void bringBack()}>
          <RotateCcw aria-hidden="true" /> {links.length > 0 ? words.bringBackWith(links.length) : words.bringBack}
        </Button>
      )}
      {isGone && isOwn && !isByAuthor && !isOwner && <small>{words.taken}</small>}
    </p>
  )
}

function isLinkOf(act: Act, mark: string): boolean {
  if (act.root !== 'relations' || act.type !== 'deleted' || !act.isLast) return false
  const link = recordOf(act, 'relations')
  return link !== null && (link.from === mark || link.to === mark)
}

/** The record as it was before it was deleted, to be put again by its author. */
function draftOf(act: Act): RecordChange[] {
  const { root } = act
  const record = valueBefore(act, root)
  if (!record) return []
  const { author: _, at: __, ...draft } = record
  // The root and its record are a pair, which the type cannot show.
  return [{ root, put: draft } as RecordChange]
}

function whatWasDone(room: ArticleRoom, act: Act): ReactNode {
  const author = authorOf(act.id)
  const whose = author === act.person ? null : <> {words.of(room.nameOf(author))}</>
  if (act.root === 'annotations') {
    const mark = recordOf(act, 'annotations')
    return (
      <>
        {didWords.mark[act.type]}
        {whose} {mark ? <Mark room={room} mark={mark} /> : words.unreadable}
      </>
    )
  }
  if (act.root === 'relations') {
    const link = recordOf(act, 'relations')
    const type = room.page.labelSet.relations.find((one) => one.id === link?.type)?.label ?? link?.type
    return (
      <>
        {didWords.link[act.type]}
        {whose}
        {link && (
          <>
            {': '}
            <MarkOf room={room} id={link.from} /> <em>{type}</em> <MarkOf room={room} id={link.to} />
          </>
        )}
      </>
    )
  }
  if (act.root === 'verdicts') {
    const verdict = recordOf(act, 'verdicts')
    const isDecision = verdict && (act.type === 'put' || act.type === 'changed')
    return (
      <>
        {isDecision
          ? didWords.decided[verdict.decision]
          : didWords.verdict[act.type === 'restored' ? 'restored' : 'deleted']}
        {whose} {verdict && <MarkOf room={room} id={verdict.on} />}
      </>
    )
  }
  const comment = recordOf(act, 'comments')
  if (comment && 'state' in comment)
    return (
      <>
        {act.type === 'deleted' ? didWords.turn.deleted : didWords.turn[comment.state]}
        {whose}
      </>
    )
  return (
    <>
      {didWords.comment[act.type]}
      {whose}
      {comment && (
        <>
          {': '}
          <q dir="auto">{shortened(comment.body)}</q>
        </>
      )}
    </>
  )
}

function Mark({ room, mark }: { room: ArticleRoom; mark: Annotation }) {
  return (
    <span
      className={styles['mark']}
      style={{ '--kind': `var(--kind-${kindStyle(room, mark)})` } as React.CSSProperties}
    >
      <Swatch kind={kindStyle(room, mark)} /> {kindLabel(room, mark)}: <q dir="auto">{shortQuote(room, mark, 140)}</q>
    </span>
  )
}

function MarkOf({ room, id }: { room: ArticleRoom; id: string }) {
  const mark = room.records.get().annotations.get(id)
  return mark ? <q dir="auto">{shortQuote(room, mark, 60)}</q> : words.gone
}

function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200).toWellFormed()}…` : text
}
