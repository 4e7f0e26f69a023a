/** The gaps of the guidelines of a project, by kind, with what settled them and what that touches. */
import { dayTeller } from '@attest/schema/days'
import type { Gap, Gaps } from '@attest/schema/gap'
import { canAssign } from '@attest/schema/work'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { labelsQuery } from '../labels/api.ts'
import { useProject } from '../projects/ProjectFrame.tsx'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { Empty, Loading, Trouble } from '../ui/states.tsx'
import { dayText, today, zone } from '../work/days.ts'
import { gapsQuery, settle } from './api.ts'
import styles from './gaps.module.css'
import { Rechecks } from './Rechecks.tsx'
import { differenceWords, recheckWords, pageWords as words } from './wording.ts'

type Shown = 'open' | 'settled' | 'all'

export function GapsPage() {
  const project = useProject()
  const gaps = useQuery(gapsQuery(project.id))
  useEffect(() => {
    document.title = `${words.title} · ${project.name} · Attest`
  }, [project.name])
  if (gaps.isPending) return <Loading what={words.what} />
  if (!gaps.data) return <Trouble isPart error={gaps.error} onRetry={() => void gaps.refetch()} />
  return <GapList project={project.id} gaps={gaps.data} />
}

function GapList({
  project,
  gaps: { gaps, versions, people, role, counting, unread },
}: {
  project: string
  gaps: Gaps
}) {
  const labels = useQuery(labelsQuery(project))
  const [shown, setShown] = useState<Shown>('open')
  const names = new Map(people.map(({ id, name }) => [id, name]))
  const nameOf = (person: string) => names.get(person) ?? person
  const kindOf = (kind: string) => labels.data?.labelSet.kinds.find(({ id }) => id === kind)?.label ?? kind
  const isShown = ({ settled }: Gap) => shown === 'all' || (settled !== null) === (shown === 'settled')
  const counts = { open: 0, settled: 0, all: gaps.length }
  for (const { settled } of gaps) counts[settled ? 'settled' : 'open']++
  const byKind = Map.groupBy(gaps.filter(isShown), ({ kinds }) => kinds[0] ?? '')
  const settling = [...Map.groupBy(gaps, ({ settled }) => settled?.version ?? 0)]
    .filter(([version]) => version > 0)
    .sort(([a], [b]) => b - a)
  return (
    <div className={styles['page']}>
      <h2>{words.title}</h2>
      <p className={styles['hint']}>
        {words.hint}{' '}
        <Link to="/projects/$project/labels" params={{ project }}>
          {words.labels}
        </Link>
      </p>
      {counting > 0 && <p role="status">{words.counting(counting)}</p>}
      {unread.length > 0 && <p role="alert">{words.unread(unread.map(({ title }) => title).join(', '))}</p>}
      {gaps.length === 0 ? (
        counting === 0 && (
          <Empty title={words.none}>
            <p>{words.noneHint}</p>
          </Empty>
        )
      ) : (
        <>
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields */}
          <div role="group" aria-label={words.show} className={styles['tabs']}>
            {(['open', 'settled', 'all'] as const).map((one) => (
              <Button key={one} variant="quiet" isPressedState={shown === one} onPress={() => setShown(one)}>
                {words[one](counts[one])}
              </Button>
            ))}
          </div>
          {byKind.size === 0 && <p>{words.nothing}</p>}
          {[...byKind].map(([kind, ofKind]) => (
            <section key={kind} aria-label={kind === '' ? words.gone : kindOf(kind)}>
              <h3>
                {kind === '' ? words.gone : kindOf(kind)} <small>{words.count(ofKind.length)}</small>
              </h3>
              <ul className={styles['gaps']}>
                {ofKind.map((gap) => (
                  <GapItem
                    key={`${gap.article} ${gap.id}`}
                    {...{ project, gap, versions, nameOf, kindOf }}
                    maySettle={canAssign(role)}
                  />
                ))}
              </ul>
            </section>
          ))}
        </>
      )}
      {settling.length > 0 && (
        <section className={styles['rechecks']} aria-labelledby="rechecks">
          <h2 id="rechecks">{recheckWords.title}</h2>
          <p className={styles['hint']}>{recheckWords.hint}</p>
          {settling.map(([version, all]) => (
            <Rechecks key={version} project={project} version={version} gaps={all.length} kindOf={kindOf} />
          ))}
        </section>
      )}
    </div>
  )
}

interface ItemProps extends Pick<Gaps, 'versions'> {
  project: string
  gap: Gap
  nameOf: (person: string) => string
  kindOf: (kind: string) => string
  maySettle: boolean
}

function GapItem({ project, gap, versions, nameOf, kindOf, maySettle }: ItemProps) {
  const queries = useQueryClient()
  const settling = useMutation({
    mutationFn: (version: number | null) => settle(project, [{ article: gap.article, gap: gap.id }], version),
    onSuccess: (_, version) => tell(words.saved(version)),
    onError: (error) => tell(error.message, { tone: 'problem' }),
    onSettled: () => queries.invalidateQueries({ queryKey: gapsQuery(project).queryKey }),
  })
  const { settled } = gap
  // What was saved before somebody flagged it did not answer them.
  const answers = versions.filter(({ number, at }) => at > gap.at || number === settled?.version)
  return (
    <li>
      <p className={styles['note']} dir="auto">
        {gap.note}
      </p>
      <p className={styles['meta']}>
        {words.by(nameOf(gap.by), dayText(dayTeller(zone)(gap.at), today()))}
        {' · '}
        <Link
          to="/articles/$article"
          params={{ article: gap.article }}
          search={gap.mark === null ? {} : { mark: gap.mark }}
          dir="auto"
        >
          {gap.quote === '' ? gap.title : `“${gap.quote}”`}
        </Link>
        {gap.quote !== '' && (
          <span dir="auto">
            {' · '}
            {gap.title}
          </span>
        )}
      </p>
      {gap.difference && (
        <div className={styles['views']}>
          <span>{differenceWords[gap.difference]}</span>
          {gap.views.length > 1 && (
            <ul>
              {gap.views.map(({ mark, person, kind, quote }) => (
                <li key={mark} dir="auto">
                  <b>{words.view(nameOf(person), kindOf(kind))}</b> “{quote}”
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
      {maySettle ? (
        <label className={styles['settle']}>
          {words.settle}
          <select
            aria-label={words.settleOf(gap.quote || gap.note.slice(0, 60))}
            value={settled?.version ?? ''}
            disabled={settling.isPending}
            onChange={({ target }) => settling.mutate(target.value === '' ? null : Number(target.value))}
          >
            <option value="">{answers.length === 0 ? words.noNewer : words.notSettled}</option>
            {answers.map(({ number, note }) => (
              <option key={number} value={number}>
                {words.version(number, note.slice(0, 80))}
              </option>
            ))}
          </select>
        </label>
      ) : (
        settled && <p className={styles['meta']}>{words.settledBy(settled.version, nameOf(settled.by))}</p>
      )}
    </li>
  )
}
