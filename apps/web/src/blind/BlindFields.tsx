/** The part of a project's settings that is about blind articles. */
import type { Project } from '@attest/schema/api'
import styles from '../members/members.module.css'
import { settingWords as words } from './wording.ts'

export type BlindSetting = Pick<Project, 'mode' | 'revealsItself'>

interface Props {
  value: BlindSetting
  onChange: (value: BlindSetting) => void
  isDisabled: boolean
}

export function BlindFields({ value, onChange, isDisabled }: Props) {
  return (
    <fieldset className={styles['field']} disabled={isDisabled}>
      <legend>{words.title}</legend>
      <label className={styles['choice']}>
        <input
          type="checkbox"
          checked={value.mode === 'blind'}
          onChange={(event) => onChange({ ...value, mode: event.target.checked ? 'blind' : 'open' })}
        />
        <span>
          {words.mode}
          <small>{words.modeNote}</small>
        </span>
      </label>
      <label className={styles['choice']}>
        <input
          type="checkbox"
          checked={value.revealsItself}
          onChange={(event) => onChange({ ...value, revealsItself: event.target.checked })}
        />
        <span>
          {words.itself}
          <small>{words.itselfNote}</small>
        </span>
      </label>
    </fieldset>
  )
}

/** For those who cannot change it. */
export function BlindHeld({ mode, revealsItself }: BlindSetting) {
  return (
    <>
      {mode === 'blind' && <p>{words.held}.</p>}
      {revealsItself && <p>{words.heldItself}.</p>}
    </>
  )
}
