/** What the words of the files stand for here, and where each document goes. It begins with what is proposed. */
import type { MarkReading, MarkTrial, Placement } from '@attest/schema/exchange-api'
import type { Mapping } from '@attest/schema/formats/mapping'
import type { Kind, LabelSet } from '@attest/schema/labelset'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { labelsQuery } from '../labels/api.ts'
import { Button } from '../ui/Button.tsx'
import { Loading, Trouble } from '../ui/states.tsx'
import { AnnotatorTable } from './AnnotatorTable.tsx'
import { DocumentTable } from './DocumentTable.tsx'
import { Switch } from './ExportFields.tsx'
import styles from './exchange.module.css'
import { MappingRow, MappingTable, TermSelect } from './MappingTable.tsx'
import { unitWords, importWords as words } from './wording.ts'

interface Props {
  project: string
  reading: MarkReading
  /** What it begins with: what was tried last, or what is proposed. */
  begun: Mapping
  placed: MarkTrial['placements']
  isBusy: boolean
  /** Told of each change, so that none is lost where the form goes. */
  onChange: (mapping: Mapping) => void
  onTry: (trial: MarkTrial) => void
}

export function MappingForm({ project, reading, begun, placed, isBusy, onChange, onTry }: Props) {
  const labels = useQuery(labelsQuery(project))
  const [mapping, setMapping] = useState(begun)
  const [placements, setPlacements] = useState<ReadonlyMap<number, Placement>>(
    new Map(placed.map(({ number, placement }) => [number, placement])),
  )
  if (labels.isPending) return <Loading what={words.labels} />
  if (!labels.data) return <Trouble isPart error={labels.error} onRetry={() => void labels.refetch()} />
  const { labelSet } = labels.data
  const { survey } = reading
  // The server says so as well, at the top of the page, where nobody looks who has just pressed a button at its end.
  const isNowhere =
    reading.documentCount === reading.documents.length &&
    reading.documents.every(({ number, placement }) => (placements.get(number) ?? placement).to === 'nowhere')
  const change = (some: Partial<Mapping>) => {
    const changed = { ...mapping, ...some }
    setMapping(changed)
    onChange(changed)
  }
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
          <LabelTable
            reading={reading}
            labelSet={labelSet}
            labels={mapping.labels}
            onChange={(labels) => change({ labels })}
          />
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
          <RelationTable
            reading={reading}
            labelSet={labelSet}
            relations={mapping.relations}
            onChange={(relations) => change({ relations })}
          />
        </Part>
      )}
      <Part title={words.annotators}>
        <AnnotatorTable
          reading={reading}
          annotators={mapping.annotators}
          onChange={(annotators) => change({ annotators })}
        />
      </Part>
      <Part title={words.places}>
        <Offsets units={survey.units} mapping={mapping} onChange={change} />
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
      {isNowhere && (
        <p className={styles['warning']} role="status">
          {words.allNowhere}
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

type Label = Mapping['labels'][number]

interface LabelTableProps {
  reading: MarkReading
  labelSet: LabelSet
  labels: Mapping['labels']
  onChange: (labels: Mapping['labels']) => void
}

function LabelTable({ reading, labelSet, labels, onChange }: LabelTableProps) {
  const counted = new Map(reading.survey.labels.map((label) => [label.label, label]))
  const put = (changed: Label) => onChange(labels.map((one) => (one.label === changed.label ? changed : one)))
  return (
    <MappingTable columns={[words.label, words.kind, words.attributes]}>
      {labels.map((label) => {
        const found = counted.get(label.label)
        const kind = labelSet.kinds.find(({ id }) => id === label.kind)
        return (
          <MappingRow
            key={label.label}
            name={label.label}
            count={words.times(found?.count ?? 0)}
            more={found?.examples.map((example) => (
              <q key={example} className={styles['example']} dir="auto">
                {example}
              </q>
            ))}
          >
            <td>
              <TermSelect
                label={words.becomes(label.label)}
                value={label.kind}
                terms={labelSet.kinds}
                onChange={(id) => put({ ...label, kind: id })}
              />
            </td>
            <td>{kind && <Attributes label={label} kind={kind} onChange={put} />}</td>
          </MappingRow>
        )
      })}
    </MappingTable>
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

interface RelationTableProps {
  reading: MarkReading
  labelSet: LabelSet
  relations: Mapping['relations']
  onChange: (relations: Mapping['relations']) => void
}

function RelationTable({ reading, labelSet, relations, onChange }: RelationTableProps) {
  const counts = new Map(reading.survey.relations.map(({ type, count }) => [type, count]))
  const put = (changed: Mapping['relations'][number]) =>
    onChange(relations.map((one) => (one.type === changed.type ? changed : one)))
  return (
    <MappingTable columns={[words.label, words.kind, words.direction]}>
      {relations.map((one) => (
        <MappingRow key={one.type} name={one.type || words.noName} count={words.times(counts.get(one.type) ?? 0)}>
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
        </MappingRow>
      ))}
    </MappingTable>
  )
}

interface OffsetsProps {
  units: MarkReading['survey']['units']
  mapping: Mapping
  onChange: (some: Partial<Mapping>) => void
}

/** Open where the words of the file do not all stand where it says: else nobody need look. */
function Offsets({ units, mapping, onChange }: OffsetsProps) {
  const chosen = units.find(({ unit }) => unit === mapping.unit)
  const [isDoubtful] = useState(chosen !== undefined && chosen.fits < chosen.quotes)
  return (
    <details className={styles['offsets']} open={isDoubtful}>
      <summary>
        {words.unit}: {unitWords[mapping.unit]}
        {chosen && <span className={styles['hint']}> {words.unitFit(chosen.fits, chosen.quotes)}</span>}
      </summary>
      <div className={styles['choices']}>
        {units.map(({ unit, fits, quotes }) => (
          <label key={unit}>
            <input type="radio" name="unit" checked={mapping.unit === unit} onChange={() => onChange({ unit })} />
            <span>
              {unitWords[unit]} <span className={styles['hint']}>{words.unitFit(fits, quotes)}</span>
            </span>
          </label>
        ))}
        <Switch
          label={words.seeks}
          hint={words.seeksHint}
          isOn={mapping.seeks}
          onChange={(seeks) => onChange({ seeks })}
        />
        <Switch
          label={words.widens}
          hint={words.widensHint}
          isOn={mapping.cut === 'widen'}
          onChange={(widens) => onChange({ cut: widens ? 'widen' : 'refuse' })}
        />
      </div>
    </details>
  )
}
