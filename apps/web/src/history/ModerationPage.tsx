/** For owners: takes somebody's records out, after a look at what would go, and puts them back. */
import type { RemovalRequest } from '@attest/schema/history'
import { canManage } from '@attest/schema/roles'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { articlesQuery } from '../api.ts'
import { useProject } from '../projects/ProjectFrame.tsx'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { Empty, Loading, Trouble } from '../ui/states.tsx'
import { peopleQuery, previewRemoval, removalsQuery, removeRecords, undoRemoval } from './api.ts'
import styles from './history.module.css'
import { countsText, dayText, exactText, timeText, moderationWords as words } from './wording.ts'

export function ModerationPage() {
  const project = useProject()
  const people = useQuery(peopleQuery(project.id))
  if (!canManage(project.memberRole)) return <p role="alert">Only owners of the project can take records out.</p>
  if (people.isPending) return <Loading what="the people" />
  if (!people.data) return <Trouble isPart error={people.error} onRetry={() => void people.refetch()} />
  return (
    <div className={styles['page']}>
      <h2>{words.page}</h2>
      <p>{words.explanation}</p>
      {canManage(project.role) && <RemovalForm project={project.id} people={people.data} />}
      <Past project={project.id} people={people.data} mayUndo={canManage(project.role)} />
    </div>
  )
}

type People = readonly { id: string; name: string }[]

function RemovalForm({ project, people }: { project: string; people: People }) {
  const queries = useQueryClient()
  const articles = useQuery(articlesQuery(project))
  const [person, setPerson] = useState('')
  const [article, setArticle] = useState('')
  const [since, setSince] = useState('')
  const name = people.find(({ id }) => id === person)?.name ?? ''
  const request: RemovalRequest = {
    person,
    article: article === '' ? null : article,
    since: since === '' ? null : new Date(since).getTime(),
  }
  const key = JSON.stringify(request)
  const previewing = useMutation({
    mutationFn: async () => ({ preview: await previewRemoval(project, request), key }),
  })
  const removing = useMutation({
    mutationFn: () => removeRecords(project, request),
    onSuccess: async (removal) => {
      previewing.reset()
      tell(words.done(removal.count), { action: { label: words.undo, run: () => void undo(removal.id) } })
      await queries.invalidateQueries({ queryKey: removalsQuery(project).queryKey })
    },
  })
  const undo = async (removal: string) => {
    try {
      await undoRemoval(project, removal)
      tell(words.isBack)
    } catch (error) {
      tell(error instanceof Error ? error.message : String(error), { tone: 'problem' })
    }
    await queries.invalidateQueries({ queryKey: removalsQuery(project).queryKey })
  }
  const shown = previewing.data?.key === key ? previewing.data.preview : null
  const isEmpty = shown !== null && shown.articles.length === 0
  return (
    <form
      className={styles['form']}
      onSubmit={(event) => {
        event.preventDefault()
        previewing.mutate()
      }}
    >
      <div className={styles['row']}>
        <label className={styles['field']}>
          <span>{words.person}</span>
          <select required value={person} onChange={(event) => setPerson(event.currentTarget.value)}>
            <option value="">{words.choosePerson}</option>
            {people.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label className={styles['field']}>
          <span>{words.where}</span>
          <select value={article} onChange={(event) => setArticle(event.currentTarget.value)}>
            <option value="">{words.everywhere}</option>
            {articles.data?.map(({ id, title }) => (
              <option key={id} value={id}>
                {title.slice(0, 80)}
              </option>
            ))}
          </select>
        </label>
        <label className={styles['field']}>
          <span>{words.day}</span>
          <input type="datetime-local" value={since} onChange={(event) => setSince(event.currentTarget.value)} />
        </label>
        <Button type="submit" isDisabled={person === '' || previewing.isPending}>
          {previewing.isPending ? words.previewing : words.preview}
        </Button>
      </div>
      {(previewing.error ?? removing.error) && (
        <p className={styles['complaint']} role="alert">
          {(previewing.error ?? removing.error)?.message}
        </p>
      )}
      {shown && (
        <div role="status">
          <p>
            <strong>{isEmpty ? words.nothing(name) : words.would(name, countsText(shown.counts))}</strong>
            {shown.leftBehind > 0 && ` ${words.left(shown.leftBehind)}`}
          </p>
          <ul>
            {shown.articles.map(({ id, title, counts }) => (
              <li key={id} dir="auto">
                {title}: {countsText(counts)}
              </li>
            ))}
          </ul>
        </div>
      )}
      {shown && !isEmpty && (
        <Button variant="bad" isDisabled={removing.isPending} onPress={() => removing.mutate()}>
          {removing.isPending ? words.removing : words.remove}
        </Button>
      )}
    </form>
  )
}

function Past({ project, people, mayUndo }: { project: string; people: People; mayUndo: boolean }) {
  const queries = useQueryClient()
  const removals = useQuery(removalsQuery(project))
  const undoing = useMutation({
    mutationFn: (removal: string) => undoRemoval(project, removal),
    onSuccess: () => tell(words.isBack),
    onError: (error) => tell(error.message, { tone: 'problem' }),
    onSettled: () => queries.invalidateQueries({ queryKey: removalsQuery(project).queryKey }),
  })
  const nameOf = (id: string) => people.find((one) => one.id === id)?.name ?? id
  if (removals.isPending) return <Loading what="what was taken out" />
  if (!removals.data) return <Trouble isPart error={removals.error} onRetry={() => void removals.refetch()} />
  return (
    <>
      <h2>{words.past}</h2>
      {removals.data.length === 0 && <Empty title={words.none}>{null}</Empty>}
      <ul className={styles['doubts']}>
        {removals.data.map(({ id, by, of, count, since, article, at, undoneAt }) => (
          <li key={id}>
            <p>
              {words.entry(nameOf(by), count, nameOf(of))}
              {since !== null && ` (${words.since(`${dayText(since)}, ${timeText(since)}`)})`}
              {article !== null && ` (${words.inOne})`}{' '}
              <time className={styles['note']} dateTime={new Date(at).toISOString()} title={exactText(at)}>
                {dayText(at)}, {timeText(at)}
              </time>
            </p>
            {undoneAt !== null ? (
              <p className={styles['note']}>{words.undone(dayText(undoneAt))}</p>
            ) : (
              mayUndo && (
                <Button isDisabled={undoing.isPending} onPress={() => undoing.mutate(id)}>
                  {undoing.isPending && undoing.variables === id ? words.undoing : words.undo}
                </Button>
              )
            )}
          </li>
        ))}
      </ul>
    </>
  )
}
