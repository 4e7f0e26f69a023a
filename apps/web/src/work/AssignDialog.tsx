/** Who gets the articles: by hand, or spread evenly, with a look at what comes of it before it is done. */
import { canAnnotate } from '@attest/schema/roles'
import { MOST_AN_ARTICLE, type ProjectWork, spreadEvenly, type WorkRow } from '@attest/schema/work'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { tell } from '../ui/notices.ts'
import { assign, reassign, refreshWork, unassign } from './api.ts'
import { StateBadge } from './StateBadge.tsx'
import { listWords, assignWords as words } from './wording.ts'
import styles from './work.module.css'

interface Props {
  project: string
  work: ProjectWork
  rows: readonly WorkRow[]
  onClose: () => void
}

export function AssignDialog({ project, work, rows, onClose }: Props) {
  const queries = useQueryClient()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [how, setHow] = useState<'even' | 'all'>('even')
  const [perArticle, setPerArticle] = useState(work.settings.perArticle)
  const [due, setDue] = useState('')
  const name = useId()
  const people = work.people.filter(({ role }) => role !== null && canAnnotate(role))
  const loads = new Map<string, number>()
  for (const { assignments } of work.articles)
    for (const { person, state } of assignments)
      if (state === 'todo' || state === 'in-progress') loads.set(person, (loads.get(person) ?? 0) + 1)
  // They may have changed since the dialog was opened.
  const present = rows.map(({ id }) => work.articles.find((one) => one.id === id)).filter((one) => one !== undefined)

  const has = present.map(({ id, assignments }) => ({ id, people: assignments.map(({ person }) => person) }))
  const spread =
    how === 'even'
      ? spreadEvenly(
          has,
          [...chosen].map((id) => ({ id, load: loads.get(id) ?? 0 })),
          perArticle,
        )
      : has.flatMap((row) =>
          [...chosen].flatMap((person) => (row.people.includes(person) ? [] : [{ article: row.id, person }])),
        )
  const counts = Map.groupBy(spread, ({ person }) => person)

  const assigning = useMutation({
    mutationFn: () =>
      assign(project, {
        articles: rows.map(({ id }) => id),
        people: [...chosen],
        how,
        ...(how === 'even' ? { perArticle } : {}),
        ...(due ? { due } : {}),
      }),
    onSuccess: ({ changed }) => {
      tell(words.assigned(changed))
      onClose()
    },
    onSettled: () => refreshWork(queries),
  })
  const [only] = present.length === 1 ? present : []
  return (
    <Dialog title={words.title(rows.length)} isOpen onOpenChange={(isOpen) => isOpen || onClose()}>
      {() => (
        <form
          className={styles['form']}
          onSubmit={(event) => {
            event.preventDefault()
            assigning.mutate()
          }}
        >
          {only && only.assignments.length > 0 && <Present project={project} work={work} row={only} />}
          {people.length === 0 ? (
            <p>{words.nobodyThere}</p>
          ) : (
            <fieldset>
              <legend>{words.people}</legend>
              <div className={styles['people']}>
                {people.map((person) => (
                  <label key={person.id}>
                    <input
                      type="checkbox"
                      checked={chosen.has(person.id)}
                      onChange={({ target }) => {
                        const next = new Set(chosen)
                        if (target.checked) next.add(person.id)
                        else next.delete(person.id)
                        setChosen(next)
                      }}
                    />
                    <Avatar person={person} />
                    <span dir="auto">{person.name}</span>
                    <small>{words.has(loads.get(person.id) ?? 0)}</small>
                  </label>
                ))}
              </div>
            </fieldset>
          )}
          <fieldset className={styles['inline']}>
            <legend>{words.how}</legend>
            {(['even', 'all'] as const).map((one) => (
              <label key={one}>
                <input type="radio" name={name} checked={how === one} onChange={() => setHow(one)} />
                {words[one]}
              </label>
            ))}
          </fieldset>
          <div className={styles['fields']}>
            {how === 'even' && (
              <label>
                {words.perArticle}
                <input
                  type="number"
                  min={1}
                  max={MOST_AN_ARTICLE}
                  value={perArticle}
                  onChange={({ target }) =>
                    setPerArticle(Math.max(1, Math.min(MOST_AN_ARTICLE, Math.round(Number(target.value)) || 1)))
                  }
                />
              </label>
            )}
            <label>
              {words.due}
              <input type="date" value={due} onChange={({ target }) => setDue(target.value)} />
            </label>
          </div>
          {chosen.size > 0 && (
            <p role="status" className={styles['preview']}>
              {words.preview(spread.length)}{' '}
              {people
                .filter(({ id }) => counts.has(id))
                .map(({ id, name }) => `${name} ${counts.get(id)?.length ?? 0}`)
                .join(', ')}
            </p>
          )}
          {assigning.isError && <p role="alert">{assigning.error.message}</p>}
          <div className={styles['choices']}>
            <Button onPress={onClose}>{words.cancel}</Button>
            <Button type="submit" variant="primary" isDisabled={spread.length === 0 || assigning.isPending}>
              {words.assign}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}

/** Who has an article now: to take it from them, or to give it to somebody else. */
function Present({ project, work, row }: { project: string; work: ProjectWork; row: WorkRow }) {
  const queries = useQueryClient()
  const people = new Map(work.people.map((person) => [person.id, person]))
  const others = work.people.filter(
    ({ id, role }) => role !== null && canAnnotate(role) && !row.assignments.some(({ person }) => person === id),
  )
  const after = {
    onError: (error: Error) => tell(error.message, { tone: 'problem' }),
    onSettled: () => refreshWork(queries),
  }
  const taking = useMutation({
    mutationFn: ({ person }: { person: string; name: string; due: string | null }) =>
      unassign(project, { articles: [row.id], people: [person] }),
    onSuccess: (_, { person, name, due }) =>
      tell(words.takenAway(name), {
        action: {
          label: words.undo,
          run: () =>
            void assign(project, { articles: [row.id], people: [person], how: 'all', ...(due ? { due } : {}) })
              .catch(after.onError)
              .then(after.onSettled),
        },
      }),
    ...after,
  })
  const giving = useMutation({
    mutationFn: ({ from, to }: { from: string; to: string }) => reassign(project, { article: row.id, from, to }),
    onSuccess: (_, { to }) => tell(words.given(people.get(to)?.name ?? to)),
    ...after,
  })
  return (
    <fieldset>
      <legend>{words.present}</legend>
      <ul className={styles['present']}>
        {row.assignments.map(({ person, state, due }) => {
          const found = people.get(person)
          const name = found?.name ?? person
          return (
            <li key={person}>
              <span dir="auto">{found?.role === null ? listWords.left(name) : name}</span>
              <StateBadge state={state} />
              {others.length > 0 && (
                <select
                  aria-label={words.giveTo(name)}
                  value=""
                  disabled={giving.isPending}
                  onChange={({ target }) => giving.mutate({ from: person, to: target.value })}
                >
                  <option value="">{words.choose}</option>
                  {others.map(({ id, name }) => (
                    <option key={id} value={id}>
                      {name}
                    </option>
                  ))}
                </select>
              )}
              <Button isDisabled={taking.isPending} onPress={() => taking.mutate({ person, name, due })}>
                {words.takeAway(name)}
              </Button>
            </li>
          )
        })}
      </ul>
    </fieldset>
  )
}
