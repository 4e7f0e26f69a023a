/** What is to be exported, and how: the same for an article and for a project. */
import type { Format } from '@attest/schema/exchange-api'
import type { FormatName } from '@attest/schema/formats/format'
import { useId } from 'react'
import type { ExportChoice } from './api.ts'
import styles from './exchange.module.css'
import { formatGroups, formatHints, exportWords as words } from './wording.ts'

interface Props {
  formats: readonly Format[]
  /** Whoever’s marks can be chosen. */
  people: readonly { id: string; name: string }[]
  choice: ExportChoice
  onChange: (choice: ExportChoice) => void
}

const layerWays = ['all', 'accepted', 'gold'] as const

export function ExportFields({ formats, people, choice, onChange }: Props) {
  const { format, layers, isAnonymous, hasHistory } = choice
  const isSome = typeof layers !== 'string'
  const [select, hint] = [useId(), useId()]
  return (
    <div className={styles['fields']}>
      <div className={styles['field']}>
        <label htmlFor={select}>{words.format}</label>
        <FormatSelect
          formats={formats.filter(({ canWrite }) => canWrite)}
          value={format}
          id={select}
          hintId={hint}
          onChange={(chosen) => onChange({ ...choice, format: chosen })}
        />
        <span className={styles['hint']} id={hint}>
          {formatHints[format]}
        </span>
      </div>
      <fieldset className={styles['choices']}>
        <legend>{words.whose}</legend>
        {layerWays.map((way) => (
          <label key={way}>
            <input
              type="radio"
              name="layers"
              checked={layers === way}
              onChange={() => onChange({ ...choice, layers: way, hasHistory: hasHistory && way !== 'gold' })}
            />
            {words.layers[way]}
          </label>
        ))}
        {people.length > 0 && (
          <label>
            <input
              type="radio"
              name="layers"
              checked={isSome}
              onChange={() => onChange({ ...choice, layers: people.slice(0, 1).map(({ id }) => id) })}
            />
            {words.layers.people}
          </label>
        )}
        {isSome && (
          <fieldset className={styles['people']} aria-label={words.people}>
            {people.map(({ id, name }) => (
              <label key={id}>
                <input
                  type="checkbox"
                  checked={layers.includes(id)}
                  onChange={({ target }) =>
                    onChange({
                      ...choice,
                      layers: target.checked ? [...layers, id] : layers.filter((one) => one !== id),
                    })
                  }
                />
                <bdi>{name}</bdi>
              </label>
            ))}
          </fieldset>
        )}
      </fieldset>
      <div className={styles['choices']}>
        <Switch
          label={words.anonymous}
          hint={words.anonymousHint}
          isOn={isAnonymous}
          onChange={(isOn) => onChange({ ...choice, isAnonymous: isOn })}
        />
        <Switch
          label={words.history}
          hint={layers === 'gold' ? words.goldHistory : words.historyHint}
          isOn={hasHistory}
          isDisabled={layers === 'gold'}
          onChange={(isOn) => onChange({ ...choice, hasHistory: isOn })}
        />
      </div>
    </div>
  )
}

interface FormatSelectProps {
  formats: readonly Format[]
  /** Null where none is known yet. */
  value: FormatName | null
  /** What stands for none; otherwise there is always one. */
  nothing?: string
  id?: string
  hintId?: string
  onChange: (format: FormatName) => void
}

export function FormatSelect({ formats, value, nothing, id, hintId, onChange }: FormatSelectProps) {
  const known = new Map(formats.map((format) => [format.name, format]))
  return (
    <select
      id={id}
      value={value ?? ''}
      aria-describedby={hintId}
      onChange={({ target }) => {
        const chosen = known.get(target.value as FormatName)
        if (chosen) onChange(chosen.name)
      }}
    >
      {nothing !== undefined && value === null && <option value="">{nothing}</option>}
      {formatGroups.map(({ title, formats: names }) => {
        const there = names.flatMap((name) => known.get(name) ?? [])
        return (
          there.length > 0 && (
            <optgroup key={title} label={title}>
              {there.map(({ name, label, extension }) => (
                <option key={name} value={name}>
                  {label} ({extension})
                </option>
              ))}
            </optgroup>
          )
        )
      })}
    </select>
  )
}

interface SwitchProps {
  label: string
  hint?: string
  isOn: boolean
  isDisabled?: boolean
  onChange: (isOn: boolean) => void
}

export function Switch({ label, hint, isOn, isDisabled = false, onChange }: SwitchProps) {
  const id = useId()
  return (
    <label>
      <input
        type="checkbox"
        checked={isOn}
        disabled={isDisabled}
        aria-describedby={hint ? id : undefined}
        onChange={({ target }) => onChange(target.checked)}
      />
      <span>
        {label}
        {hint && (
          <span className={styles['hint']} id={id}>
            {hint}
          </span>
        )}
      </span>
    </label>
  )
}
