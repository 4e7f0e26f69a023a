/** The last look before labels are saved: what changes, what becomes of marks, and a note for the others. */
import type { CurrentLabels } from '@attest/schema/label-api'
import { labelChanges } from '@attest/schema/label-changes'
import { type Decision, makePlan, orphansOf, takesAway, termKey } from '@attest/schema/label-mapping'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useMemo, useState } from 'react'
import { ApiError } from '../api.ts'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { Trouble } from '../ui/states.tsx'
import { censusQuery, labelsQuery, saveLabels } from './api.ts'
import type { Drafting } from './draft.ts'
import styles from './labels.module.css'
import { Orphans } from './Orphans.tsx'
import { saveWords as words } from './wording.ts'

interface Props {
  project: string
  draft: Drafting
  /** The version that holds now, which may not be the one the draft began from. */
  current: CurrentLabels
  /** What to begin the note with. */
  note?: string
  /** Whether to look for marks without a place though no change makes any. */
  isAsked?: boolean
  onDone: () => void
}

export function SaveDialog({
  project,
  draft,
  current,
  note: firstNote = '',
  isAsked: isAskedFirst = false,
  onDone,
}: Props) {
  const queries = useQueryClient()
  const { base, labels, changes } = draft
  const [note, setNote] = useState(firstNote)
  const [decided, setDecided] = useState<ReadonlyMap<string, Decision>>(new Map())
  const [isAsked, setIsAsked] = useState(isAskedFirst)
  const mustAsk = takesAway(base.labelSet, labels.labelSet)
  const census = useQuery({ ...censusQuery(project), enabled: mustAsk || isAsked })
  const plan = useMemo(() => makePlan(labels.labelSet, [...decided.values()]), [labels.labelSet, decided])
  const orphans = useMemo(
    () => (census.data ? orphansOf(census.data, base.labelSet, plan) : []),
    [census.data, base.labelSet, plan],
  )
  const open = orphans.filter(({ decision, isOld }) => !decision && !isOld)
  const isStale = current.number !== base.number
  const saving = useMutation({
    mutationFn: () =>
      saveLabels(project, {
        base: base.number,
        ...labels,
        note,
        // Those that are about nothing any more, because another decision was changed, say nothing.
        decisions: orphans.flatMap(({ decision }) => decision ?? []),
      }),
    onSuccess: (saved) => {
      queries.setQueryData(labelsQuery(project).queryKey, saved)
      void queries.invalidateQueries({ queryKey: ['articles'] })
      void queries.invalidateQueries({ queryKey: ['projects'], exact: true })
      draft.rebase(saved, saved)
      tell(words.saved(saved.number))
      onDone()
    },
    onError: (error) => {
      if (!(error instanceof ApiError) || error.status !== 409) return
      void queries.invalidateQueries({ queryKey: labelsQuery(project).queryKey })
      if (mustAsk) void census.refetch()
    },
  })
  const decide = (decisions: readonly Decision[]) =>
    setDecided(new Map([...decided, ...decisions.map((decision) => [termKey(decision.term), decision] as const)]))
  const isCarriedOut = orphans.some(({ decision }) => decision && decision.do !== 'keep')
  const shown = { before: base.labelSet, after: labels.labelSet, onDecide: decide }
  return (
    <form
      className={styles['saving']}
      onSubmit={(event) => {
        event.preventDefault()
        saving.mutate()
      }}
    >
      {isStale && <Stale draft={draft} current={current} onTaken={onDone} />}
      <section aria-label={words.changes}>
        <h3>{words.changes}</h3>
        {changes.length === 0 && <p>{words.noChanges}</p>}
        <ul className={styles['changes']}>
          {changes.map((change) => (
            <li key={change} dir="auto">
              {change}
            </li>
          ))}
        </ul>
      </section>
      {census.isFetching && !census.data && <p role="status">{words.looking}</p>}
      {census.isError && <Trouble isPart error={census.error} onRetry={() => void census.refetch()} />}
      {census.data && orphans.some(({ isOld }) => !isOld) && (
        <Orphans title={words.orphans} orphans={orphans.filter(({ isOld }) => !isOld)} {...shown} />
      )}
      {census.data && orphans.some(({ isOld }) => isOld) && (
        <Orphans title={words.oldOrphans} orphans={orphans.filter(({ isOld }) => isOld)} {...shown} />
      )}
      {census.data && (
        <p role="status">
          {orphans.length === 0
            ? words.none
            : open.length > 0
              ? words.open(open.length)
              : isCarriedOut
                ? words.decided
                : words.nothing}
          {census.data.unread.length > 0 &&
            ` ${words.unread(census.data.unread.map(({ title }) => `“${title}”`).join(', '))}`}
        </p>
      )}
      {!mustAsk && !isAsked && (
        <Button variant="quiet" onPress={() => setIsAsked(true)}>
          {words.look}
        </Button>
      )}
      <label className={styles['field']}>
        <span>{words.note}</span>
        <input value={note} maxLength={500} dir="auto" onChange={(event) => setNote(event.target.value)} />
      </label>
      {saving.isPending && <p role="status">{words.saving}</p>}
      {saving.isError && (
        <p role="alert" className={styles['flaw']}>
          {saving.error.message}
        </p>
      )}
      <p className={styles['row']}>
        <Button
          type="submit"
          variant="primary"
          isDisabled={
            saving.isPending ||
            isStale ||
            open.length > 0 ||
            (mustAsk && !census.data) ||
            (changes.length === 0 && !isCarriedOut)
          }
        >
          {words.save}
        </Button>
        <Button onPress={onDone}>{words.cancel}</Button>
      </p>
    </form>
  )
}

interface StaleProps {
  draft: Drafting
  current: CurrentLabels
  onTaken?: () => void
  children?: ReactNode
}

/** Somebody else was first: what they changed, and the ways on. Nothing is taken from the draft before one is chosen. */
export function Stale({ draft, current, onTaken }: StaleProps) {
  const theirs = labelChanges(draft.base, current)
  return (
    <div role="alert" className={styles['stale']}>
      <p>{words.stale(current.by?.name ?? 'Somebody', current.number)}</p>
      {theirs.length > 0 && (
        <details>
          <summary>{words.theirs}</summary>
          <ul className={styles['changes']}>
            {theirs.map((change) => (
              <li key={change} dir="auto">
                {change}
              </li>
            ))}
          </ul>
        </details>
      )}
      <span className={styles['row']}>
        <Button onPress={() => draft.rebase(current)}>{words.mineOver}</Button>
        <Button
          onPress={() => {
            draft.rebase(current, current)
            onTaken?.()
          }}
        >
          {words.takeTheirs}
        </Button>
      </span>
    </div>
  )
}
