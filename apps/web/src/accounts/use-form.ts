/** What is entered in a form, what is wrong with it, and where: beside the field it is about, or above them all. */
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import type * as z from 'zod'
import { ApiError } from '../api.ts'

export type Values = Readonly<Record<string, string>>

interface FormOptions<T extends Values, R> {
  initial: T
  /** By field, what each has to be; a field without one may be anything. */
  rules: Partial<Record<keyof T, z.ZodType>>
  send: (values: T) => Promise<R>
  onDone: (result: R) => void | Promise<void>
  /** The field that a refusal of the server is about; null for the whole. */
  fieldOf?: (error: ApiError) => keyof T | null
}

export interface FormState<T extends Values> {
  values: T
  set: (name: keyof T, value: string) => void
  errors: Partial<Record<keyof T, string>>
  /** What is wrong with the whole, in a sentence. */
  complaint: string | null
  isPending: boolean
  /** For the `form` element. */
  props: { onSubmit: (event: FormEvent<HTMLFormElement>) => void; ref: React.RefObject<HTMLFormElement | null> }
}

export function useForm<T extends Values, R>({
  initial,
  rules,
  send,
  onDone,
  fieldOf,
}: FormOptions<T, R>): FormState<T> {
  const [values, setValues] = useState(initial)
  const [errors, setErrors] = useState<Partial<Record<keyof T, string>>>({})
  const [complaint, setComplaint] = useState<string | null>(null)
  const form = useRef<HTMLFormElement>(null)
  const sending = useMutation({
    mutationFn: send,
    onSuccess: onDone,
    onError: (error) => {
      const field = error instanceof ApiError ? (fieldOf?.(error) ?? null) : null
      if (field === null) setComplaint(error.message)
      else setErrors({ [field]: error.message } as Partial<Record<keyof T, string>>)
    },
  })

  // Whoever is told that something is wrong is where they can mend it.
  useEffect(() => {
    if (Object.keys(errors).length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [errors])

  return {
    values,
    set(name, value) {
      setValues((before) => ({ ...before, [name]: value }))
      setComplaint(null)
      if (errors[name] !== undefined) setErrors(({ [name]: _, ...rest }) => rest as Partial<Record<keyof T, string>>)
    },
    errors,
    complaint,
    isPending: sending.isPending,
    props: {
      ref: form,
      onSubmit(event) {
        event.preventDefault()
        if (sending.isPending) return
        setComplaint(null)
        const [ready, found] = check(values, rules)
        setErrors(found)
        if (Object.keys(found).length === 0) sending.mutate(ready)
      },
    },
  }
}

/** The values as the server will have them, and what is wrong with each. */
function check<T extends Values>(values: T, rules: Partial<Record<keyof T, z.ZodType>>) {
  const ready: Record<string, string> = { ...values }
  const errors: Partial<Record<keyof T, string>> = {}
  for (const [name, value] of Object.entries(values)) {
    const parsed = rules[name]?.safeParse(value)
    if (parsed?.success) ready[name] = String(parsed.data)
    else if (parsed) errors[name as keyof T] = parsed.error.issues[0]?.message ?? 'This cannot be used.'
  }
  // Every key of it came from there.
  return [ready as T, errors] as const
}
