import type { Role } from '@attest/schema/roles'
import { useId } from 'react'
import styles from './members.module.css'
import { roleWords } from './wording.ts'

interface RoleChoiceProps {
  legend: string
  value: Role
  roles: readonly Role[]
  onChange: (role: Role) => void
}

/** Each role with what it may do. */
export function RoleChoice({ legend, value, roles, onChange }: RoleChoiceProps) {
  const name = useId()
  return (
    <fieldset className={styles['field']}>
      <legend>{legend}</legend>
      {roles.map((role) => (
        <label key={role} className={styles['choice']}>
          <input type="radio" name={name} checked={value === role} onChange={() => onChange(role)} />
          <span>
            {roleWords[role].name}
            <small>{roleWords[role].may}</small>
          </span>
        </label>
      ))}
    </fieldset>
  )
}
