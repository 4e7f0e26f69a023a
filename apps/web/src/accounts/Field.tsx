/** A field of a form: its name, what it is for, what is wrong with it; a password can be looked at. */
import { Eye, EyeOff } from 'lucide-react'
import { useState } from 'react'
import { FieldError, Input, Label, Text, TextField } from 'react-aria-components'
import { Button } from '../ui/Button.tsx'
import styles from './accounts.module.css'
import type { FormState, Values } from './use-form.ts'
import { fieldWords } from './wording.ts'

interface FieldProps<T extends Values> {
  form: FormState<T>
  name: keyof T & string
  label: string
  /** What password managers and browsers fill it with. */
  autoComplete: string
  description?: string
  type?: 'text' | 'email' | 'password'
  autoFocus?: boolean
}

export function Field<T extends Values>({
  form,
  name,
  label,
  autoComplete,
  description,
  type = 'text',
  autoFocus = false,
}: FieldProps<T>) {
  const [isShown, setIsShown] = useState(false)
  const error = form.errors[name]
  return (
    <TextField
      className={styles['field'] ?? ''}
      name={name}
      value={form.values[name] ?? ''}
      onChange={(value) => form.set(name, value)}
      isInvalid={error !== undefined}
      type={type === 'password' && isShown ? 'text' : type}
      autoFocus={autoFocus}
      validationBehavior="aria"
    >
      <Label>{label}</Label>
      <span className={styles['entry']} data-secret={type === 'password' || undefined}>
        <Input
          autoComplete={autoComplete}
          spellCheck={false}
          {...(type === 'text' ? {} : { autoCapitalize: 'none', autoCorrect: 'off' })}
        />
        {type === 'password' && (
          <Button
            variant="quiet"
            slot={null}
            aria-label={fieldWords.show}
            isPressedState={isShown}
            onPress={() => setIsShown(!isShown)}
          >
            {isShown ? <EyeOff aria-hidden="true" /> : <Eye aria-hidden="true" />}
          </Button>
        )}
      </span>
      {description && <Text slot="description">{description}</Text>}
      <FieldError>{error}</FieldError>
    </TextField>
  )
}

/** What is wrong with the whole, heard at once. */
export function Complaint({ text }: { text: string | null | undefined }) {
  return text ? (
    <p className={styles['complaint']} role="alert">
      {text}
    </p>
  ) : null
}
