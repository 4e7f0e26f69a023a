/** What the words under a citation say of it: an address to fill in with one press, and glued ones to cut apart. */
import type { Annotation } from '@attest/schema/annotation'
import { outletOf, proposeCitation } from '@attest/schema/citation'
import type { Kind } from '@attest/schema/labelset'
import { Scissors, WandSparkles } from 'lucide-react'
import { useMemo } from 'react'
import { speak } from '../editor/focus.ts'
import { refusalText } from '../editor/wording.ts'
import type { Workbench } from '../editor/workbench.ts'
import type { ArticleRoom, RecordChange } from '../live/article-room.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import styles from './attributes.module.css'
import { cutApart, fitTo, isOnlyOver, joinedUnder, type Piece } from './cut.ts'
import { labelOf, saveAttributes } from './save.ts'
import { citationWords as words } from './wording.ts'

interface Props {
  bench: Workbench
  annotation: Annotation
  kind: Kind
}

export function CitationHelp({ bench, annotation, kind }: Props) {
  const { room } = bench
  const { labelSet } = useLive(room.article)
  const field = kind.attributes.find((one) => one.type === 'url')
  const { text } = room.page
  const proposal = useMemo(
    () => field && proposeCitation(annotation, kind, text, outletsIn(room, field.id)),
    [annotation, kind, text, field, room],
  )
  const joined = useMemo(() => (field ? joinedUnder(annotation, text) : []), [annotation, text, field])
  // Whoever has written the address of a whole post knows that more is under the mark.
  const isCutOffered =
    joined.length > 1 && (!Object.hasOwn(annotation.attributes, field?.id ?? '') || isOnlyOver(annotation, joined))
  return (
    <>
      {proposal && (
        <div className={styles['proposal']} data-field data-empty>
          <Button
            onPress={() => {
              const saved = saveAttributes(bench, annotation.id, proposal)
              if (!saved.ok) tell(saved.why, { tone: 'problem' })
              bench.editor.view.dom.focus({ preventScroll: true })
            }}
          >
            <WandSparkles aria-hidden="true" />
            {words.fillIn}
            <span className="visually-hidden">:</span>
          </Button>
          <ul>
            {Object.entries(proposal).map(([id, value]) => (
              <li key={id} dir="auto" title={`${labelOf(labelSet, kind.id, id)}: ${value}`}>
                <span className="visually-hidden">{labelOf(labelSet, kind.id, id)}: </span>
                {value}
              </li>
            ))}
          </ul>
        </div>
      )}
      {isCutOffered && (
        <section className={styles['joined']} aria-label={words.joined(joined.length)}>
          <p>{words.joined(joined.length)}</p>
          <ol>
            {joined.map((address) => (
              <li key={address.span[0]}>
                <span dir="ltr">{address.url}</span>
                <Button
                  variant="quiet"
                  aria-label={words.onlyThisOf(address.url)}
                  onPress={() => act(bench, annotation, [fitTo(annotation, address, kind, text)], words.fitted)}
                >
                  {words.onlyThis}
                </Button>
              </li>
            ))}
          </ol>
          <Button
            onPress={() =>
              act(bench, annotation, cutApart(annotation, joined, kind, text), words.cutDone(joined.length))
            }
          >
            <Scissors aria-hidden="true" />
            {words.cut(joined.length)}
          </Button>
        </section>
      )}
    </>
  )
}

/** The first piece is the mark itself, so that its links and what was said of it stay. */
function act({ editor, room, focus }: Workbench, mark: Annotation, pieces: readonly Piece[], done: string): void {
  const put = (piece: Piece, id?: string): RecordChange => ({
    root: 'annotations',
    put: { ...(id ? { id } : {}), kind: mark.kind, ...piece },
  })
  const answer = room.act(pieces.map((piece, i) => put(piece, i === 0 ? mark.id : undefined)))
  if (!answer.ok) {
    tell(refusalText(answer.reason), { tone: 'problem' })
    return
  }
  const added = answer.ids.slice(1)
  tell(done, {
    action: {
      label: words.undo,
      run() {
        const { spans, attributes } = mark
        const back = room.act([
          put({ spans: spans.map(([start, end]) => [start, end]), attributes }, mark.id),
          ...added.map((id): RecordChange => ({ root: 'annotations', remove: id })),
        ])
        if (!back.ok) tell(refusalText(back.reason), { tone: 'problem' })
      },
    },
  })
  speak(focus, done)
  editor.view.dom.focus({ preventScroll: true })
}

/** What people here call the outlets whose addresses they have filled in. */
function outletsIn(room: ArticleRoom, urlField: string): Map<string, string> {
  const known = new Map<string, string>()
  for (const { attributes } of room.records.get().annotations.values()) {
    const [url, outlet] = [attributes[urlField], attributes['outlet']]
    const host = url ? outletOf(url) : null
    if (host && outlet) known.set(host, outlet)
  }
  return known
}
