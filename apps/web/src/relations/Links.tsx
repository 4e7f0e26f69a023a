/** The relations of a mark, from it and to it, by whomever; one's own can be changed. */
import type { Annotation } from '@attest/schema/annotation'
import { linkProblem, missingRelations, possibleLinks, relationsOf } from '@attest/schema/links'
import type { Relation } from '@attest/schema/relation'
import { ChevronDown, MessageSquare, Trash2 } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import { Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'
import { kindLabel, kindStyle, shortQuote } from '../annotations/describe.ts'
import { speak } from '../editor/focus.ts'
import { refusalText } from '../editor/wording.ts'
import type { Workbench } from '../editor/workbench.ts'
import type { LiveRecords } from '../live/live-records.ts'
import { useLive } from '../live/use-live.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { Swatch } from '../ui/Swatch.tsx'
import { relationName } from './link-mode.ts'
import styles from './relations.module.css'
import { linksWords as words } from './wording.ts'

interface Props {
  bench: Workbench
  records: LiveRecords
  annotation: Annotation
  /** What is said about a link, by its id. */
  talkOn: (relation: string) => ReactNode
  /** Whether something is being said about a link, or is about to be: then its talk is open. */
  isWritten: (relation: string) => boolean
}

export function Links({ bench, records, annotation, talkOn, isWritten }: Props) {
  const { room, focus } = bench
  const { labelSet } = useLive(room.article)
  const related = relationsOf(annotation.id, records)
  const missing = missingRelations(annotation, records, labelSet)
  // What was pointed at in here is not pointed at any more once this is closed.
  useEffect(() => () => focus.relation.set(null), [focus])
  if (related.length + missing.length === 0) return null
  return (
    <section className={styles['links']} aria-label={words.heading}>
      {related.length > 0 && (
        <ul aria-label={words.heading}>
          {related.map((relation) => (
            <LinkRow key={relation.id} {...{ bench, records, annotation, relation, talkOn, isWritten }} />
          ))}
        </ul>
      )}
      {missing.map((type) => (
        <span key={type} className={styles['missing']}>
          {words.needs(relationName(room, type))}
        </span>
      ))}
    </section>
  )
}

function LinkRow({ bench, records, annotation, relation, talkOn, isWritten }: Props & { relation: Relation }) {
  const { editor, room, focus } = bench
  const isBarred = useLive(room.barred) !== null
  const { labelSet } = useLive(room.article)
  const [isTalking, setIsTalking] = useState(false)
  const remarks = records.threads.on.get(relation.id)?.length ?? 0
  // Whoever goes to a remark about this link, or left a draft there, finds it open.
  useLive(focus.asked)
  useLive(focus.remarks)
  const isWanted = isWritten(relation.id)
  useEffect(() => {
    if (isWanted) setIsTalking(true)
  }, [isWanted])
  const isFrom = relation.from === annotation.id
  const other = records.annotations.get(isFrom ? relation.to : relation.from)
  const name = relationName(room, relation.type)
  const isMine = relation.author === room.me.id
  const author = room.personOf(relation.author)
  const point = (id: string | null) => () => focus.relation.set(id)
  const others = isMine && other ? otherTypes(room.page.labelSet, relation, annotation, other, records, room.me.id) : []
  return (
    <li
      onPointerEnter={point(relation.id)}
      onPointerLeave={point(null)}
      onFocus={point(relation.id)}
      onBlur={point(null)}
    >
      <span className={styles['way']} title={isMine ? undefined : words.by(author.name)}>
        {isFrom ? `${name} →` : `← ${name}`}
      </span>
      {other ? (
        <button
          type="button"
          className={styles['goTo']}
          data-mark={other.id}
          aria-label={words.goTo(name, isFrom, kindLabel(room, other), shortQuote(room, other, 60))}
          onClick={() => {
            editor.commands.selectAnnotation(other.id)
            editor.view.dom.focus({ preventScroll: true })
          }}
        >
          <Swatch kind={kindStyle(room, other)} />
          <span dir="auto">{shortQuote(room, other, 60)}</span>
        </button>
      ) : (
        <em>{words.deleted}</em>
      )}
      {!isMine && (
        <span className={styles['linkedBy']}>
          <Avatar person={author} />
          <span className="visually-hidden">{words.by(author.name)}</span>
        </span>
      )}
      <Button
        variant="quiet"
        aria-label={words.comments(remarks)}
        hint={words.comments(remarks)}
        aria-expanded={isTalking}
        onPress={() => setIsTalking(!isTalking)}
      >
        <MessageSquare aria-hidden="true" />
        {remarks > 0 && remarks}
      </Button>
      {isMine && !isBarred && others.length > 0 && (
        <MenuTrigger>
          <Button variant="quiet" aria-label={words.change} hint={words.change}>
            <ChevronDown aria-hidden="true" />
          </Button>
          <Popover className={styles['menu'] ?? ''}>
            <Menu
              aria-label={words.change}
              onAction={(key) => {
                const link = others[Number(key)]
                if (!link) return
                const answer = room.put('relations', { id: relation.id, ...link })
                if (answer.ok) speak(focus, words.changed(relationName(room, link.type)))
                else tell(refusalText(answer.reason), { tone: 'problem' })
              }}
            >
              {others.map((link, i) => {
                const label = labelSet.relations.find(({ id }) => id === link.type)?.label ?? link.type
                return (
                  <MenuItem key={`${link.type} ${link.from}`} id={String(i)} className={styles['linkType'] ?? ''}>
                    {link.from === annotation.id ? `${label} →` : `← ${label}`}
                  </MenuItem>
                )
              })}
            </Menu>
          </Popover>
        </MenuTrigger>
      )}
      {isMine && !isBarred && (
        <Button
          variant="quiet"
          aria-label={words.remove}
          hint={words.remove}
          onPress={() => removeLink(bench, relation)}
        >
          <Trash2 aria-hidden="true" />
        </Button>
      )}
      {isTalking && <div className={styles['talk']}>{talkOn(relation.id)}</div>}
    </li>
  )
}

/** What else the two could be linked by, or the same the other way round. */
function otherTypes(
  set: Parameters<typeof possibleLinks>[0],
  relation: Relation,
  annotation: Annotation,
  other: Annotation,
  records: LiveRecords,
  me: string,
) {
  const own = [...records.relations.values()].filter(({ author, id }) => author === me && id !== relation.id)
  return possibleLinks(set, annotation, other).filter(
    (link) => (link.type !== relation.type || link.from !== relation.from) && linkProblem(link, own, set) === null,
  )
}

/** Deletes one's own link, with a notice to undo it. */
export function removeLink({ room, editor }: Workbench, { id, type, from, to }: Relation): void {
  const bar = room.barred.get()
  if (bar) {
    tell(refusalText(bar), { tone: 'problem' })
    return
  }
  room.remove('relations', [id])
  // The button that was pressed is gone with its row.
  editor.view.dom.focus({ preventScroll: true })
  tell(words.removed, {
    action: {
      label: words.undo,
      run() {
        // Other acts may have come after it, which one step of undo would take back instead.
        const answer = room.put('relations', { id, type, from, to })
        if (!answer.ok) tell(refusalText(answer.reason), { tone: 'problem' })
      },
    },
  })
}
