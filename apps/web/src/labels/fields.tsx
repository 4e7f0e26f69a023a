/** The small parts of the forms: a field with its name and what is wrong with it, buttons that move and remove. */
import type { LabelFlaw } from '@attest/schema/label-flaws'
import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react'
import { createContext, type ReactNode, use, useId } from 'react'
import { Button } from '../ui/Button.tsx'
import styles from './labels.module.css'
import { labelWords as words } from './wording.ts'

/** What is wrong with the labels, for the fields that it is wrong in. */
export const Flaws = createContext<readonly LabelFlaw[]>([])

export function useFlaws(path: string): readonly LabelFlaw[] {
  return use(Flaws).filter((flaw) => flaw.path === path || flaw.path.startsWith(`${path}.`))
}

interface FieldProps {
  label: string
  /** Where it is in the label set, as flaws name it. */
  path: string
  hint?: string
  children: (props: { id: string; 'aria-invalid': boolean; 'aria-describedby'?: string }) => ReactNode
}

export function Field({ label, path, hint, children }: FieldProps) {
  const id = useId()
  const flaws = useFlaws(path)
  const notes = [hint && `${id}-hint`, flaws.length > 0 && `${id}-flaw`].filter(Boolean).join(' ')
  return (
    <div className={styles['field']}>
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-invalid': flaws.length > 0, ...(notes && { 'aria-describedby': notes }) })}
      {hint && (
        <small id={`${id}-hint`} className={styles['hint']}>
          {hint}
        </small>
      )}
      {flaws.length > 0 && (
        <div id={`${id}-flaw`} className={styles['flaw']}>
          {flaws.map(({ text }) => (
            <p key={text}>{text}</p>
          ))}
        </div>
      )}
    </div>
  )
}

interface TextProps {
  label: string
  path: string
  value: string
  onChange: (value: string) => void
  hint?: string
  rows?: number
  maxLength?: number
}

export function Text({ label, path, value, onChange, hint, rows, maxLength }: TextProps) {
  return (
    <Field label={label} path={path} {...(hint && { hint })}>
      {(props) =>
        rows ? (
          <textarea
            {...props}
            rows={rows}
            value={value}
            maxLength={maxLength}
            dir="auto"
            onChange={(event) => onChange(event.target.value)}
          />
        ) : (
          <input
            {...props}
            value={value}
            maxLength={maxLength}
            dir="auto"
            onChange={(event) => onChange(event.target.value)}
          />
        )
      }
    </Field>
  )
}

interface MoveProps {
  name: string
  isFirst: boolean
  isLast: boolean
  onMove: (by: 1 | -1) => void
  onRemove?: () => void
}

export function MoveButtons({ name, isFirst, isLast, onMove, onRemove }: MoveProps) {
  return (
    <span className={styles['moves']}>
      <Button
        variant="quiet"
        aria-label={words.up(name)}
        hint={words.up(name)}
        isDisabled={isFirst}
        onPress={() => onMove(-1)}
      >
        <ArrowUp aria-hidden="true" />
      </Button>
      <Button
        variant="quiet"
        aria-label={words.down(name)}
        hint={words.down(name)}
        isDisabled={isLast}
        onPress={() => onMove(1)}
      >
        <ArrowDown aria-hidden="true" />
      </Button>
      {onRemove && (
        <Button variant="quiet" aria-label={words.remove(name)} hint={words.remove(name)} onPress={onRemove}>
          <Trash2 aria-hidden="true" />
        </Button>
      )}
    </span>
  )
}

interface ChecksProps {
  label: string
  path: string
  options: readonly { id: string; label: string }[]
  chosen: readonly string[]
  onChange: (chosen: string[]) => void
}

/** Several of a few. */
export function Checks({ label, path, options, chosen, onChange }: ChecksProps) {
  const flaws = useFlaws(path)
  return (
    <fieldset className={styles['checks']}>
      <legend>{label}</legend>
      {options.map((option) => (
        <label key={option.id}>
          <input
            type="checkbox"
            checked={chosen.includes(option.id)}
            onChange={(event) =>
              // In the order of the options, so that ticking back and forth changes nothing.
              onChange(
                options
                  .map(({ id }) => id)
                  .filter((id) => (id === option.id ? event.target.checked : chosen.includes(id))),
              )
            }
          />
          {option.label}
        </label>
      ))}
      {flaws.map(({ text }) => (
        <p key={text} className={styles['flaw']}>
          {text}
        </p>
      ))}
    </fieldset>
  )
}
