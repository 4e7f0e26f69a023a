/** What the tables of the mapping have in common: words of a file on the left, what they are here on the right. */
import type { ReactNode } from 'react'
import styles from './exchange.module.css'
import { importWords as words } from './wording.ts'

export function MappingTable({ columns, children }: { columns: readonly string[]; children: ReactNode }) {
  return (
    <table className={styles['table']}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  )
}

interface RowProps {
  name: string
  /** How often the files have it, or how much it is. */
  count: string
  /** What else there is to say of it. */
  more?: ReactNode
  /** The cells beside it. */
  children: ReactNode
}

export function MappingRow({ name, count, more, children }: RowProps) {
  return (
    <tr>
      <th scope="row">
        <bdi>{name}</bdi> <span className={styles['hint']}>{count}</span>
        {more}
      </th>
      {children}
    </tr>
  )
}

interface TermSelectProps {
  label: string
  /** Null leaves it out. */
  value: string | null
  terms: readonly { id: string; label: string }[]
  onChange: (id: string | null) => void
}

export function TermSelect({ label, value, terms, onChange }: TermSelectProps) {
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
