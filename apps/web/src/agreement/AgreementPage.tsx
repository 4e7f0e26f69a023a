/** How far the people of a project agree: what of, the figures, before and after discussion, against gold, and pictures. */
import { type AgreementDone, type AgreementWorking, goldId } from '@attest/schema/agreement-api'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactNode, useCallback, useMemo, useRef, useState } from 'react'
import { articlesQuery } from '../api.ts'
import { useProject } from '../projects/ProjectFrame.tsx'
import { Button } from '../ui/Button.tsx'
import { copy } from '../ui/copy.ts'
import { Empty, Loading, Trouble } from '../ui/states.tsx'
import chartStyles from '../work/charts/charts.module.css'
import styles from './agreement.module.css'
import { agreementQuery, type Cell } from './api.ts'
import { DifferencesDialog } from './DifferencesDialog.tsx'
import { inNameOrder } from './in-name-order.ts'
import { methodsText } from './methods.ts'
import { Pictures, Select } from './Pictures.tsx'
import { type AgreementSearch, isFiltered, listIn, toggled } from './search.ts'
import { BeforeAfter, ByArticle, ByPerson, Gold, Summary, Value } from './Tables.tsx'
import { filterWords, listWords, measureNames, methodsWords, pageWords as words } from './wording.ts'

export function AgreementPage() {
  const { id } = useProject()
  const search = useSearch({ from: '/projects/$project/agreement' })
  const navigate = useNavigate({ from: '/projects/$project/agreement' })
  const onSearch = useCallback(
    (next: AgreementSearch) => void navigate({ search: next, replace: true, resetScroll: false }),
    [navigate],
  )
  const query = useQuery(agreementQuery(id, search))
  /** What was last computed stays, while something else is. */
  const last = useRef<AgreementDone | null>(null)
  if (query.data?.state === 'done') last.current = query.data
  const working = query.data?.state === 'working' ? query.data : null
  const shown = last.current

  if (!shown && query.error) return <Trouble isPart error={query.error} onRetry={() => void query.refetch()} />
  if (!shown) return working ? <Progress working={working} /> : <Loading what={words.loading} />
  const isBehind = query.data !== shown
  return (
    <div className={styles['page']}>
      <h2 className="visually-hidden">{words.title}</h2>
      <Filters done={shown} search={search} onSearch={onSearch} />
      {working && <Progress working={working} />}
      {query.error && (
        <p role="alert" className={styles['problem']}>
          {words.stale} {query.error.message} <Button onPress={() => void query.refetch()}>{words.retry}</Button>
        </p>
      )}
      <div className={styles['figures']} data-behind={isBehind || undefined} aria-busy={isBehind}>
        <Figures done={shown} search={search} onSearch={onSearch} />
      </div>
    </div>
  )
}

function Progress({ working }: { working: AgreementWorking }) {
  const { step, done, of } = working
  return (
    <div role="status" className={styles['progress']}>
      <p>{step === 'reading' ? words.reading(done, of) : words.computing}</p>
      <progress aria-label={words.progress} {...(step === 'reading' && of > 0 ? { value: done, max: of } : {})} />
    </div>
  )
}

interface FiguresProps {
  done: AgreementDone
  search: AgreementSearch
  onSearch: (search: AgreementSearch) => void
}

function Figures({ done: told, search, onSearch }: FiguresProps) {
  const { id } = useProject()
  const done = useMemo(() => inNameOrder(told), [told])
  const [cell, setCell] = useState<Cell | null>(null)
  const { nameOf, labelOf } = useNames(done)
  const before = useQuery({ ...agreementQuery(id, search, 'before'), enabled: done.revealed > 0 })
  const { shared, articles, compared, leftOut, unread, overall } = done
  const props = { done, search, onSearch, nameOf, labelOf, onOpen: setCell }
  const notes = (
    <>
      {leftOut > 0 && <p className={styles['note']}>{words.leftOut(leftOut)}</p>}
      {unread > 0 && <p className={styles['problem']}>{words.unread(unread)}</p>}
    </>
  )
  if (shared === 0)
    return (
      <>
        {notes}
        <Empty title={isFiltered(search) ? words.nothingHere : words.nothing}>
          <p>{isFiltered(search) ? words.nothingHereText : words.nothingText}</p>
          {isFiltered(search) && <Button onPress={() => onSearch({})}>{words.reset}</Button>}
        </Empty>
        {search.gold && done.gold && (
          <Section title={words.sections.gold}>
            <Gold {...props} />
          </Section>
        )}
        <DifferencesDialog project={id} {...props} cell={cell} onClose={() => setCell(null)} />
      </>
    )
  const tiles = [
    [measureNames.exact, overall.exact.pooled],
    [measureNames.partial, overall.partial.pooled],
    [measureNames.tokens, overall.tokens.pooled],
    [measureNames.alphaCharacters, overall.alphaCharacters.pooled],
    ...(done.method.gamma ? ([[measureNames.gamma, overall.gammaOfPairs]] as const) : []),
  ] as const
  return (
    <>
      <p>{words.of(shared, articles, compared.length)}</p>
      {notes}
      <dl className={chartStyles['totals']} aria-label={words.sections.summary}>
        {tiles.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Value value={value} digits={2} />
            </dd>
          </div>
        ))}
      </dl>
      <Section title={words.sections.summary}>
        <Summary {...props} />
      </Section>
      {done.revealed > 0 && (
        <Section title={words.sections.beforeAfter}>
          {before.data?.state === 'done' ? (
            <BeforeAfter before={before.data} />
          ) : before.data ? (
            <Progress working={before.data} />
          ) : before.error ? (
            <Trouble isPart error={before.error} onRetry={() => void before.refetch()} />
          ) : (
            <Loading what={words.loading} />
          )}
        </Section>
      )}
      {search.gold && (
        <Section title={words.sections.gold}>
          <Gold {...props} />
        </Section>
      )}
      <Section title={words.sections.pictures}>
        <Pictures {...props} />
      </Section>
      <Section title={words.sections.people}>
        <ByPerson {...props} />
      </Section>
      <Section title={words.sections.articles}>
        <ByArticle {...props} />
      </Section>
      <Methods {...props} />
      <DifferencesDialog project={id} {...props} cell={cell} onClose={() => setCell(null)} />
    </>
  )
}

function useNames({ people, labels }: AgreementDone) {
  return useMemo(() => {
    const names = new Map(people.map(({ id, name }) => [id, name]))
    names.set(goldId, listWords.gold)
    const kinds = new Map(labels.map(({ id, label }) => [id, label]))
    return {
      nameOf: (person: string) => names.get(person) ?? person,
      labelOf: (kind: string) => kinds.get(kind) ?? kind,
    }
  }, [people, labels])
}

function Methods({ done, search, nameOf, labelOf }: FiguresProps & ReturnType<typeof useNames>) {
  const text = methodsText(done, { nameOf, labelOf, from: search.from ?? null, to: search.to ?? null })
  return (
    <Section title={words.sections.methods}>
      <p className={styles['note']}>{methodsWords.hint}</p>
      <p className={styles['methods']} dir="auto">
        {text}
      </p>
      <p className={styles['note']}>
        <Button onPress={() => void copy(text)}>{methodsWords.copy}</Button> {methodsWords.formulas}
      </p>
    </Section>
  )
}

function Filters({ done, search, onSearch }: FiguresProps) {
  const { id } = useProject()
  const everybody = useMemo(() => inNameOrder(done).people, [done])
  const persons = everybody.filter(({ source }) => source === null)
  const layers = everybody.filter(({ source }) => source !== null)
  const articles = useQuery(articlesQuery(id))
  const chosen = listIn(search, 'articles')
  const [kinds, people] = [listIn(search, 'kinds'), listIn(search, 'people')]
  const optionsOf = (): [string, string][] => [
    ['', filterWords.allArticles],
    ...(chosen.length > 1 ? [[chosen.join(','), filterWords.someArticles(chosen.length)] as [string, string]] : []),
    ...(articles.data ?? []).map(({ id, title }): [string, string] => [id, title]),
  ]
  return (
    <section className={styles['filters']} aria-label={filterWords.title}>
      <fieldset>
        <legend>{filterWords.kinds}</legend>
        {done.labels.map(({ id, label }) => (
          <Button key={id} isPressedState={kinds.includes(id)} onPress={() => onSearch(toggled(search, 'kinds', id))}>
            <span dir="auto">{label}</span>
          </Button>
        ))}
      </fieldset>
      {persons.length > 0 && (
        <fieldset>
          <legend>{filterWords.people}</legend>
          {persons.map(({ id, name }) => (
            <Button
              key={id}
              isPressedState={people.includes(id)}
              onPress={() => onSearch(toggled(search, 'people', id))}
            >
              <span dir="auto">{name}</span>
            </Button>
          ))}
        </fieldset>
      )}
      {layers.length > 0 && (
        <fieldset>
          <legend>{filterWords.sources}</legend>
          {layers.map(({ id, name, source }) => (
            <Button
              key={id}
              isPressedState={people.includes(id)}
              onPress={() => {
                // Whoever adds one to everybody means everybody and it.
                const from = people.length > 0 ? search : { ...search, people: persons.map(({ id }) => id).join(',') }
                onSearch(toggled(from, 'people', id))
              }}
            >
              <span dir="auto">{name}</span> {source && <small>{filterWords.sourceKinds[source]}</small>}
            </Button>
          ))}
        </fieldset>
      )}
      <div className={styles['row']}>
        <Select
          label={filterWords.article}
          value={chosen.join(',')}
          options={optionsOf()}
          onChange={(value) => onSearch({ ...search, articles: value === '' ? undefined : value })}
        />
        <DayField label={filterWords.from} value={search.from} onChange={(from) => onSearch({ ...search, from })} />
        <DayField label={filterWords.to} value={search.to} onChange={(to) => onSearch({ ...search, to })} />
        <Select
          label={filterWords.gamma}
          value={search.gamma ?? 'no'}
          options={[
            ['no', filterWords.gammas.no],
            ['pairs', filterWords.gammas.pairs],
            ['all', filterWords.gammas.all],
          ]}
          onChange={(value) => onSearch({ ...search, gamma: value === 'pairs' || value === 'all' ? value : undefined })}
        />
        <Button
          isPressedState={search.gold === true}
          onPress={() => onSearch({ ...search, gold: search.gold ? undefined : true })}
        >
          {filterWords.gold}
        </Button>
        {isFiltered(search) && (
          <Button
            onPress={() =>
              onSearch({
                ...search,
                kinds: undefined,
                people: undefined,
                articles: undefined,
                from: undefined,
                to: undefined,
              })
            }
          >
            {filterWords.reset}
          </Button>
        )}
      </div>
    </section>
  )
}

interface DayProps {
  label: string
  value: string | undefined
  onChange: (day: string | undefined) => void
}

function DayField({ label, value, onChange }: DayProps) {
  return (
    <label className={styles['select']}>
      <span>{label}</span>
      <input
        type="date"
        value={value ?? ''}
        onChange={(event) => onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
      />
    </label>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles['section']}>
      <h3>{title}</h3>
      {children}
    </section>
  )
}
