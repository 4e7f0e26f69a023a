/** A mark in full: its words, what is known and said of it, and what one may do with it. */
import type { Annotation } from '@attest/schema/annotation'
import { foreignTerm } from '@attest/schema/labelset'
import type { Relation } from '@attest/schema/relation'
import type { Editor } from '@tiptap/react'
import { Trash2, X } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ArticleRoom } from '../live/article-room.ts'
import type { LiveRecords } from '../live/live-records.ts'
import { useLive } from '../live/use-live.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { Swatch } from '../ui/Swatch.tsx'
import { kindLabel, kindStyle, shortQuote } from './describe.ts'
import styles from './marks.module.css'
import { oddWords, outcomeWords } from './wording.ts'

interface Props {
  editor: Editor
  room: ArticleRoom
  records: LiveRecords
  annotation: Annotation
}

export function MarkCard({ children, ...props }: Props & { children: ReactNode }) {
  const { editor, room, records, annotation } = props
  const { labelSet } = useLive(room.article)
  const isBarred = useLive(room.barred) !== null
  const isMine = annotation.author === room.me.id
  const isKnown = labelSet.kinds.some((kind) => kind.id === annotation.kind)
  const outcome = records.outcomes.get(annotation.id) ?? 'open'
  return (
    <article
      className={styles['card']}
      style={{ '--kind': `var(--kind-${kindStyle(room, annotation)})` } as React.CSSProperties}
      aria-label={`${kindLabel(room, annotation)} by ${room.nameOf(annotation.author)}`}
    >
      <header>
        <Swatch kind={kindStyle(room, annotation)} />
        <strong>{kindLabel(room, annotation)}</strong>
        <Outcome outcome={outcome} />
        <span className={styles['author']}>
          <Avatar person={room.personOf(annotation.author)} />{' '}
          <span>{isMine ? 'You' : room.nameOf(annotation.author)}</span>
        </span>
        <Button
          variant="quiet"
          aria-label="Close the card"
          shortcut="Esc"
          hint="Close"
          onPress={() => editor.commands.selectAnnotation(null)}
        >
          <X aria-hidden="true" />
        </Button>
      </header>
      <blockquote dir="auto">{shortQuote(room, annotation, 400)}</blockquote>
      {!isKnown && <p className={styles['foreign']}>{oddWords.kind(isMine)}</p>}
      {records.stripped.has(annotation.id) && <p className={styles['foreign']}>{oddWords.version(isMine)}</p>}
      <AttributeList room={room} annotation={annotation} />
      <Relations editor={editor} room={room} records={records} annotation={annotation} />
      {isMine && !isBarred && (
        <div className={styles['actions']}>
          <fieldset className={styles['kinds']}>
            <legend className="visually-hidden">Kind of this mark</legend>
            {labelSet.kinds.map((kind) => (
              <Button
                key={kind.id}
                variant="quiet"
                hint={`Make it a ${kind.label.toLowerCase()}`}
                shortcut={kind.key}
                aria-label={kind.label}
                isPressedState={kind.id === annotation.kind}
                onPress={() => editor.commands.relabel(annotation.id, kind.id)}
              >
                <Swatch kind={kind.id} />
              </Button>
            ))}
          </fieldset>
          <Button
            variant="quiet"
            hint="Delete this mark"
            shortcut="Delete"
            aria-label="Delete this mark"
            onPress={() => editor.commands.removeAnnotation(annotation.id)}
          >
            <Trash2 aria-hidden="true" />
          </Button>
        </div>
      )}
      {children}
    </article>
  )
}

export function Outcome({ outcome }: { outcome: keyof typeof outcomeWords }) {
  if (outcome === 'open') return null
  return (
    <span className={styles['outcome']} data-outcome={outcome}>
      {outcomeWords[outcome]}
    </span>
  )
}

function AttributeList({ room, annotation }: { room: ArticleRoom; annotation: Annotation }) {
  const kind = room.page.labelSet.kinds.find((one) => one.id === annotation.kind)
  const entries = Object.entries(annotation.attributes)
  if (entries.length === 0) return null
  return (
    <dl className={styles['attributes']}>
      {entries.map(([id, value]) => (
        <div key={id}>
          <dt>{kind?.attributes.find((attribute) => attribute.id === id)?.label ?? id}</dt>
          <dd dir="auto">
            {value ?? <em>none</em>}
            {kind && foreignTerm({ kind: kind.id, attributes: { [id]: value } }, room.page.labelSet) && (
              <small>{oddWords.attribute}</small>
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Relations({ editor, room, records, annotation }: Props) {
  const related = [...records.relations.values()].filter(
    ({ from, to }) => from === annotation.id || to === annotation.id,
  )
  if (related.length === 0) return null
  const name = ({ type }: Relation) =>
    room.page.labelSet.relations.find((one) => one.id === type)?.label ?? oddWords.relation(type)
  return (
    <ul className={styles['relations']} aria-label="Links">
      {related.map((relation) => {
        const isFrom = relation.from === annotation.id
        const other = records.annotations.get(isFrom ? relation.to : relation.from)
        return (
          <li key={relation.id}>
            <span>
              {name(relation)} {isFrom ? '→' : '←'}
            </span>
            {other ? (
              <button type="button" onClick={() => editor.commands.selectAnnotation(other.id)}>
                <Swatch kind={kindStyle(room, other)} />
                <span dir="auto">{shortQuote(room, other, 60)}</span>
              </button>
            ) : (
              <em>a mark that was deleted</em>
            )}
          </li>
        )
      })}
    </ul>
  )
}
