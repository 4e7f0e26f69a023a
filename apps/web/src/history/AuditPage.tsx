/** The audit log, of a project for its owners or of the workspace for its owner: filtered, paged, and as a file. */
import { canManage } from '@attest/schema/roles'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { doorQuery } from '../api.ts'
import { Frame } from '../projects/Frame.tsx'
import { useProject } from '../projects/ProjectFrame.tsx'
import { frameWords } from '../projects/wording.ts'
import { Button } from '../ui/Button.tsx'
import { Empty, Loading, Trouble } from '../ui/states.tsx'
import { type AuditFilter, auditQuery, auditUrl } from './api.ts'
import styles from './history.module.css'
import { auditGroups, auditSentence, dayText, exactText, timeText, auditWords as words } from './wording.ts'

export function ProjectLog() {
  const project = useProject()
  if (!canManage(project.memberRole)) return <p role="alert">Only owners of the project can read its log.</p>
  return (
    <div className={styles['page']}>
      <h2>{words.title}</h2>
      <p>{words.explanation}</p>
      <Log
        project={project.id}
        groups={Object.keys(auditGroups).filter((group) => group !== 'account' && group !== 'workspace')}
      />
    </div>
  )
}

export function WorkspaceLog() {
  const door = useQuery(doorQuery)
  return (
    <Frame title={words.workspace} above={{ name: frameWords.projects }}>
      {door.data?.me?.ownsWorkspace ? (
        <div className={styles['page']}>
          <p>{words.workspaceExplanation}</p>
          <Log project={null} groups={['account', 'workspace', 'project', 'article']} />
        </div>
      ) : (
        <p role="alert">Only the owner of the workspace can read its log.</p>
      )}
    </Frame>
  )
}

function Log({ project, groups }: { project: string | null; groups: readonly string[] }) {
  const [filter, setFilter] = useState<AuditFilter>({ act: '', person: '' })
  const log = useInfiniteQuery(auditQuery(project, filter))
  const all = useInfiniteQuery(auditQuery(project, { act: '', person: '' }))
  const pages = log.data?.pages ?? []
  const entries = pages.flatMap((page) => page.entries)
  const nameOf = (id: string | null) => (id === null ? null : (pages.find((page) => id in page.names)?.names[id] ?? id))
  // Whoever is in what was read so far; more come with more pages.
  const people = new Map(
    (all.data?.pages ?? []).flatMap((page) =>
      page.entries.flatMap(({ person }) => (person === null ? [] : [[person, page.names[person] ?? person] as const])),
    ),
  )
  return (
    <>
      <div className={styles['row']}>
        <label className={styles['field']}>
          <span>{words.acts}</span>
          <select value={filter.act} onChange={(event) => setFilter({ ...filter, act: event.currentTarget.value })}>
            <option value="">{words.all}</option>
            {groups.map((group) => (
              <option key={group} value={group}>
                {auditGroups[group]}
              </option>
            ))}
          </select>
        </label>
        <label className={styles['field']}>
          <span>{words.who}</span>
          <select
            value={filter.person}
            onChange={(event) => setFilter({ ...filter, person: event.currentTarget.value })}
          >
            <option value="">{words.everybody}</option>
            {[...people].map(([id, name]) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <a href={auditUrl(project, filter, { isFile: true })} download>
          <Download aria-hidden="true" size={16} /> {words.download}
        </a>
      </div>
      {log.isPending && <Loading what={words.loading} />}
      {log.isError && <Trouble isPart error={log.error} onRetry={() => void log.refetch()} />}
      {log.isSuccess && entries.length === 0 && (
        <Empty title={filter.act === '' && filter.person === '' ? words.empty : words.none}>{null}</Empty>
      )}
      {entries.length > 0 && (
        <div className={styles['tableWrap']}>
          <table className={styles['table']}>
            <thead>
              <tr>
                <th scope="col">{words.when}</th>
                <th scope="col">{words.what}</th>
              </tr>
            </thead>
            <tbody>
              {entries.map(({ seq, at, act, person, subject, detail }) => (
                <tr key={seq}>
                  <td>
                    <time dateTime={new Date(at).toISOString()} title={exactText(at)}>
                      {dayText(at)}, {timeText(at)}
                    </time>
                  </td>
                  <td dir="auto">
                    <strong>{nameOf(person) ?? (act.endsWith('.purge') ? words.itself : words.somebody)}</strong>{' '}
                    {auditSentence(act, { subject: nameOf(subject), detail })}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {log.hasNextPage && (
        <p>
          <Button isDisabled={log.isFetchingNextPage} onPress={() => void log.fetchNextPage()}>
            {words.more}
          </Button>
        </p>
      )}
    </>
  )
}
