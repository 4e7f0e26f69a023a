/** The figures of a project as pictures, each with a table that says the same. */
import type { Dashboard } from '@attest/schema/work'
import { type WorkState, workStates } from '@attest/schema/work'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { clock } from '../api.ts'
import { useProject } from '../projects/ProjectFrame.tsx'
import { Button } from '../ui/Button.tsx'
import { Loading, Trouble } from '../ui/states.tsx'
import { dashboardQuery } from './api.ts'
import { Chart } from './charts/Chart.tsx'
import { columnsOf, type Datum, daysOf, hoursOf, rankPeople, type Series } from './charts/chart-data.ts'
import styles from './charts/charts.module.css'
import { drawAreas, drawColumns, drawRows } from './charts/Drawing.tsx'
import { dayText, hourText, shortDay } from './days.ts'
import { stateNames, chartWords as words } from './wording.ts'

/** As many as can be taken in; the table has them all. */
const DRAWN = 30

const stateSeries: Series[] = workStates.map((state, i) => ({
  id: state,
  name: stateNames[state],
  color: `var(--state-${state})`,
  // What is done is full; the rest is told apart by its pattern.
  pattern: state === 'done' ? 0 : i + 1,
}))

export function DashboardPage() {
  const { id } = useProject()
  const figures = useQuery(dashboardQuery(id))
  if (figures.isPending) return <Loading what={words.loading} />
  if (!figures.data) return <Trouble isPart error={figures.error} onRetry={() => void figures.refetch()} />
  return <Figures figures={figures.data} />
}

export function Figures({ figures }: { figures: Dashboard }) {
  const { totals, states, counting } = figures
  const share = totals.articles === 0 ? 0 : Math.round((states.done / totals.articles) * 100)
  return (
    <div className={styles['page']}>
      <h2 className="visually-hidden">{words.title}</h2>
      {counting > 0 && (
        <p role="status" className={styles['counting']}>
          {words.counting(counting)}
        </p>
      )}
      <dl className={styles['totals']} aria-label={words.totals}>
        {(
          [
            [words.articles, totals.articles.toLocaleString('en')],
            [words.done, `${share} %`],
            [words.marks, totals.marks.toLocaleString('en')],
            [words.openThreads, totals.openThreads.toLocaleString('en')],
            [words.overdue, totals.overdue.toLocaleString('en')],
            [words.people, totals.people.toLocaleString('en')],
          ] as const
        ).map(([name, value]) => (
          <div key={name} data-late={(name === words.overdue && totals.overdue > 0) || undefined}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className={styles['charts']}>
        <div data-wide>
          <BurnDown figures={figures} />
        </div>
        <div data-wide>
          <Timeline figures={figures} />
        </div>
        <div data-wide>
          <ByReview figures={figures} />
        </div>
        <ByPerson figures={figures} />
        <Kinds figures={figures} />
        <div data-wide>
          <ByArticle figures={figures} />
        </div>
      </div>
    </div>
  )
}

const saying = (series: readonly Series[]) => (datum: Datum) => {
  const parts = series
    .filter(({ id }) => (datum.values[id] ?? 0) > 0)
    .map(({ id, name }) => `${name} ${(datum.values[id] ?? 0).toLocaleString('en')}`)
  if (datum.events) parts.push(`${words.reviews} ${datum.events.toLocaleString('en')}`)
  return `${datum.label}: ${parts.length > 0 ? parts.join(', ') : '0'}`
}

const burnSeries: Series[] = [
  { id: 'done', name: stateNames.done, color: 'var(--state-done)', pattern: 0 },
  { id: 'review', name: words.review, color: 'var(--state-in-review)', pattern: 1 },
  { id: 'open', name: words.open, color: 'var(--state-in-progress)', pattern: 2 },
]

function BurnDown({ figures: { burnDown, today } }: { figures: Dashboard }) {
  const data = useMemo(
    () => burnDown.map(({ day, ...values }): Datum => ({ id: day, label: shortDay(day), values })),
    [burnDown],
  )
  const say = (datum: Datum) => saying(burnSeries)({ ...datum, label: dayText(datum.id, today) })
  return (
    <Chart
      title={words.burnDown}
      hint={words.burnDownHint}
      axis={words.articlesAxis}
      data={data}
      series={burnSeries}
      draw={drawAreas}
      sayOf={say}
      empty={words.noArticles}
      table={{
        columns: [words.day, words.open, words.review, words.done],
        rows: burnDown.map(({ day, open, review, done }) => [day, open, review, done]),
      }}
    />
  )
}

function Timeline({ figures }: { figures: Dashboard }) {
  const { days, hours, today, people } = figures
  const [isHourly, setIsHourly] = useState(false)
  const names = useMemo(() => new Map(people.map(({ id, name }) => [id, name])), [people])
  const { data, series, rows, by } = useMemo(() => {
    const daily = daysOf(days, today)
    const happened = isHourly ? hours.map(({ at, ...rest }) => ({ id: String(at), ...rest })) : daily.happened
    const { shown, rest } = rankPeople(happened)
    const ids = isHourly ? hoursOf(clock.now()).map(String) : daily.days
    const label = (id: string) => (isHourly ? hourText(Number(id)) : shortDay(id))
    const folded = happened.map((one) => (one.person !== null && rest.has(one.person) ? { ...one, person: null } : one))
    const hasOthers = folded.some(({ person, marks }) => person === null && marks > 0)
    const series: Series[] = shown.map((id, i) => ({
      id,
      name: names.get(id) ?? id,
      color: `var(--series-${i})`,
      pattern: i,
    }))
    if (hasOthers)
      series.push({
        id: '',
        name: shown.length === 0 ? words.everybody : words.others,
        color: 'var(--ink-soft)',
        pattern: 7,
      })
    const nameOf = (person: string | null) => (person === null ? words.others : (names.get(person) ?? person))
    return {
      by: isHourly ? ('hour' as const) : daily.by,
      data: columnsOf(ids, folded, label),
      series,
      rows: (isHourly ? hours : days).map((one): (string | number)[] => [
        'day' in one ? one.day : new Date(one.at).toISOString(),
        nameOf(one.person),
        one.marks,
        one.reviews,
      ]),
    }
  }, [days, hours, today, names, isHourly])
  const say = (datum: Datum) => {
    const label =
      by === 'hour' ? hourText(Number(datum.id)) : `${by === 'week' ? `${words.week} ` : ''}${dayText(datum.id, today)}`
    return saying(series)({ ...datum, label })
  }
  return (
    <Chart
      title={words.timeline}
      hint={words.timelineHint}
      axis={words.marksAxis}
      data={data}
      series={series}
      draw={drawColumns}
      sayOf={say}
      empty={isHourly ? words.noMarksHere : words.noMarks}
      hasEvents
      table={{ columns: [isHourly ? words.hour : words.day, words.person, words.marksAxis, words.reviews], rows }}
    >
      <Button variant="quiet" isPressedState={!isHourly} onPress={() => setIsHourly(false)}>
        {by === 'week' ? words.byWeek : words.byDay}
      </Button>
      <Button variant="quiet" isPressedState={isHourly} onPress={() => setIsHourly(true)}>
        {words.byHour}
      </Button>
    </Chart>
  )
}

function ByPerson({ figures: { progress, people } }: { figures: Dashboard }) {
  const names = new Map(people.map(({ id, name }) => [id, name]))
  const hasNames = progress.some(({ person }) => person !== null)
  const nameOf = (person: string | null) =>
    person === null ? (hasNames ? words.others : words.everybody) : (names.get(person) ?? person)
  const data = progress.map(
    ({ person, states }): Datum => ({ id: person ?? '', label: nameOf(person), values: states }),
  )
  return (
    <Chart
      title={words.byPerson}
      hint={words.byPersonHint}
      axis={words.assigned}
      data={data}
      series={stateSeries}
      draw={drawRows}
      sayOf={saying(stateSeries)}
      empty={words.noWork}
      table={{
        columns: [words.person, ...stateSeries.map(({ name }) => name), words.marksAxis, words.overdue],
        rows: progress.map(({ person, states, marks, overdue }) => [
          nameOf(person),
          ...workStates.map((state) => states[state]),
          marks,
          overdue,
        ]),
      }}
    />
  )
}

const outcomeSeries: Series[] = [
  { id: 'accepted', name: words.outcomes.accepted, color: 'var(--good)', pattern: 0 },
  { id: 'rejected', name: words.outcomes.rejected, color: 'var(--bad)', pattern: 1 },
  { id: 'disputed', name: words.outcomes.disputed, color: 'var(--warn)', pattern: 3 },
  { id: 'open', name: words.outcomes.open, color: 'var(--state-todo)', pattern: 2 },
]

function ByReview({ figures: { articles, totals, states } }: { figures: Dashboard }) {
  // What is open matters most, then what is disputed.
  const drawn = articles
    .filter(({ marks }) => marks > 0)
    .toSorted(({ review: a }, { review: b }) => b.open + b.disputed - a.open - a.disputed || b.accepted - a.accepted)
    .slice(0, DRAWN)
  const data: Datum[] = [
    { id: '', label: words.allArticles, values: totals.review },
    ...(articles.length > 1 ? drawn.map(({ id, title, review }) => ({ id, label: title, values: review })) : []),
  ]
  const cells = (review: Dashboard['totals']['review']) =>
    outcomeSeries.map(({ id }) => review[id as keyof typeof review])
  return (
    <Chart
      title={words.ofReview}
      hint={words.reviewHint}
      axis={words.marksAxis}
      data={totals.marks === 0 ? [] : data}
      series={outcomeSeries}
      draw={drawRows}
      sayOf={saying(outcomeSeries)}
      empty={words.noMarks}
      note={drawn.length < articles.length ? words.shownOf(drawn.length, articles.length) : null}
      table={{
        columns: [words.article, ...outcomeSeries.map(({ name }) => name), words.signedOff],
        rows: [
          [words.allArticles, ...cells(totals.review), words.signed(states.done, articles.length)],
          ...articles.map(({ title, review, state }) => [
            title,
            ...cells(review),
            state === 'done' ? words.yes : words.no,
          ]),
        ],
      }}
    />
  )
}

const kindPatterns = { solid: 0, double: 3, dashed: 1, dotted: 2 } as const

function Kinds({ figures: { kinds } }: { figures: Dashboard }) {
  const series = kinds.map(
    ({ kind, label, pattern, color }): Series => ({
      id: kind,
      name: label,
      color: `light-dark(${color.light}, ${color.dark})`,
      pattern: kindPatterns[pattern],
    }),
  )
  const data = kinds.map(({ kind, label, marks }): Datum => ({ id: kind, label, values: { [kind]: marks } }))
  return (
    <Chart
      title={words.kinds}
      hint={words.kindsHint}
      axis={words.marksAxis}
      data={data}
      series={series}
      draw={drawRows}
      sayOf={({ id, label, values }) => `${label}: ${(values[id] ?? 0).toLocaleString('en')}`}
      empty={words.noMarks}
      table={{ columns: [words.kind, words.marksAxis], rows: kinds.map(({ label, marks }) => [label, marks]) }}
    />
  )
}

function ByArticle({ figures: { articles } }: { figures: Dashboard }) {
  const rank = (state: WorkState) => workStates.indexOf(state)
  // What is not done matters more, and of that what has most in it.
  const drawn = articles
    .filter(({ marks }) => marks > 0)
    .toSorted(
      (a, b) =>
        Number(a.state === 'done') - Number(b.state === 'done') || b.marks - a.marks || rank(a.state) - rank(b.state),
    )
    .slice(0, DRAWN)
  const data = drawn.map(({ id, title, state, marks }): Datum => ({ id, label: title, values: { [state]: marks } }))
  return (
    <Chart
      title={words.progress}
      hint={words.progressHint}
      axis={words.marksAxis}
      data={data}
      series={stateSeries}
      draw={drawRows}
      sayOf={saying(stateSeries)}
      empty={articles.length === 0 ? words.noArticles : words.noMarks}
      note={drawn.length < articles.length ? words.shownOf(drawn.length, articles.length) : null}
      table={{
        columns: [words.article, words.state, words.marksAxis, words.openThreads],
        rows: articles.map(({ title, state, marks, openThreads }) => [title, stateNames[state], marks, openThreads]),
      }}
    />
  )
}
