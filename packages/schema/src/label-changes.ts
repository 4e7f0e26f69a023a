/** What is different between two versions of what a project works by, in sentences for a person. */
import type { Labels } from './formats/label-json.ts'
import type { Attribute, Kind, LabelSet } from './labelset.ts'

/** One sentence a change, in the order of the newer one; empty when nothing is different. */
export function labelChanges(before: Labels, after: Labels): string[] {
  const [old, now] = [before.labelSet, after.labelSet]
  const said: string[] = []
  if (old.name !== now.name) said.push(`The set is now called “${now.name}”; it was “${old.name}”.`)
  for (const [kind, was] of pairs(old.kinds, now.kinds)) {
    if (!was) said.push(`The kind “${kind.label}” is new.`)
    else said.push(...kindChanges(was, kind, old, now))
  }
  for (const gone of missing(old.kinds, now.kinds)) said.push(`The kind “${gone.label}” is gone.`)
  if (isReordered(old.kinds, now.kinds))
    said.push(`The kinds are in another order: ${now.kinds.map(({ label }) => label).join(', ')}.`)
  for (const [type, was] of pairs(old.relations, now.relations)) {
    if (!was) said.push(`The relation type “${type.label}” is new.`)
    else {
      const name = `The relation type “${was.label}”`
      if (was.label !== type.label) said.push(`${name} is now called “${type.label}”.`)
      for (const side of ['from', 'to'] as const) {
        const [added, dropped] = [without(type[side], was[side]), without(was[side], type[side])]
        const way = side === 'from' ? 'start at' : 'lead to'
        if (added.length > 0) said.push(`${name} may now ${way} ${list(added.map((id) => labelOf(now, id)))}.`)
        if (dropped.length > 0)
          said.push(`${name} may no longer ${way} ${list(dropped.map((id) => labelOf(old, id)))}.`)
      }
      if ((was.isAcyclic ?? false) !== (type.isAcyclic ?? false))
        said.push(`${name} may ${type.isAcyclic ? 'no longer' : 'now'} go round in a circle.`)
      if (was.guideline !== type.guideline) said.push(`The guideline of “${type.label}” was changed.`)
    }
  }
  for (const gone of missing(old.relations, now.relations)) said.push(`The relation type “${gone.label}” is gone.`)
  if (isReordered(old.relations, now.relations)) said.push('The relation types are in another order.')
  if (before.guidelines !== after.guidelines) said.push('The guidelines of the project were changed.')
  return said
}

function kindChanges(was: Kind, kind: Kind, old: LabelSet, now: LabelSet): string[] {
  const said: string[] = []
  const name = `“${kind.label}”`
  if (was.label !== kind.label) said.push(`The kind “${was.label}” is now called ${name}.`)
  if (was.key !== kind.key) said.push(`The key of ${name} is ${kind.key}; it was ${was.key}.`)
  if (was.pattern !== kind.pattern) said.push(`The line of ${name} is ${kind.pattern}; it was ${was.pattern}.`)
  for (const theme of ['light', 'dark'] as const)
    if (was.color[theme] !== kind.color[theme])
      said.push(`The ${theme} colour of ${name} is ${kind.color[theme]}; it was ${was.color[theme]}.`)
  if (was.guideline !== kind.guideline) said.push(`The guideline of ${name} was changed.`)
  for (const [attribute, before] of pairs(was.attributes, kind.attributes)) {
    if (!before) said.push(`${name} has a new attribute, “${attribute.label}”.`)
    else
      said.push(
        ...attributeChanges(before, attribute).map((change) => `${name}, attribute “${before.label}”: ${change}.`),
      )
  }
  for (const gone of missing(was.attributes, kind.attributes))
    said.push(`${name} no longer has the attribute “${gone.label}”.`)
  if (isReordered(was.attributes, kind.attributes)) said.push(`The attributes of ${name} are in another order.`)
  const [added, dropped] = [without(kind.needs ?? [], was.needs ?? []), without(was.needs ?? [], kind.needs ?? [])]
  if (added.length > 0) said.push(`${name} now needs ${list(added.map((id) => typeOf(now, id)))}.`)
  if (dropped.length > 0) said.push(`${name} no longer needs ${list(dropped.map((id) => typeOf(old, id)))}.`)
  return said
}

const types: Record<Attribute['type'], string> = { enum: 'a choice', text: 'a text', url: 'an address', date: 'a date' }

function attributeChanges(was: Attribute, now: Attribute): string[] {
  const said: string[] = []
  if (was.label !== now.label) said.push(`it is now called “${now.label}”`)
  if (was.type !== now.type) said.push(`it is now ${types[now.type]}; it was ${types[was.type]}`)
  const [added, dropped] = [without(now.values ?? [], was.values ?? []), without(was.values ?? [], now.values ?? [])]
  if (added.length > 0) said.push(`new ${added.length === 1 ? 'value' : 'values'} ${list(added)}`)
  if (dropped.length > 0) said.push(`no longer ${list(dropped)}`)
  if (added.length + dropped.length === 0 && (was.values ?? []).join('\n') !== (now.values ?? []).join('\n'))
    said.push('its values are in another order')
  if ((was.isRequired ?? false) !== (now.isRequired ?? false))
    said.push(now.isRequired ? 'it is now required' : 'it is no longer required')
  if ((was.hint ?? '') !== (now.hint ?? '')) said.push('its hint was changed')
  return said
}

function pairs<T extends { id: string }>(before: readonly T[], after: readonly T[]): [now: T, was: T | undefined][] {
  return after.map((one) => [one, before.find(({ id }) => id === one.id)])
}

function missing<T extends { id: string }>(before: readonly T[], after: readonly T[]): T[] {
  return before.filter((one) => !after.some(({ id }) => id === one.id))
}

/** Whether those that are in both come in another order. */
function isReordered(before: readonly { id: string }[], after: readonly { id: string }[]): boolean {
  const common = (of: readonly { id: string }[], other: readonly { id: string }[]) =>
    of.map(({ id }) => id).filter((id) => other.some((one) => one.id === id))
  return common(before, after).join('\n') !== common(after, before).join('\n')
}

function without(all: readonly string[], others: readonly string[]): string[] {
  return all.filter((one) => !others.includes(one))
}

function labelOf({ kinds }: LabelSet, id: string): string {
  return kinds.find((kind) => kind.id === id)?.label ?? id
}

function typeOf({ relations }: LabelSet, id: string): string {
  return relations.find((type) => type.id === id)?.label ?? id
}

function list(words: readonly string[]): string {
  const quoted = words.map((word) => `“${word}”`)
  const last = quoted.pop() ?? ''
  return quoted.length === 0 ? last : `${quoted.join(', ')} and ${last}`
}
