/** How far the people in this article agree, while they mark. Each figure leads to the words it is about. */
import type { Value } from '@attest/schema/agreement/annotated'
import type { PairReport, Report } from '@attest/schema/agreement/report'
import type { LabelSet } from '@attest/schema/labelset'
import { isHidden, seesHidden } from '@attest/schema/layer'
import { useNavigate } from '@tanstack/react-router'
import { type MouseEvent, type ReactNode, useEffect, useMemo, useState } from 'react'
import { SidePanel } from '../../annotations/SidePanel.tsx'
import { styleOf } from '../../editor/label-styles.ts'
import type { Workbench } from '../../editor/workbench.ts'
import { useLive } from '../../live/use-live.ts'
import { Button } from '../../ui/Button.tsx'
import { countText } from '../../ui/number.ts'
import { Swatch } from '../../ui/Swatch.tsx'
import { Empty } from '../../ui/states.tsx'
import { pairsInOrder } from '../in-name-order.ts'
import { sourceOfLayers } from './layers-source.ts'
import type { Answers } from './ledger.ts'
import styles from './live.module.css'
import { makeWorker, type Standing, sourceOfRoom, sourcesAmong, watchAgreement } from './live-agreement.ts'
import { whyUndefined, liveWords as words } from './wording.ts'

interface Props {
  bench: Workbench
  onClose: () => void
}

export function AgreementPanel({ bench, onClose }: Props) {
  const { blind, project } = useLive(bench.room.article)
  return (
    <SidePanel
      bench={bench}
      title={words.title}
      close={words.close}
      testId="agreement"
      className={styles['panel']}
      onClose={onClose}
    >
      <div className={styles['body']}>
        {isHidden(blind) && !seesHidden(project.memberRole) ? (
          <Empty title={words.blind.title}>
            <p>{words.blind.text}</p>
          </Empty>
        ) : (
          <Watching bench={bench} isHidden={isHidden(blind)} />
        )}
      </div>
    </SidePanel>
  )
}

function Watching({ bench: { room }, isHidden }: { bench: Workbench; isHidden: boolean }) {
  const [standing, setStanding] = useState<Standing<Answers['figures']>>({ phase: 'computing' })
  const [attempt, setAttempt] = useState(0)
  const [isWhole, setIsWhole] = useState(false)
  const { labelSet } = useLive(room.article)
  const sources = sourcesAmong(useLive(room.people).values())
  const without = isWhole ? '' : sources.join(' ')
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt, or other kinds, begin anew
  useEffect(() => {
    setStanding({ phase: 'computing' })
    const nobody = without.split(' ').filter(Boolean)
    const source = isHidden ? sourceOfLayers(room.page, nobody) : sourceOfRoom(room, nobody)
    const live = watchAgreement(source, { about: 'figures', bench: makeWorker(), now: Date.now })
    const stop = live.standing.subscribe(() => setStanding(live.standing.get()))
    return () => {
      stop()
      live.close()
    }
  }, [room, isHidden, without, attempt, labelSet])
  if (standing.phase === 'failed')
    return (
      <>
        <p role="alert">{words.failed}</p>
        <Button onPress={() => setAttempt(attempt + 1)}>{words.again}</Button>
      </>
    )
  if (standing.phase === 'computing') return <p role="status">{words.computing}</p>
  const { answer, at, isOld } = standing
  const { report } = answer
  const names = new Intl.Collator('en', { numeric: true })
  const compare = (a: string, b: string) => names.compare(room.nameOf(a), room.nameOf(b)) || (a < b ? -1 : 1)
  return (
    <>
      <p className={styles['asOf']}>
        {words.asOf(at, answer.marks, report.people.length)}
        {isOld && <> · {words.isOld}</>}
      </p>
      {sources.length > 0 && (
        <label className={styles['whole']}>
          <input type="checkbox" checked={isWhole} onChange={({ target }) => setIsWhole(target.checked)} />{' '}
          {words.whole}
        </label>
      )}
      {report.people.length < 2 ? (
        <Empty title={words.alone.title}>
          <p>{words.alone.text}</p>
        </Empty>
      ) : (
        <Figures
          report={{ ...report, pairs: pairsInOrder(report.pairs, compare) }}
          article={room.page.id}
          labelSet={labelSet}
          nameOf={(person) => room.nameOf(person)}
        />
      )}
    </>
  )
}

interface FiguresProps {
  report: Report
  article: string
  labelSet: LabelSet
  nameOf: (person: string) => string
}

export function Figures({ report, article, labelSet, nameOf }: FiguresProps) {
  const { overall, pairs, people } = report
  const [chosen, setChosen] = useState('')
  const keyOf = ({ a, b }: PairReport) => `${a},${b}`
  const pair = pairs.find((one) => keyOf(one) === chosen) ?? pairs[0]
  const everybody = people.slice(0, 6).join(',')
  const { measures } = words
  return (
    <>
      <h3>{words.everybody}</h3>
      <table className={styles['everybody']}>
        <tbody>
          {(
            [
              [measures.exact, overall.exact.pooled],
              [measures.partial, overall.partial.pooled],
              [measures.alphaTokens, overall.alphaTokens.pooled],
              [measures.alphaCharacters, overall.alphaCharacters.pooled],
              [measures.unitizing, overall.unitizing.pooled],
              [measures.relations, overall.relations.aligned],
            ] as const
          ).map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <Cell what={name} value={value} article={article} who={everybody} isExplained />
            </tr>
          ))}
        </tbody>
      </table>
      {pair && pairs.length > 1 && (
        <>
          <h3>{words.pairs}</h3>
          <Scroll label={words.pairs}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{words.pair}</th>
                  {[measures.exact, measures.partial, measures.tokens, measures.unitizing].map((name) => (
                    <th key={name} scope="col">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {pairs.map((one) => (
                  <tr key={keyOf(one)} aria-current={one === pair || undefined}>
                    <th scope="row" dir="auto">
                      {words.pairOf(nameOf(one.a), nameOf(one.b))}
                    </th>
                    {(['exact', 'partial', 'tokens', 'unitizing'] as const).map((measure) => (
                      <Cell
                        key={measure}
                        what={`${words.pairOf(nameOf(one.a), nameOf(one.b))}, ${measures[measure]}`}
                        value={one[measure].pooled}
                        article={article}
                        who={keyOf(one)}
                      />
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </>
      )}
      {pair && (
        <>
          <h3>
            {pairs.length > 1 ? (
              <select aria-label={words.choose} value={keyOf(pair)} onChange={({ target }) => setChosen(target.value)}>
                {pairs.map((one) => (
                  <option key={keyOf(one)} value={keyOf(one)}>
                    {words.pairOf(nameOf(one.a), nameOf(one.b))}
                  </option>
                ))}
              </select>
            ) : (
              words.pairOf(nameOf(pair.a), nameOf(pair.b))
            )}
          </h3>
          <PairFigures pair={pair} kinds={report.kinds} {...{ article, labelSet, nameOf }} who={keyOf(pair)} />
        </>
      )}
      <details className={styles['how']}>
        <summary>{words.how}</summary>
        {words.methods.map((one) => (
          <p key={one}>{one}</p>
        ))}
      </details>
    </>
  )
}

interface PairProps extends Omit<FiguresProps, 'report'> {
  pair: PairReport
  kinds: readonly string[]
  who: string
}

function PairFigures({ pair, kinds, article, labelSet, nameOf, who }: PairProps) {
  const labels = useMemo(() => new Map(labelSet.kinds.map(({ id, label }) => [id, label])), [labelSet])
  const { measures } = words
  const columns = ['exact', 'partial', 'characters', 'tokens', 'unitizing'] as const
  const [a, b] = [nameOf(pair.a), nameOf(pair.b)]
  const { counts, confusion, otherBorders } = pair
  const told = [
    [words.same, counts.same],
    [words.borders, counts.borders],
    [words.otherKind, counts.kind],
    [words.both, counts.both],
    [words.only(a), counts.onlyA],
    [words.only(b), counts.onlyB],
  ] as const
  const used = kinds.flatMap((kind, i) => {
    const isUsed = confusion[i]?.some((count) => count > 0) || confusion.some((row) => (row[i] ?? 0) > 0)
    return isUsed ? [[kind, i] as const] : []
  })
  const sides = [...used, [null, kinds.length] as const]
  const nameOfSide = (kind: string | null) => (kind === null ? words.none : (labels.get(kind) ?? kind))
  return (
    <>
      <Scroll label={words.pairOf(a, b)}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.kind}</th>
              {columns.map((measure) => (
                <th key={measure} scope="col">
                  {measures[measure]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">{words.all}</th>
              {columns.map((measure) => (
                <Cell key={measure} what={measures[measure]} value={pair[measure].pooled} {...{ article, who }} />
              ))}
            </tr>
            {used.map(([kind]) => (
              <tr key={kind}>
                <th scope="row" dir="auto">
                  <Swatch kind={styleOf(labelSet, kind)} /> {labels.get(kind) ?? kind}
                </th>
                {columns.map((measure) => (
                  <Cell
                    key={measure}
                    what={`${labels.get(kind) ?? kind}, ${measures[measure]}`}
                    value={pair[measure].kinds[kind] ?? { value: null, reason: 'no-marks' }}
                    {...{ article, who, kind }}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p className={styles['counts']}>
        {told
          .filter(([, count]) => count > 0)
          .map(([name, count]) => `${countText(count)} ${name}`)
          .join(' · ')}
      </p>
      <Scroll label={words.confusion(a, b)}>
        <table className={styles['confusion']}>
          <caption>{words.confusion(a, b)}</caption>
          <thead>
            <tr>
              <td />
              {sides.map(([kind, i]) => (
                <th key={i} scope="col" dir="auto">
                  {nameOfSide(kind)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sides.map(([row, i]) => (
              <tr key={i}>
                <th scope="row" dir="auto">
                  {nameOfSide(row)}
                </th>
                {sides.map(([column, j]) => {
                  const count = confusion[i]?.[j] ?? 0
                  const moved = otherBorders[i]?.[j] ?? 0
                  const what = `${nameOfSide(row)}, ${nameOfSide(column)}`
                  return (
                    <td key={j} data-alike={i === j || undefined}>
                      {count === 0 ? (
                        <span aria-hidden="true">·</span>
                      ) : (
                        <ToCompare
                          article={article}
                          who={who}
                          kind={[row, column].filter((kind) => kind !== null).join(',')}
                          label={words.opens(what, words.cell(count, moved))}
                        >
                          {countText(count)}
                          {moved > 0 && <small>{words.moved(moved)}</small>}
                        </ToCompare>
                      )}
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p className={styles['compare']}>
        <ToCompare article={article} who={who}>
          {words.compare}
        </ToCompare>
      </p>
    </>
  )
}

/** Wide tables go sideways; whoever uses keys can do so as well. */
function Scroll({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a section of its own would be one more landmark for each table
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <div className={styles['scroll']} role="group" aria-label={label} tabIndex={0}>
      {children}
    </div>
  )
}

interface CellProps {
  what: string
  value: Value
  article: string
  who: string
  kind?: string
  /** Whether there is room to say why it is not defined. */
  isExplained?: boolean
}

function Cell({ what, value, article, who, kind, isExplained = false }: CellProps) {
  if (value.value === null) {
    const why = words.undefined(whyUndefined[value.reason])
    return (
      <td title={why}>
        <span className={styles['undefined']}>
          <span className={styles['none']} aria-hidden="true">
            –
          </span>
          <span className={isExplained ? styles['why'] : 'visually-hidden'}>{why}</span>
        </span>
      </td>
    )
  }
  const shown = value.value.toFixed(2).replace('-', '−')
  return (
    <td>
      <ToCompare article={article} who={who} label={words.opens(what, shown)} {...(kind !== undefined && { kind })}>
        {shown}
      </ToCompare>
    </td>
  )
}

interface ToCompareProps {
  article: string
  who: string
  kind?: string
  label?: string
  children: ReactNode
}

/** A plain link: the router's own are drawn again whenever the address changes, and here are a hundred of them. */
function ToCompare({ article, who, kind, label, children }: ToCompareProps) {
  const navigate = useNavigate()
  const search = { who, ...(kind ? { kind } : {}) }
  const go = (event: MouseEvent) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    void navigate({ to: '/articles/$article/compare', params: { article }, search })
  }
  return (
    <a
      href={`/articles/${encodeURIComponent(article)}/compare?${new URLSearchParams(search)}`}
      aria-label={label}
      onClick={go}
    >
      {children}
    </a>
  )
}
