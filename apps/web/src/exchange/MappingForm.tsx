/** What the words of the files stand for here, and where each document goes. It begins with what is proposed. */
import type { FoundDocumentTold, MarkReading, MarkTrial, Placement } from '@attest/schema/exchange-api'
import type { Mapping } from '@attest/schema/formats/mapping'
import type { Kind, LabelSet } from '@attest/schema/labelset'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { articlesQuery } from '../api.ts'
import { labelsQuery } from '../labels/api.ts'
import { Button } from '../ui/Button.tsx'
import { Loading, Trouble } from '../ui/states.tsx'
import { Switch } from './ExportFields.tsx'
import styles from './exchange.module.css'
import { unitWords, importWords as words } from './wording.ts'

interface Props {
  project: string
  reading: MarkReading
  /** What was tried last. */
  trial: MarkTrial | null
  isBusy: boolean
  onTry: (trial: MarkTrial) => void
}

export function MappingForm({ project, reading, trial, isBusy, onTry }: Props) {
  const labels = useQuery(labelsQuery(project))
  const [mapping, setMapping] = useState<Mapping>(trial?.mapping ?? reading.mapping)
  const [placements, setPlacements] = useState<ReadonlyMap<number, Placement>>(
    new Map(trial?.placements.map(({ number, placement }) => [number, placement])),
  )
  if (labels.isPending) return <Loading what={words.labels} />
  if (!labels.data) return <Trouble isPart error={labels.error} onRetry={() => void labels.refetch()} />
  const { labelSet } = labels.data
  const { survey } = reading
  const change = (some: Partial<Mapping>) => setMapping({ ...mapping, ...some })
  return (
    <form
      className={styles['mapping']}
      onSubmit={(event) => {
        event.preventDefault()
        onTry({ mapping, placements: Array.from(placements, ([number, placement]) => ({ number, placement })) })
      }}
    >
      {survey.labels.length > 0 && (
        <Part title={words.labels}>
          <LabelTable {...{ reading, labelSet, mapping, onChange: change }} />
          {mapping.labels.filter(({ kind }) => kind === null).length > 1 && (
            <div className={styles['rest']}>
              <span aria-hidden="true">{words.rest}</span>
              <TermSelect
                label={words.rest}
                value={null}
                terms={labelSet.kinds}
                onChange={(id) => change({ labels: mapping.labels.map((one) => ({ ...one, kind: one.kind ?? id })) })}
              />
            </div>
          )}
          {mapping.labels.some(({ kind }) => kind === null) && (
            <p className={styles['hint']}>
              {words.unmapped(mapping.labels.filter(({ kind }) => kind === null).length)}{' '}
              <Link to="/projects/$project/labels" params={{ project }}>
                {words.labelsPage}
              </Link>
            </p>
          )}
        </Part>
      )}
      {survey.relations.length > 0 && (
        <Part title={words.relations}>
          <RelationTable {...{ reading, labelSet, mapping, onChange: change }} />
        </Part>
      )}
      <Part title={words.annotators}>
        <AnnotatorTable {...{ reading, mapping, onChange: change }} />
      </Part>
      <Part title={words.unit}>
        <div className={styles['choices']}>
          {survey.units.map(({ unit, fits, quotes }) => (
            <label key={unit}>
              <input type="radio" name="unit" checked={mapping.unit === unit} onChange={() => change({ unit })} />
              <span>
                {unitWords[unit]} <span className={styles['hint']}>{words.unitFit(fits, quotes)}</span>
              </span>
            </label>
          ))}
          <Switch
            label={words.seeks}
            hint={words.seeksHint}
            isOn={mapping.seeks}
            onChange={(seeks) => change({ seeks })}
          />
          <Switch
            label={words.widens}
            hint={words.widensHint}
            isOn={mapping.cut === 'widen'}
            onChange={(widens) => change({ cut: widens ? 'widen' : 'refuse' })}
          />
        </div>
      </Part>
      <Part title={words.documents}>
        <DocumentTable
          project={project}
          documents={reading.documents}
          placements={placements}
          onChange={(number, placement) => setPlacements(new Map(placements).set(number, placement))}
        />
        {reading.documentCount > reading.documents.length && (
          <p className={styles['hint']}>{words.moreDocuments(reading.documentCount - reading.documents.length)}</p>
        )}
      </Part>
      {survey.labels.length > 0 && mapping.labels.every(({ kind }) => kind === null) && (
        <p className={styles['warning']} role="status">
          {words.allLeftOut}
        </p>
      )}
      <p>
        <Button type="submit" variant="primary" isDisabled={isBusy}>
          {words.tryIt}
        </Button>
      </p>
    </form>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles['part']} aria-label={title}>
      <h4>{title}</h4>
      {children}
    </section>
  )
}

interface TableProps {
  reading: MarkReading
  mapping: Mapping
  onChange: (some: Partial<Mapping>) => void
}

type Label = Mapping['labels'][number]

function LabelTable({ reading, labelSet, mapping, onChange }: TableProps & { labelSet: LabelSet }) {
  const counted = new Map(reading.survey.labels.map((label) => [label.label, label]))
  const put = (changed: Label) =>
    onChange({ labels: mapping.labels.map((one) => (one.label === changed.label ? changed : one)) })
  return (
    <table className={styles['table']}>
      <thead>
        <tr>
          <th scope="col">{words.label}</th>
          <th scope="col">{words.kind}</th>
          <th scope="col">{words.attributes}</th>
        </tr>
      </thead>
      <tbody>
        {mapping.labels.map((label) => {
          const found = counted.get(label.label)
          const kind = labelSet.kinds.find(({ id }) => id === label.kind)
          return (
            <tr key={label.label}>
              <th scope="row">
                <bdi>{label.label}</bdi> <span className={styles['hint']}>× {words.number(found?.count ?? 0)}</span>
                {found?.examples.map((example) => (
                  <q key={example} className={styles['example']} dir="auto">
                    {example}
                  </q>
                ))}
              </th>
              <td>
                <TermSelect
                  label={words.becomes(label.label)}
                  value={label.kind}
                  terms={labelSet.kinds}
                  onChange={(id) => put({ ...label, kind: id })}
                />
              </td>
              <td>{kind && <Attributes label={label} kind={kind} onChange={put} />}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

function Attributes({ label, kind, onChange }: { label: Label; kind: Kind; onChange: (label: Label) => void }) {
  if (label.attributes.length === 0) return null
  return (
    <ul className={styles['attributes']}>
      {label.attributes.map((one) => (
        <li key={one.name}>
          <bdi>{one.name}</bdi>
          <TermSelect
            label={words.becomes(one.name)}
            value={one.attribute}
            terms={kind.attributes}
            onChange={(id) =>
              onChange({
                ...label,
                attributes: label.attributes.map((other) => (other === one ? { ...one, attribute: id } : other)),
              })
            }
          />
        </li>
      ))}
    </ul>
  )
}

function RelationTable({ reading, labelSet, mapping, onChange }: TableProps & { labelSet: LabelSet }) {
  const counts = new Map(reading.survey.relations.map(({ type, count }) => [type, count]))
  const put = (changed: Mapping['relations'][number]) =>
    onChange({ relations: mapping.relations.map((one) => (one.type === changed.type ? changed : one)) })
  return (
    <table className={styles['table']}>
      <thead>
        <tr>
          <th scope="col">{words.label}</th>
          <th scope="col">{words.kind}</th>
          <th scope="col">{words.direction}</th>
        </tr>
      </thead>
      <tbody>
        {mapping.relations.map((one) => (
          <tr key={one.type}>
            <th scope="row">
              <bdi>{one.type || words.noName}</bdi>{' '}
              <span className={styles['hint']}>× {words.number(counts.get(one.type) ?? 0)}</span>
            </th>
            <td>
              <TermSelect
                label={words.becomes(one.type)}
                value={one.to}
                terms={labelSet.relations}
                onChange={(to) => put({ ...one, to })}
              />
            </td>
            <td>
              <div className={styles['choices']}>
                <Switch label={words.turned} isOn={one.isTurned} onChange={(isTurned) => put({ ...one, isTurned })} />
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function AnnotatorTable({ reading, mapping, onChange }: TableProps) {
  const counts = new Map(reading.survey.annotators.map(({ by, count }) => [by, count]))
  return (
    <table className={styles['table']}>
      <thead>
        <tr>
          <th scope="col">{words.annotator}</th>
          <th scope="col">{words.layerName}</th>
        </tr>
      </thead>
      <tbody>
        {mapping.annotators.map((one) => (
          <tr key={one.by ?? ''}>
            <th scope="row">
              <bdi>{one.by ?? words.noName}</bdi>{' '}
              <span className={styles['hint']}>× {words.number(counts.get(one.by) ?? 0)}</span>
            </th>
            <td>
              <input
                aria-label={words.layerOf(one.by ?? words.noName)}
                value={one.name ?? ''}
                maxLength={60}
                dir="auto"
                placeholder={one.by === null ? words.unnamed : words.leftOut}
                onChange={({ target }) =>
                  onChange({
                    annotators: mapping.annotators.map((other) =>
                      other === one ? { ...one, name: target.value || null } : other,
                    ),
                  })
                }
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

interface DocumentTableProps {
  project: string
  documents: readonly FoundDocumentTold[]
  /** What was chosen; the others go where it is proposed. */
  placements: ReadonlyMap<number, Placement>
  onChange: (number: number, placement: Placement) => void
}

function DocumentTable({ project, documents, placements, onChange }: DocumentTableProps) {
  const articles = useQuery(articlesQuery(project))
  return (
    <table className={styles['table']}>
      <thead>
        <tr>
          <th scope="col">{words.document}</th>
          <th scope="col">{words.goesTo}</th>
        </tr>
      </thead>
      <tbody>
        {documents.map(({ number, name, title, counts, match, placement, problem, closed }) => {
          const chosen = placements.get(number) ?? placement
          return (
            <tr key={number}>
              <th scope="row">
                <bdi>{title ?? name}</bdi> <span className={styles['hint']}>{words.marks(counts.annotations)}</span>
                {chosen.to === 'nowhere' && (closed ?? problem) && (
                  <span className={styles['problem']}>{closed ?? problem}</span>
                )}
              </th>
              <td>
                <select
                  aria-label={words.becomes(title ?? name)}
                  value={chosen.to === 'article' ? chosen.article : `to ${chosen.to}`}
                  onChange={({ target }) => onChange(number, placementOf(target.value))}
                >
                  <option value="to nowhere">{words.toNowhere}</option>
                  {problem === null && <option value="to new">{words.toNew}</option>}
                  {match && (
                    <option value={match.article}>
                      {match.title} ({words.matched[match.by]})
                    </option>
                  )}
                  {articles.data
                    ?.filter(({ id }) => id !== match?.article)
                    .map(({ id, title: known }) => (
                      <option key={id} value={id}>
                        {known}
                      </option>
                    ))}
                </select>
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

/** No article has an id with a blank in it. */
function placementOf(value: string): Placement {
  if (value === 'to new') return { to: 'new' }
  return value === 'to nowhere' ? { to: 'nowhere' } : { to: 'article', article: value }
}

interface TermSelectProps {
  label: string
  /** Null leaves it out. */
  value: string | null
  terms: readonly { id: string; label: string }[]
  onChange: (id: string | null) => void
}

function TermSelect({ label, value, terms, onChange }: TermSelectProps) {
  return (
    <select aria-label={label} value={value ?? ''} onChange={({ target }) => onChange(target.value || null)}>
      <option value="">{words.leaveOut}</option>
      {terms.map(({ id, label: known }) => (
        <option key={id} value={id}>
          {known}
        </option>
      ))}
    </select>
  )
}
