/**
 * The articles of a project: how far each is, with whom, until when; to look for, to order, and to change many at once.
 * Only the rows near the window are drawn, so a thousand are as quick as ten.
 */
import { isHidden } from '@attest/schema/layer'
import {
  canAssign,
  type ProjectWork,
  possibleSteps,
  type Step,
  steps,
  type TakeStep,
  type WorkRow,
  workStates,
} from '@attest/schema/work'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { Ellipsis, X } from 'lucide-react'
import { useDeferredValue, useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { ApiError } from '../api.ts'
import { stateNames as blindNames } from '../blind/wording.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { type MenuEntry, MenuOf } from '../ui/Menu.tsx'
import { tell } from '../ui/notices.ts'
import { Empty } from '../ui/states.tsx'
import { AssignDialog } from './AssignDialog.tsx'
import { refreshWork, takeStep } from './api.ts'
import { DueDialog } from './DueDialog.tsx'
import { DueText } from './DueText.tsx'
import { today } from './days.ts'
import { dueOfRow, listed, type WorkFilter, workSorts } from './filter.ts'
import { NoteDialog } from './NoteDialog.tsx'
import { StateBadge } from './StateBadge.tsx'
import { stateNames, stepNames, stepWords, listWords as words } from './wording.ts'
import styles from './work.module.css'

interface Props {
  project: string
  me: string
  work: ProjectWork
  filter: WorkFilter
  onFilter: (filter: WorkFilter) => void
}

type Asked =
  | { is: 'assign' | 'due'; rows: readonly WorkRow[] }
  | { is: 'send-back' | 'reopen'; rows: readonly WorkRow[] }
  | { is: 'finish'; rows: readonly WorkRow[]; problem: string }

const ROW_PX = 64

export function ArticleTable({ project, me, work, filter, onFilter }: Props) {
  const queries = useQueryClient()
  const asked = useDeferredValue(filter)
  const rows = useMemo(() => listed(work.articles, asked, { me, today: today() }), [work.articles, asked, me])
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [dialog, setDialog] = useState<Asked | null>(null)
  const mayAssign = canAssign(work.role)
  const people = useMemo(() => new Map(work.people.map((person) => [person.id, person])), [work.people])
  // What is not shown any more is not changed along with the rest.
  const chosenRows = rows.filter(({ id }) => chosen.has(id))

  const stepping = useMutation({
    mutationFn: (body: Pick<TakeStep, 'step' | 'articles' | 'note' | 'despite'>) => takeStep(project, body),
    onSuccess: ({ changed, skipped }) => {
      tell(stepWords.done(changed, skipped))
      setDialog(null)
    },
    onError: (error, { step, articles }) => {
      // What something is open in an owner can sign off, with a reason; what is hidden nobody can.
      const open = work.articles.filter(({ id, blind }) => articles.includes(id) && !isHidden(blind))
      const isRefused = error instanceof ApiError && error.status === 409
      if (step === 'finish' && work.role === 'owner' && isRefused && open.length > 0)
        setDialog({ is: step, rows: open, problem: error.message })
      else tell(error.message, { tone: 'problem' })
    },
    onSettled: () => refreshWork(queries),
  })
  const doStep = (step: Step, rows: readonly WorkRow[]) => {
    if (step === 'send-back' || step === 'reopen') setDialog({ is: step, rows })
    else stepping.mutate({ step, articles: rows.map(({ id }) => id) })
  }
  const entriesOf = (rows: readonly WorkRow[]): { entries: MenuEntry[] }[] => [
    {
      entries: mayAssign
        ? [
            { id: 'assign', label: words.assign, run: () => setDialog({ is: 'assign', rows }) },
            { id: 'due', label: words.setDue, run: () => setDialog({ is: 'due', rows }) },
          ]
        : [],
    },
    {
      entries: stepsFor(rows, work.role, me).map((step) => ({
        id: step,
        label: stepNames[step],
        run: () => doStep(step, rows),
      })),
    },
  ]

  return (
    <section className={styles['list']} aria-label={words.title}>
      <Filters work={work} filter={filter} onFilter={onFilter} />
      <div className={styles['listHead']}>
        {mayAssign && rows.length > 0 && (
          <label className={styles['check']}>
            <input
              type="checkbox"
              aria-label={words.chooseAll}
              checked={chosenRows.length === rows.length}
              ref={(box) => {
                if (box) box.indeterminate = chosenRows.length > 0 && chosenRows.length < rows.length
              }}
              onChange={({ target }) => setChosen(target.checked ? new Set(rows.map(({ id }) => id)) : new Set())}
            />
          </label>
        )}
        <p role="status">{words.count(rows.length, work.articles.length)}</p>
      </div>
      {rows.length === 0 ? (
        <Empty title={words.nothing}>
          <Button onPress={() => onFilter({})}>{words.showAll}</Button>
        </Empty>
      ) : (
        <Rows
          rows={rows}
          row={(row) => (
            <Row
              row={row}
              people={people}
              chosen={mayAssign ? chosen.has(row.id) : null}
              onChoose={(isChosen) => {
                const next = new Set(chosen)
                if (isChosen) next.add(row.id)
                else next.delete(row.id)
                setChosen(next)
              }}
              groups={() => entriesOf([row])}
            />
          )}
        />
      )}
      {chosenRows.length > 0 && (
        <div className={styles['bulk']} role="toolbar" aria-label={words.chosen(chosenRows.length)}>
          <strong>{words.chosen(chosenRows.length)}</strong>
          <Button onPress={() => setDialog({ is: 'assign', rows: chosenRows })}>{words.assign}</Button>
          <Button onPress={() => setDialog({ is: 'due', rows: chosenRows })}>{words.setDue}</Button>
          <MenuOf
            label={words.state}
            trigger={<Button isDisabled={stepping.isPending}>{words.state} …</Button>}
            groups={() => entriesOf(chosenRows).slice(1)}
          />
          <Button variant="quiet" hint={words.clear} aria-label={words.clear} onPress={() => setChosen(new Set())}>
            <X aria-hidden="true" />
          </Button>
        </div>
      )}
      {dialog?.is === 'assign' && (
        <AssignDialog project={project} work={work} rows={dialog.rows} onClose={() => setDialog(null)} />
      )}
      {dialog?.is === 'due' && <DueDialog project={project} rows={dialog.rows} onClose={() => setDialog(null)} />}
      {(dialog?.is === 'send-back' || dialog?.is === 'reopen' || dialog?.is === 'finish') && (
        <NoteDialog
          step={dialog.is}
          {...(dialog.is === 'finish' ? { problem: dialog.problem } : {})}
          isPending={stepping.isPending}
          onSend={(said) =>
            stepping.mutate({
              step: dialog.is,
              articles: dialog.rows.map(({ id }) => id),
              ...(dialog.is === 'finish' ? { despite: said } : { note: said }),
            })
          }
          onClose={() => setDialog(null)}
        />
      )}
    </section>
  )
}

/** The steps that could be taken for at least one of the articles. */
function stepsFor(rows: readonly WorkRow[], role: ProjectWork['role'], me: string): Step[] {
  const possible = new Set<Step>()
  for (const { assignments, others, state } of rows) {
    if (assignments.length + others === 0)
      for (const step of possibleSteps({ state, on: 'article', role })) possible.add(step)
    for (const one of assignments)
      for (const step of possibleSteps({ state: one.state, on: one.person === me ? 'own' : 'other', role }))
        possible.add(step)
  }
  return steps.filter((step) => possible.has(step))
}

function Filters({ work, filter, onFilter }: Pick<Props, 'work' | 'filter' | 'onFilter'>) {
  const set = (change: WorkFilter) => onFilter({ ...filter, ...change })
  const seesPeople = work.people.length > 1
  return (
    <search className={styles['filters']}>
      <label className={styles['search']}>
        <span>{words.search}</span>
        <input type="search" value={filter.q ?? ''} onChange={({ target }) => set({ q: target.value || undefined })} />
      </label>
      <Choice
        label={words.state}
        value={filter.state ?? ''}
        options={[['', words.all], ...workStates.map((state): [string, string] => [state, stateNames[state]])]}
        onChange={(state) => set({ state: (state || undefined) as WorkFilter['state'] })}
      />
      <Choice
        label={words.person}
        value={filter.person ?? ''}
        options={[
          ['', words.all],
          ['me', words.me],
          ...(seesPeople ? [['none', words.nobody] as [string, string]] : []),
          ...(seesPeople ? work.people.map(({ id, name }): [string, string] => [id, name]) : []),
        ]}
        onChange={(person) => set({ person: person || undefined })}
      />
      <Choice
        label={words.due}
        value={filter.due ?? ''}
        options={[
          ['', words.all],
          ['overdue', words.overdue],
          ['some', words.withDay],
          ['none', words.without],
        ]}
        onChange={(due) => set({ due: (due || undefined) as WorkFilter['due'] })}
      />
      <Choice
        label={words.sort}
        value={filter.sort ?? 'age'}
        options={workSorts.map((sort) => [sort, words.sorts[sort]])}
        onChange={(sort) => set({ sort: sort === 'age' ? undefined : (sort as WorkFilter['sort']) })}
      />
    </search>
  )
}

interface ChoiceProps {
  label: string
  value: string
  options: readonly (readonly [string, string])[]
  onChange: (value: string) => void
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
  return (
    <label>
      <span>{label}</span>
      <select value={value} onChange={({ target }) => onChange(target.value)}>
        {options.map(([id, name]) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}

function Rows({ rows, row }: { rows: readonly WorkRow[]; row: (row: WorkRow) => React.ReactNode }) {
  const list = useRef<HTMLUListElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    const measure = () => setTop((list.current?.getBoundingClientRect().top ?? 0) + window.scrollY)
    measure()
    // What stands above it wraps where the window is narrow.
    const observer = new ResizeObserver(measure)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [])
  const drawn = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => ROW_PX,
    overscan: 8,
    scrollMargin: top,
    getItemKey: (index) => rows[index]?.id ?? index,
  })
  return (
    <ul ref={list} className={styles['rows']} style={{ height: drawn.getTotalSize() }}>
      {drawn.getVirtualItems().map(({ index, key, start }) => {
        const one = rows[index]
        return (
          one && (
            <li
              key={key}
              ref={drawn.measureElement}
              data-index={index}
              aria-setsize={rows.length}
              aria-posinset={index + 1}
              style={{ transform: `translateY(${start - top}px)` }}
            >
              {row(one)}
            </li>
          )
        )
      })}
    </ul>
  )
}

interface RowProps {
  row: WorkRow
  people: ReadonlyMap<string, ProjectWork['people'][number]>
  /** Null where nothing is chosen. */
  chosen: boolean | null
  onChoose: (isChosen: boolean) => void
  groups: () => { entries: MenuEntry[] }[]
}

function Row({ row, people, chosen, onChoose, groups }: RowProps) {
  const id = useId()
  const count = row.assignments.length + row.others
  const submitted = row.assignments.filter(({ state }) => state !== 'todo' && state !== 'in-progress').length
  const hasMenu = groups().some(({ entries }) => entries.length > 0)
  const named = row.assignments.map(({ person, state }) => {
    const found = people.get(person)
    const name = found ? (found.role === null ? words.left(found.name) : found.name) : person
    return { person: found ?? { id: person, name, color: 0 }, label: `${name}: ${stateNames[state]}` }
  })
  return (
    <article className={styles['row']} aria-labelledby={id}>
      {chosen !== null && (
        <label className={styles['check']}>
          <input
            type="checkbox"
            aria-label={words.choose(row.title)}
            checked={chosen}
            onChange={({ target }) => onChoose(target.checked)}
          />
        </label>
      )}
      <div className={styles['what']}>
        <Link id={id} to="/articles/$article" params={{ article: row.id }} search={{}} dir="auto">
          {row.title}
        </Link>
        <small>
          {row.blind !== 'open' && `${blindNames[row.blind]} · `}
          {words.characters(row.length)}
          {row.isCounted && ` · ${words.marks(row.marks)}`}
          {row.openThreads > 0 && ` · ${words.threads(row.openThreads)}`}
        </small>
      </div>
      <StateBadge state={row.state} />
      <span className={styles['who']}>
        {named.slice(0, 5).map(({ person, label }) => (
          <Avatar key={person.id} person={person} label={label} />
        ))}
        {count === 0 ? (
          <small>{words.unassigned}</small>
        ) : (
          <small>
            {count > named.slice(0, 5).length && `+ ${words.others(count - Math.min(5, named.length))} `}
            {row.others === 0 && count > 1 && words.progress(submitted, count)}
          </small>
        )}
      </span>
      <span className={styles['when']}>
        <DueText due={dueOfRow(row)} state={row.state} />
      </span>
      {hasMenu && (
        <MenuOf
          label={words.more(row.title)}
          trigger={
            <Button variant="quiet" aria-label={words.more(row.title)}>
              <Ellipsis aria-hidden="true" />
            </Button>
          }
          groups={groups}
        />
      )}
    </article>
  )
}
