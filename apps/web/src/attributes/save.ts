/** Writes attributes of one's own mark, whatever has become of the mark since it was shown. */
import type { Attributes } from '@attest/schema/annotation'
import { foreignTerm, type LabelSet } from '@attest/schema/labelset'
import { speak } from '../editor/focus.ts'
import { asChanged, putContent } from '../editor/own.ts'
import { refusalText } from '../editor/wording.ts'
import type { Workbench } from '../editor/workbench.ts'
import { copy } from '../ui/copy.ts'
import { tell } from '../ui/notices.ts'
import { attributeWords as words } from './wording.ts'

/** Null says that there is none; undefined that it is not filled in. */
export type Value = string | null | undefined

export type Saved = { ok: true } | { ok: false; why: string }

/** As one act; what the others say of the mark meanwhile stays. Of another's mark it is said in one's verdict. */
export function saveAttributes(
  { room, focus }: Pick<Workbench, 'room' | 'focus'>,
  id: string,
  changes: Readonly<Record<string, Value>>,
): Saved {
  const found = room.records.get().annotations.get(id)
  if (!found) return { ok: false, why: words.markIsGone }
  const mark = asChanged(room, found)
  const { labelSet } = room.page
  const wanted: Attributes = { ...mark.attributes }
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) delete wanted[name]
    else wanted[name] = value
  }
  if (isSame(wanted, mark.attributes)) return { ok: true }
  // The server takes no record with a term that the project has given up, so the rest is saved without it, and told.
  const { fitting, foreign } = part(wanted, mark.kind, labelSet)
  const answer = putContent(room, found, { kind: mark.kind, spans: mark.spans, attributes: fitting })
  if (!answer.ok) return { ok: false, why: refusalText(answer.reason) }
  if (foreign.length > 0) {
    const lost = foreign.map(([name, value]) => `${labelOf(labelSet, mark.kind, name)}: ${value ?? words.none}`)
    tell(words.gone(lost), {
      action: { label: words.copy, run: () => void copy(lost.join('\n')) },
    })
  } else
    speak(
      focus,
      Object.entries(changes)
        .map(([name, value]) => words.saved(labelOf(labelSet, mark.kind, name), shown(value)))
        .join('; '),
    )
  return { ok: true }
}

export function valueIn(attributes: Attributes, id: string): Value {
  return Object.hasOwn(attributes, id) ? attributes[id] : undefined
}

export function labelOf({ kinds }: LabelSet, kind: string, attribute: string): string {
  const found = kinds.find((one) => one.id === kind)?.attributes.find((one) => one.id === attribute)
  return found?.label ?? attribute
}

function shown(value: Value): string {
  return value === undefined ? words.notFilledIn : (value ?? words.none)
}

function part(attributes: Attributes, kind: string, set: LabelSet) {
  const [fitting, foreign]: [Attributes, [string, string | null][]] = [{}, []]
  for (const [name, value] of Object.entries(attributes)) {
    if (foreignTerm({ kind, attributes: { [name]: value } }, set)) foreign.push([name, value])
    else fitting[name] = value
  }
  return { fitting, foreign }
}

function isSame(a: Attributes, b: Attributes): boolean {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && a[name] === b[name])
}
