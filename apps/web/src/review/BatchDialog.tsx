/** Many places decided together: a look at all of them, any of them taken out, and then one act, so one step of undo. */
import type { Annotation } from '@attest/schema/annotation'
import { type Cluster, fullest } from '@attest/schema/cluster'
import { Square, SquareCheck } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { ListBox, ListBoxItem, ListLayout, type Selection, Virtualizer } from 'react-aria-components'
import { kindStyle, shortQuote } from '../annotations/describe.ts'
import choosing from '../attributes/choosing.module.css'
import { rowHeight } from '../attributes/row-height.ts'
import { speak } from '../editor/focus.ts'
import type { Workbench } from '../editor/workbench.ts'
import type { ArticleRoom, RecordChange } from '../live/article-room.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Swatch } from '../ui/Swatch.tsx'
import { type Alike, acceptingOne, othersIn, type Pass, speakersIn } from './decide.ts'
import { actTold, MOST_IN_ACT } from './judge.ts'
import styles from './review.module.css'
import { reviewWords as words } from './wording.ts'

interface Row {
  id: string
  mark: Annotation
  people: readonly string[]
  changes: readonly RecordChange[]
}

interface UnanimousProps {
  bench: Workbench
  /** Null while it is closed. */
  clusters: readonly Cluster[] | null
  onClose: () => void
}

export function UnanimousDialog({ bench, clusters, onClose }: UnanimousProps) {
  const { room } = bench
  const [isAllOfAll, setAllOfAll] = useState(true)
  const everybody = clusters ? annotatorsOf(room) : []
  const wanted = clusters?.filter((one) => !isAllOfAll || everybody.every((person) => one.people.includes(person)))
  return (
    <Dialog title={words.unanimousTitle} isOpen={clusters !== null} onOpenChange={(isOpen) => isOpen || onClose()}>
      {(close) =>
        wanted && (
          <Batch
            bench={bench}
            note={words.unanimousNote}
            button={words.acceptThese}
            done={words.acceptedMany}
            rows={wanted.flatMap((cluster): Row[] => {
              // One's own says the same as the others, and needs no verdict.
              const chosen = fullest(othersIn(room, cluster))
              const changes = chosen ? acceptingOne(room, cluster, chosen) : []
              return chosen ? [{ id: cluster.id, mark: chosen, people: cluster.people, changes }] : []
            })}
            none={words.unanimousNone}
            onDone={close}
          >
            {wanted.length < (clusters?.length ?? 0) || !isAllOfAll ? (
              <label className={styles['option']}>
                <input type="checkbox" checked={!isAllOfAll} onChange={() => setAllOfAll(!isAllOfAll)} />
                {words.alsoOfSome}
              </label>
            ) : null}
          </Batch>
        )
      }
    </Dialog>
  )
}

interface AlikeProps {
  bench: Workbench
  /** Null while it is closed. */
  alike: readonly Alike[] | null
  decided: { cluster: Cluster; pass: Pass } | null
  onClose: (isDone: boolean) => void
}

export function AlikeDialog({ bench, alike, decided, onClose }: AlikeProps) {
  const { room } = bench
  const isAccept = decided?.pass.is === 'accept'
  const model = decided?.pass.is === 'accept' ? decided.pass.chosen : decided?.cluster.annotations[0]
  return (
    <Dialog
      title={words.alikeTitle(isAccept)}
      isOpen={alike !== null}
      onOpenChange={(isOpen) => isOpen || onClose(false)}
    >
      {() =>
        alike &&
        model && (
          <Batch
            bench={bench}
            note={words.alikeNote(isAccept, shortQuote(room, model, 80))}
            button={isAccept ? words.acceptThese : words.rejectThese}
            done={isAccept ? words.acceptedMany : words.rejectedMany}
            rows={alike.map(({ cluster, mark, changes }) => ({
              id: cluster.id,
              mark,
              people: cluster.people,
              changes,
            }))}
            onDone={() => onClose(true)}
          />
        )
      }
    </Dialog>
  )
}

interface BatchProps {
  bench: Workbench
  note: string
  button: (count: number) => string
  done: (count: number) => string
  rows: readonly Row[]
  /** Said where there are no rows. */
  none?: string
  onDone: () => void
  children?: ReactNode
}

/** Who is expected to have marked what there is to mark: all who marked here, but for those who review. */
function annotatorsOf(room: ArticleRoom): string[] {
  const reviews = (person: string) => ['owner', 'reviewer'].includes(room.people.get().get(person)?.role ?? '')
  return [...speakersIn(room)].filter((person) => person !== room.me.id && !reviews(person))
}

function Batch({ bench, note, button, done, rows, none, onDone, children }: BatchProps) {
  const { room, focus } = bench
  /** All are to be decided but those that were taken out: what others do meanwhile changes the list. */
  const [out, setOut] = useState<ReadonlySet<string>>(new Set())
  const chosen = rows.filter(({ id }) => !out.has(id))
  const known = room.people.get()
  const sayWho = (authors: readonly string[]) => {
    const people = authors.filter((one) => known.get(one)?.source === undefined).length
    return words.whoCount(people, authors.length - people)
  }
  const now = fitting(chosen)
  const choose = (keys: Selection) => {
    const kept = keys === 'all' ? new Set(rows.map(({ id }) => id)) : keys
    setOut(new Set(rows.filter(({ id }) => !kept.has(id)).map(({ id }) => id)))
  }
  const decide = () => {
    const text = done(now.length)
    if (
      !actTold(
        bench,
        now.flatMap(({ changes }) => changes),
        text,
      )
    )
      return
    speak(focus, text)
    onDone()
  }
  return (
    <div className={choosing['choosing']}>
      <p>{note}</p>
      {children}
      {rows.length === 0 ? (
        <p role="status">{none}</p>
      ) : (
        <>
          <div className={choosing['count']}>
            <p role="status">{words.unanimousCount(chosen.length, rows.length)}</p>
            <Button variant="quiet" onPress={() => choose(chosen.length === 0 ? 'all' : new Set())}>
              {chosen.length === 0 ? words.all : words.noneOfThem}
            </Button>
          </div>
          <Virtualizer layout={ListLayout} layoutOptions={{ rowSize: rowHeight() }}>
            <ListBox
              className={choosing['rows'] ?? ''}
              // No higher than its rows, with the border and the room around them.
              style={{ maxHeight: rows.length * rowHeight() + 8 }}
              aria-label={words.places}
              items={rows}
              dependencies={[chosen.length]}
              selectionMode="multiple"
              // It closes the dialog, as everywhere; what is chosen stays chosen.
              escapeKeyBehavior="none"
              selectedKeys={chosen.map(({ id }) => id)}
              onSelectionChange={choose}
              autoFocus
            >
              {({ id, mark, people }) => (
                <ListBoxItem id={id} textValue={shortQuote(room, mark, 120)} className={choosing['row'] ?? ''}>
                  {({ isSelected }) => (
                    <>
                      {isSelected ? <SquareCheck aria-hidden="true" /> : <Square aria-hidden="true" />}
                      <span dir="auto">
                        <span className={styles['smallSwatch']}>
                          <Swatch kind={kindStyle(room, mark)} />
                        </span>{' '}
                        {shortQuote(room, mark, 120)} <em>· {sayWho(people)}</em>
                      </span>
                    </>
                  )}
                </ListBoxItem>
              )}
            </ListBox>
          </Virtualizer>
        </>
      )}
      <div className={choosing['foot']}>
        {now.length < chosen.length && <p>{words.most(now.length)}</p>}
        <Button variant="primary" isDisabled={now.length === 0} onPress={decide}>
          {button(now.length)}
        </Button>
      </div>
    </div>
  )
}

function fitting(rows: readonly Row[]): readonly Row[] {
  let count = 0
  const end = rows.findIndex(({ changes }) => {
    count += changes.length
    return count > MOST_IN_ACT
  })
  return end < 0 ? rows : rows.slice(0, Math.max(1, end))
}
