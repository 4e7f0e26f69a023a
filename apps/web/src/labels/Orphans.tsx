/** What becomes of marks that a new label set has no place for: one line a term, each with what can be done about it. */
import type { Decision, Orphan, Term } from '@attest/schema/label-mapping'
import { termKey } from '@attest/schema/label-mapping'
import { allowsEnds, type LabelSet } from '@attest/schema/labelset'
import { Link } from '@tanstack/react-router'
import { Button } from '../ui/Button.tsx'
import styles from './labels.module.css'
import { orphanCount, termName, saveWords as words } from './wording.ts'

interface Props {
  title: string
  orphans: readonly Orphan[]
  before: LabelSet
  after: LabelSet
  onDecide: (decisions: readonly Decision[]) => void
}

export function Orphans({ title, orphans, before, after, onDecide }: Props) {
  const open = orphans.filter(({ decision }) => !decision)
  const canDrop = open.filter(({ term }) => isDroppable(term))
  return (
    <section aria-label={title} className={styles['orphans']}>
      <h3>{title}</h3>
      <p>{words.ask}</p>
      <ul>
        {orphans.map((orphan) => {
          const name = termName(orphan.term, before, after)
          const key = termKey(orphan.term)
          return (
            <li key={key} data-open={!orphan.decision || undefined}>
              <span className={styles['term']}>
                <strong dir="auto">{name}</strong> <small>{orphanCount(orphan)}</small>
              </span>
              <select
                aria-label={name}
                value={choiceOf(orphan.decision)}
                onChange={(event) => {
                  const decision = decisionOf(orphan.term, event.target.value)
                  if (decision) onDecide([decision])
                }}
              >
                <option value="" disabled>
                  {words.choose}
                </option>
                {waysOf(orphan.term, after).map(({ value, label }) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </select>
              <span className={styles['examples']}>
                {orphan.examples.map(({ article, mark, quote, title: of }) => (
                  <Link
                    key={mark}
                    to="/articles/$article"
                    params={{ article }}
                    search={{ mark }}
                    target="_blank"
                    title={of}
                    dir="auto"
                  >
                    {quote ? `“${quote}”` : of}
                  </Link>
                ))}
              </span>
            </li>
          )
        })}
      </ul>
      {open.length > 0 && (
        <p className={styles['row']}>
          <Button onPress={() => onDecide(open.map(({ term }) => ({ term, do: 'keep' })))}>{words.keepAll}</Button>
          {canDrop.length > 0 && (
            <Button onPress={() => onDecide(canDrop.map(({ term }) => ({ term, do: 'drop' })))}>{words.dropAll}</Button>
          )}
        </p>
      )}
    </section>
  )
}

function isDroppable({ of }: Term): boolean {
  return of === 'attribute' || of === 'value'
}

/** What can become of it, most wanted first. */
function waysOf(term: Term, { kinds, relations, ...set }: LabelSet): { value: string; label: string }[] {
  const become = (all: readonly { id: string; label: string }[], say: (label: string) => string) =>
    all.map(({ id, label }) => ({ value: `become ${id}`, label: say(label) }))
  const kind = term.of === 'attribute' || term.of === 'value' ? kinds.find(({ id }) => id === term.kind) : undefined
  const attribute = term.of === 'value' ? kind?.attributes.find(({ id }) => id === term.attribute) : undefined
  const ways = {
    kind: () => become(kinds, words.become),
    attribute: () => become(kind?.attributes ?? [], words.move),
    value: () =>
      become(
        (attribute?.values ?? []).map((id) => ({ id, label: `“${id}”` })),
        words.become,
      ),
    relation: () => become(relations, (label) => words.become(`“${label}”`)),
    ends: () =>
      term.of === 'ends'
        ? become(
            relations.filter(({ id }) => allowsEnds({ kinds, relations, ...set }, id, term.from, term.to)),
            (label) => words.become(`“${label}”`),
          )
        : [],
  }
  return [
    ...ways[term.of](),
    ...(isDroppable(term) ? [{ value: 'drop', label: words.drop }] : []),
    { value: 'keep', label: words.keep },
  ]
}

function choiceOf(decision: Decision | null): string {
  if (!decision) return ''
  return decision.do === 'become' ? `become ${decision.as}` : decision.do
}

function decisionOf(term: Term, value: string): Decision | null {
  if (value === 'keep' || value === 'drop') return { term, do: value }
  return value.startsWith('become ') ? { term, do: 'become', as: value.slice('become '.length) } : null
}
