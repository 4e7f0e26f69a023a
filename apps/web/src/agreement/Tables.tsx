/** The figures of agreement as tables: by measure and kind, before and after discussion, against gold, by person and article. */
import {
  type AgreementDone,
  type EstimateTold,
  goldId,
  type OverallFigures,
  type ValueTold,
} from '@attest/schema/agreement-api'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { Button } from '../ui/Button.tsx'
import { countText } from '../ui/number.ts'
import styles from './agreement.module.css'
import type { PictureProps } from './Pictures.tsx'
import {
  beforeWords,
  filterWords,
  goldWords,
  measureHints,
  measureNames,
  notDefined,
  peopleText,
  summaryWords,
  tableWords,
  valueText,
} from './wording.ts'

type TableProps = Pick<PictureProps, 'done' | 'nameOf' | 'labelOf' | 'onOpen'>

const measures = ['exact', 'partial', 'characters', 'tokens', 'alphaCharacters', 'alphaTokens', 'unitizing'] as const

/** Articles are shown in lots: a project may have thousands. */
const ARTICLES_SHOWN = 25

/** A figure with its interval, or why there is none. */
export function Value({ value, digits = 3 }: { value: ValueTold | EstimateTold; digits?: number }) {
  if (value.value === null)
    return (
      <span className={styles['undefined']}>
        <span aria-hidden="true">–</span> <small>{notDefined(value.reason)}</small>
      </span>
    )
  const interval = 'interval' in value ? value.interval : null
  return (
    <span className={styles['value']}>
      {valueText(value.value, digits)}
      {interval && <small>{summaryWords.interval(valueText(interval.low), valueText(interval.high))}</small>}
    </span>
  )
}

export function Summary({ done, labelOf }: TableProps) {
  const { overall, kinds, method } = done
  const { bootstrap } = method
  /** What is not told by kind. */
  const whole: [name: string, hint: string, value: ValueTold | EstimateTold][] = [
    [summaryWords.relations, summaryWords.relationsHint, overall.relations.aligned],
  ]
  if (method.gamma) whole.push([measureNames.gamma, measureHints.gamma, overall.gammaOfPairs])
  if (method.gamma?.isTogether) whole.push([summaryWords.gammaTogether, summaryWords.gammaTogetherHint, overall.gamma])
  return (
    <>
      <ScrollTable caption={summaryWords.caption}>
        <thead>
          <tr>
            <th scope="col">{summaryWords.measure}</th>
            <th scope="col">{summaryWords.all}</th>
            <th scope="col">{summaryWords.mean}</th>
            {kinds.map((kind) => (
              <th key={kind} scope="col" dir="auto">
                {labelOf(kind)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {measures.map((measure) => (
            <MeasureRow key={measure} measure={measure} values={[overall[measure].pooled, overall[measure].mean]}>
              {kinds.map((kind) => {
                const value = overall[measure].kinds[kind]
                return <td key={kind}>{value && <Value value={value} />}</td>
              })}
            </MeasureRow>
          ))}
          {whole.map(([name, hint, value]) => (
            <tr key={name}>
              <Named name={name} hint={hint} />
              <td>
                <Value value={value} />
              </td>
              <td colSpan={kinds.length + 1} />
            </tr>
          ))}
        </tbody>
      </ScrollTable>
      <p className={styles['note']}>
        {bootstrap
          ? summaryWords.intervals(
              bootstrap.draws,
              bootstrap.units,
              bootstrap.over === 'articles' ? 'articles' : 'paragraphs',
              bootstrap.seed,
            )
          : summaryWords.noIntervals}
      </p>
    </>
  )
}

export function BeforeAfter({ before }: { before: AgreementDone }) {
  const { after, overall, articles } = before
  if (!after) return null
  return (
    <>
      <p className={styles['note']}>{beforeWords.hint(articles)}</p>
      <ScrollTable caption={beforeWords.caption}>
        <thead>
          <tr>
            <th scope="col">{summaryWords.measure}</th>
            <th scope="col">{beforeWords.before}</th>
            <th scope="col">{beforeWords.after}</th>
            <th scope="col">{beforeWords.change}</th>
          </tr>
        </thead>
        <tbody>
          {measures.map((measure) => (
            <MeasureRow key={measure} measure={measure} values={[overall[measure].pooled, after[measure].pooled]}>
              <td>{changeText(overall, after, measure)}</td>
            </MeasureRow>
          ))}
        </tbody>
      </ScrollTable>
    </>
  )
}

function changeText(before: OverallFigures, after: OverallFigures, measure: (typeof measures)[number]): string {
  const [one, other] = [before[measure].pooled.value, after[measure].pooled.value]
  if (one === null || other === null) return ''
  const change = other - one
  return `${change > 0 ? '+' : ''}${valueText(change, 3)}`
}

export function Gold({ done, nameOf, onOpen }: TableProps) {
  const { gold } = done
  if (!gold) return <p className={styles['note']}>{goldWords.none}</p>
  const columns = ['exactPrecision', 'exactRecall', 'partialPrecision', 'partialRecall'] as const
  return (
    <>
      <p className={styles['note']}>
        {goldWords.hint(gold.articles)} {gold.undecided > 0 && goldWords.undecided(gold.undecided)}
      </p>
      <ScrollTable caption={goldWords.caption}>
        <thead>
          <tr>
            <th scope="col">{goldWords.person}</th>
            <th scope="col">{goldWords.articles}</th>
            {columns.map((column) => (
              <th key={column} scope="col">
                {goldWords[column]}
              </th>
            ))}
            <th scope="col">{goldWords.f1}</th>
          </tr>
        </thead>
        <tbody>
          {gold.persons
            .filter(({ articles }) => articles > 0)
            .map((one) => (
              <tr key={one.person}>
                <th scope="row" dir="auto">
                  <Button
                    variant="quiet"
                    aria-label={goldWords.open(nameOf(one.person))}
                    onPress={() => onOpen({ a: goldId, b: one.person })}
                  >
                    {nameOf(one.person)}
                  </Button>
                </th>
                <td>{countText(one.articles)}</td>
                {columns.map((column) => (
                  <td key={column}>
                    <Value value={one[column].pooled} />
                  </td>
                ))}
                <td>
                  <Value value={one.exact.pooled} />
                </td>
              </tr>
            ))}
          <tr>
            <th scope="row">{goldWords.everybody}</th>
            <td>{countText(gold.articles)}</td>
            {columns.map((column) => (
              <td key={column}>
                <Value value={gold.overall[column].pooled} />
              </td>
            ))}
            <td>
              <Value value={gold.overall.exact.pooled} />
            </td>
          </tr>
        </tbody>
      </ScrollTable>
    </>
  )
}

export function ByPerson({ done, nameOf }: TableProps) {
  const known = new Map(done.people.map((one) => [one.id, one]))
  const roleOf = (person: string) => {
    const { role, source } = known.get(person) ?? {}
    return source ? filterWords.sourceKinds[source] : (role ?? tableWords.formerly)
  }
  return (
    <>
      <ScrollTable caption={tableWords.person}>
        <thead>
          <tr>
            <th scope="col">{tableWords.person}</th>
            <th scope="col">{tableWords.role}</th>
            <th scope="col">{tableWords.articles}</th>
            <th scope="col">{tableWords.marks}</th>
            <th scope="col">{measureNames.exact}</th>
            <th scope="col">{measureNames.partial}</th>
            <th scope="col">{measureNames.tokens}</th>
            <th scope="col">{tableWords.overlapping}</th>
          </tr>
        </thead>
        <tbody>
          {done.persons.map((one) => (
            <tr key={one.person}>
              <th scope="row" dir="auto">
                {nameOf(one.person)}
              </th>
              <td>{roleOf(one.person)}</td>
              <td>{countText(one.articles)}</td>
              <td>{countText(Object.values(one.marks).reduce((sum, count) => sum + count, 0))}</td>
              <td>
                <Value value={one.exact.pooled} />
              </td>
              <td>
                <Value value={one.partial.pooled} />
              </td>
              <td>
                <Value value={one.tokens.pooled} />
              </td>
              <td>{countText(one.overlapping)}</td>
            </tr>
          ))}
        </tbody>
      </ScrollTable>
      <p className={styles['note']}>{tableWords.overlappingHint}</p>
    </>
  )
}

export function ByArticle({ done, nameOf }: TableProps) {
  const [isWhole, setWhole] = useState(false)
  const all = done.byArticle
    .filter(({ people }) => people.length > 1)
    .toSorted((a, b) => (a.exact.value ?? 2) - (b.exact.value ?? 2))
  const shown = isWhole ? all : all.slice(0, ARTICLES_SHOWN)
  // Of more than two it is only there when it was asked for.
  const hasGamma = all.some(({ gamma }) => gamma.value !== null)
  return (
    <>
      <ScrollTable caption={tableWords.article}>
        <thead>
          <tr>
            <th scope="col">{tableWords.article}</th>
            <th scope="col">{tableWords.people}</th>
            <th scope="col">{measureNames.exact}</th>
            <th scope="col">{measureNames.partial}</th>
            <th scope="col">{measureNames.alphaCharacters}</th>
            {hasGamma && <th scope="col">γ</th>}
            <th scope="col">
              <span className="visually-hidden">{tableWords.compare}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ article, title, people, exact, partial, alphaCharacters, gamma }) => (
            <tr key={article}>
              <th scope="row" dir="auto">
                <Link to="/articles/$article" params={{ article }}>
                  {title}
                </Link>
              </th>
              <td>
                <span title={people.map(nameOf).join(', ')}>{peopleText(people.length)}</span>
              </td>
              <td>
                <Value value={exact} />
              </td>
              <td>
                <Value value={partial} />
              </td>
              <td>
                <Value value={alphaCharacters} />
              </td>
              {hasGamma && (
                <td>
                  <Value value={gamma} />
                </td>
              )}
              <td>
                <Link
                  to="/articles/$article/compare"
                  params={{ article }}
                  search={{ who: people.slice(0, 6).join(',') }}
                >
                  {tableWords.compare}
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </ScrollTable>
      {shown.length < all.length && (
        <p className={styles['note']}>
          {tableWords.more(shown.length, all.length)}{' '}
          <Button onPress={() => setWhole(true)}>{tableWords.showAll}</Button>
        </p>
      )}
    </>
  )
}

interface MeasureRowProps {
  measure: (typeof measures)[number]
  values: readonly EstimateTold[]
  children: ReactNode
}

function MeasureRow({ measure, values, children }: MeasureRowProps) {
  return (
    <tr>
      <Named name={measureNames[measure]} hint={measureHints[measure]} />
      {values.map((value, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they have nothing but their columns
        <td key={i}>
          <Value value={value} />
        </td>
      ))}
      {children}
    </tr>
  )
}

function Named({ name, hint }: { name: string; hint: string }) {
  return (
    <th scope="row">
      {name} <small>{hint}</small>
    </th>
  )
}

function ScrollTable({ caption, children }: { caption: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <section className={styles['table']} tabIndex={0} aria-label={caption}>
      <table>
        <caption className="visually-hidden">{caption}</caption>
        {children}
      </table>
    </section>
  )
}
