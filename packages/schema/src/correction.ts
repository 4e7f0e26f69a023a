/**
 * What a verdict corrects about a mark: kind, borders, attributes. The mark is its author's and stays as it is until they
 * take the correction over; whoever reads the outcome reads the mark as corrected.
 */
import type { Annotation, Attributes } from './annotation.ts'
import { inTextOrder } from './annotation.ts'
import { knownAttributes, type LabelSet } from './labelset.ts'
import { order } from './order.ts'
import { type Fix, type Judging, type Ruling, rulingsOf, standingVerdicts } from './outcome.ts'
import type { Records } from './room.ts'
import { isSameSpans, type Spans } from './span.ts'
import type { Verdict } from './verdict.ts'

/** What of a mark can be corrected. */
export type Content = Pick<Annotation, 'kind' | 'spans' | 'attributes'>

export interface Was<T> {
  was: T
  is: T
}

/** Only what is another than it was; at least one thing is. */
export interface Correction {
  kind: Was<string> | null
  spans: Was<Spans> | null
  /** By name; undefined where there was no answer, or should be none. */
  attributes: readonly ({ name: string } & Was<string | null | undefined>)[]
}

/**
 * The mark as it should be. With another kind it keeps the attributes that this kind has, where the correction names
 * none and the label set is known; a correction that names attributes names all of them.
 */
export function applyFix<T extends Content>(annotation: T, fix: Fix | null | undefined, labelSet?: LabelSet): T {
  if (!fix) return annotation
  const kind = fix.kind ?? annotation.kind
  const kept = () =>
    kind === annotation.kind || !labelSet ? annotation.attributes : knownAttributes(annotation, kind, labelSet)
  return { ...annotation, kind, spans: fix.spans ?? annotation.spans, attributes: fix.attributes ?? kept() }
}

/** What would make the one of the other; undefined when they are the same. */
export function fixFor(annotation: Content, wanted: Content): Fix | undefined {
  const fix: Fix = {
    ...(wanted.kind !== annotation.kind && { kind: wanted.kind }),
    ...(!isSameSpans(wanted.spans, annotation.spans) && { spans: wanted.spans }),
    ...(!isSameAttributes(wanted.attributes, annotation.attributes) && { attributes: wanted.attributes }),
  }
  return Object.keys(fix).length > 0 ? fix : undefined
}

/** What a correction changes about the mark as it is now; null when it is so already. */
export function correctionOf(annotation: Content, fix: Fix | null | undefined, labelSet?: LabelSet): Correction | null {
  const wanted = applyFix(annotation, fix, labelSet)
  const names = new Set([...Object.keys(annotation.attributes), ...Object.keys(wanted.attributes)])
  const attributes = [...names].sort(order).flatMap((name) => {
    const [was, is] = [answer(annotation.attributes, name), answer(wanted.attributes, name)]
    return was === is ? [] : [{ name, was, is }]
  })
  const kind = wanted.kind === annotation.kind ? null : { was: annotation.kind, is: wanted.kind }
  const spans = isSameSpans(wanted.spans, annotation.spans) ? null : { was: annotation.spans, is: wanted.spans }
  return kind || spans || attributes.length > 0 ? { kind, spans, attributes } : null
}

function isSameAttributes(a: Attributes, b: Attributes): boolean {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => answer(a, name) === answer(b, name))
}

/** Names come from files: `constructor` is one that nobody has answered. */
function answer(attributes: Attributes, name: string): string | null | undefined {
  return Object.hasOwn(attributes, name) ? attributes[name] : undefined
}

/** What others have to say about one mark. */
export interface Feedback {
  annotation: Annotation
  ruling: Ruling
  /** The standing verdicts that say more than yes, oldest first. */
  verdicts: readonly Verdict[]
  /** When the last of them was given. */
  at: number
}

/** Whether there is something to learn from it for whoever made the mark: all but a bare yes. */
export function saysMore({ decision, fix, note }: Verdict): boolean {
  return decision === 'reject' || decision === 'duplicate' || fix !== undefined || note !== undefined
}

/** Whether it only says that another's mark, which is the same, stands for both. */
function isMereDouble(annotation: Annotation, { of, note }: Verdict, annotations: Records['annotations']): boolean {
  const standIn = annotations.get(of ?? '')
  return standIn !== undefined && note === undefined && fixFor(annotation, standIn) === undefined
}

/** What others corrected about the marks of a person, in the order of a reader. */
export function feedbackTo(
  person: string,
  records: Pick<Records, 'annotations' | 'verdicts'>,
  judging: Judging,
): Feedback[] {
  const about = new Map<string, Verdict[]>()
  for (const [on, all] of standingVerdicts(records.verdicts.values())) {
    const annotation = records.annotations.get(on)
    if (annotation?.author !== person) continue
    const verdicts = all.filter((one) => saysMore(one) && !isMereDouble(annotation, one, records.annotations))
    if (verdicts.length > 0) about.set(on, verdicts)
  }
  if (about.size === 0) return []
  const rulings = rulingsOf(records, judging)
  return Array.from(about)
    .flatMap(([on, verdicts]): Feedback[] => {
      const [annotation, ruling] = [records.annotations.get(on), rulings.get(on)]
      return annotation && ruling ? [{ annotation, ruling, verdicts, at: verdicts.at(-1)?.at ?? 0 }] : []
    })
    .sort((a, b) => inTextOrder(a.annotation, b.annotation))
}
