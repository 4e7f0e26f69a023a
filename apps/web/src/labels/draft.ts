/**
 * Labels while an owner works on them: what was there when they began, what they have made of it, and the way back. The
 * browser keeps a draft until it is saved or let go of, so that a closed tab loses nothing.
 */
import { type Labels, readLabelJson } from '@attest/schema/formats/label-json'
import type { CurrentLabels } from '@attest/schema/label-api'
import { labelChanges } from '@attest/schema/label-changes'
import { type Attribute, type Kind, type LabelSet, patterns } from '@attest/schema/labelset'
import { useCallback, useEffect, useMemo, useState } from 'react'

export interface Draft {
  /** The version that it was begun from, or was last laid over. */
  base: Labels & { number: number }
  labels: Labels
}

/** Steps that can be taken back. */
const MOST_STEPS = 100

export interface Drafting extends Draft {
  changes: readonly string[]
  canUndo: boolean
  /** Whether this draft was found in the browser. */
  isFound: boolean
  /** Changes a copy of the labels; typing in the same field is one step. */
  change(field: string, change: (labels: Labels) => void): void
  undo(): void
  discard(): void
  /** Goes on from another version: with what one has made, or with what is given. */
  rebase(base: CurrentLabels, labels?: Labels): void
}

interface State extends Draft {
  past: readonly Labels[]
  field: string | null
  isFound: boolean
}

export function useDraft(project: string, current: CurrentLabels): Drafting {
  const [state, setState] = useState<State>(() => {
    const base = baseOf(current)
    const found = readDraft(project)
    if (!found) return begun(base, base)
    return { ...begun(found.base, found.labels), isFound: true }
  })
  const { base, labels, past, isFound } = state
  const changes = useMemo(() => labelChanges(base, labels), [base, labels])
  const isChanged = changes.length > 0
  useEffect(() => {
    if (isChanged) keepDraft(project, { base, labels })
    else dropDraft(project)
  }, [project, base, labels, isChanged])
  // Nothing was begun, so there is nothing to be asked about.
  useEffect(() => {
    if (!isChanged && current.number !== base.number) setState(begun(baseOf(current), baseOf(current)))
  }, [isChanged, current, base.number])

  const change = useCallback(
    (field: string, make: (labels: Labels) => void) =>
      setState((before) => {
        const copy = structuredClone(before.labels)
        make(copy)
        const isSameField = field !== '' && field === before.field
        const past = isSameField ? before.past : [...before.past, before.labels].slice(-MOST_STEPS)
        return { ...before, labels: copy, past, field, isFound: before.isFound }
      }),
    [],
  )
  return {
    base,
    labels,
    changes,
    canUndo: past.length > 0,
    isFound,
    change,
    undo: () =>
      setState((before) => {
        const last = before.past.at(-1)
        return last ? { ...before, labels: last, past: before.past.slice(0, -1), field: null } : before
      }),
    discard: () =>
      setState((before) => ({
        ...begun(baseOf(current), baseOf(current)),
        past: [...before.past, before.labels],
      })),
    rebase: (onto, given) =>
      setState((before) => ({
        ...begun(baseOf(onto), given ?? before.labels),
        past: [...before.past, before.labels],
      })),
  }
}

function begun(base: Draft['base'], { labelSet, guidelines }: Labels): State {
  return { base, labels: { labelSet, guidelines }, past: [], field: null, isFound: false }
}

function baseOf({ number, labelSet, guidelines }: CurrentLabels): Draft['base'] {
  return { number, labelSet, guidelines }
}

const placeOf = (project: string) => `attest-labels-${project}`

function keepDraft(project: string, draft: Draft): void {
  try {
    localStorage.setItem(placeOf(project), JSON.stringify(draft))
  } catch {
    // A browser that keeps nothing keeps no draft either; the page has it.
  }
}

function dropDraft(project: string): void {
  try {
    localStorage.removeItem(placeOf(project))
  } catch {
    // As above.
  }
}

/** What was left may be of another version of this page: what it began from has to be sound, the rest shows its flaws. */
function readDraft(project: string): Draft | null {
  try {
    const found = JSON.parse(localStorage.getItem(placeOf(project)) ?? 'null') as Draft | null
    const read = (labels: Labels | undefined) =>
      readLabelJson({ format: 'attest-labels', version: 1, ...labels }).ok ? labels : undefined
    if (!found || typeof found.base?.number !== 'number' || !read(found.base)) return null
    // A draft may have flaws, but must have the form that the fields expect.
    const { kinds, relations } = found.labels.labelSet
    const isWhole =
      kinds.every(({ attributes, color }) => Array.isArray(attributes) && color) &&
      relations.every(({ from, to }) => Array.isArray(from) && Array.isArray(to))
    return isWhole && typeof found.labels.guidelines === 'string' ? found : null
  } catch {
    return null
  }
}

/** An id made of a name, which is none of those taken. */
export function idFrom(name: string, taken: readonly string[], fallback: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+/, '')
    .slice(0, 36)
    .replace(/_$/, '')
  const stem = plain || fallback
  for (let i = 1; ; i++) {
    const id = i === 1 ? stem : `${stem}_${i}`
    if (!taken.includes(id)) return id
  }
}

/** Colours that will do on our pages and are far from each other; the first that no kind of this pattern has. */
const offered = [
  { light: '#c04000', dark: '#ffb13f' },
  { light: '#890358', dark: '#ef69ab' },
  { light: '#077e61', dark: '#32e4a9' },
  { light: '#0f4892', dark: '#a5affd' },
] as const

export function newKind({ kinds }: LabelSet): Kind {
  const key =
    ['1', '2', '3', '4', '5', '6', '7', '8', '9'].find((one) => kinds.every((kind) => kind.key !== one)) ?? '9'
  const label = nameFor('New kind', kinds)
  // Of the pairs of a line and a colour the first that is free.
  const free = patterns
    .flatMap((pattern, i) =>
      offered.map((_, j) => ({ pattern, color: offered[(i + j) % offered.length] ?? offered[0] })),
    )
    .find((pair) => !kinds.some(({ pattern, color }) => pattern === pair.pattern && color.light === pair.color.light))
  return {
    id: idFrom(
      label,
      kinds.map(({ id }) => id),
      'kind',
    ),
    label,
    key,
    pattern: free?.pattern ?? 'solid',
    color: { ...(free?.color ?? offered[0]) },
    guideline: '',
    attributes: [],
  }
}

export function newAttribute({ attributes }: Kind): Attribute {
  const label = nameFor('New attribute', attributes)
  return {
    id: idFrom(
      label,
      attributes.map(({ id }) => id),
      'attribute',
    ),
    label,
    type: 'text',
  }
}

export function newRelation({ kinds, relations }: LabelSet): LabelSet['relations'][number] {
  const label = nameFor('new relation', relations)
  const first = kinds[0]?.id ?? ''
  return {
    id: idFrom(
      label,
      relations.map(({ id }) => id),
      'relation',
    ),
    label,
    from: [first],
    to: [first],
    guideline: '',
  }
}

function nameFor(stem: string, others: readonly { label: string }[]): string {
  for (let i = 1; ; i++) {
    const name = i === 1 ? stem : `${stem} ${i}`
    if (!others.some(({ label }) => label === name)) return name
  }
}

/** A kind that goes takes what names it along: ends of relation types, and those types that would have none left. */
export function removeKind(set: LabelSet, id: string): void {
  set.kinds = set.kinds.filter((kind) => kind.id !== id)
  for (const type of set.relations) {
    type.from = type.from.filter((end) => end !== id)
    type.to = type.to.filter((end) => end !== id)
  }
  for (const type of set.relations.filter(({ from, to }) => from.length === 0 || to.length === 0))
    removeRelation(set, type.id)
}

export function removeRelation(set: LabelSet, id: string): void {
  set.relations = set.relations.filter((type) => type.id !== id)
  for (const kind of set.kinds) {
    const needs = kind.needs?.filter((need) => need !== id) ?? []
    if (needs.length > 0) kind.needs = needs
    else delete kind.needs
  }
}

/** Moves one place up or down; nothing happens at an end. */
export function move<T>(list: T[], from: number, by: 1 | -1): void {
  const to = from + by
  if (to < 0 || to >= list.length) return
  const [one] = list.splice(from, 1)
  if (one !== undefined) list.splice(to, 0, one)
}
