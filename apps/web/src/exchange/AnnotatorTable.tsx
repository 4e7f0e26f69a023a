/** Under whose name marks come in: a layer called after somebody, or the predictions of a model. */
import type { MarkReading } from '@attest/schema/exchange-api'
import type { Mapping } from '@attest/schema/formats/mapping'
import { useId } from 'react'
import { Switch } from './ExportFields.tsx'
import styles from './exchange.module.css'
import { MappingRow, MappingTable } from './MappingTable.tsx'
import { importWords as words } from './wording.ts'

interface Props {
  reading: MarkReading
  annotators: Mapping['annotators']
  onChange: (annotators: Mapping['annotators']) => void
}

export function AnnotatorTable({ reading, annotators, onChange }: Props) {
  const counts = new Map(reading.survey.annotators.map(({ by, count }) => [by, count]))
  return (
    <MappingTable columns={[words.annotator, words.comesInAs]}>
      {annotators.map((one) => (
        <MappingRow key={one.by ?? ''} name={one.by ?? words.noName} count={words.times(counts.get(one.by) ?? 0)}>
          <td>
            <Layer
              one={one}
              onChange={(changed) => onChange(annotators.map((other) => (other === one ? changed : other)))}
            />
          </td>
        </MappingRow>
      ))}
    </MappingTable>
  )
}

type Annotator = Mapping['annotators'][number]

function Layer({ one, onChange }: { one: Annotator; onChange: (one: Annotator) => void }) {
  const { by, name, prediction } = one
  const who = by ?? words.noName
  const version = useId()
  const threshold = useId()
  return (
    <div className={styles['layer']}>
      <input
        aria-label={prediction ? words.modelOf(who) : words.layerOf(who)}
        value={name ?? ''}
        maxLength={60}
        dir="auto"
        placeholder={by === null ? words.unnamed : words.leftOut}
        onChange={({ target }) => onChange({ ...one, name: target.value || null })}
      />
      <div className={styles['choices']}>
        <Switch
          label={words.prediction}
          hint={words.predictionHint}
          isOn={prediction !== undefined}
          onChange={(isOn) => onChange({ by, name, ...(isOn && { prediction: { version: '', threshold: 0 } }) })}
        />
      </div>
      {prediction && (
        <div className={styles['model']}>
          <label htmlFor={version}>{words.version}</label>
          <input
            id={version}
            value={prediction.version}
            maxLength={100}
            dir="auto"
            placeholder={words.noVersion}
            onChange={({ target }) => onChange({ ...one, prediction: { ...prediction, version: target.value } })}
          />
          <label htmlFor={threshold}>{words.threshold}</label>
          <span className={styles['sure']}>
            <input
              id={threshold}
              type="range"
              min={0}
              max={1}
              step={0.01}
              value={prediction.threshold}
              onChange={({ target }) =>
                onChange({ ...one, prediction: { ...prediction, threshold: target.valueAsNumber } })
              }
            />
            <output htmlFor={threshold}>{words.percent(prediction.threshold)}</output>
          </span>
        </div>
      )}
    </div>
  )
}
