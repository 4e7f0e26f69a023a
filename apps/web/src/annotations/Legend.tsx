/**
 * The kinds of the project, always in sight. With words selected a kind marks them; without, it is chosen for the next
 * selection, and can be locked for all that come. Where there is no room for all, only the chosen one shows.
 */
import { Lock, LockOpen, X } from 'lucide-react'
import { useContext, useEffect } from 'react'
import { chooseLabel, toggleLock, unlock, watchLock } from '../editor/lock.ts'
import { kindName } from '../editor/wording.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Swatch } from '../ui/Swatch.tsx'
import { Shortcuts } from '../ui/shortcuts.ts'
import styles from './legend.module.css'
import { legendWords, lockWords } from './wording.ts'

export function Legend({ bench }: { bench: Workbench }) {
  const { room, focus } = bench
  const lock = useLive(focus.lock)
  const { labelSet } = useLive(room.article)
  const isBarred = useLive(room.barred) !== null
  const shortcut = useContext(Shortcuts)
  return (
    <ul className={styles['legend']} aria-label={legendWords.kinds}>
      {labelSet.kinds.map((kind) => {
        const isChosen = lock?.kind === kind.id
        return (
          <li
            key={kind.id}
            data-chosen={isChosen || undefined}
            // The row of many kinds scrolls.
            ref={isChosen ? (item) => item?.scrollIntoView({ block: 'nearest', inline: 'nearest' }) : null}
          >
            <button
              type="button"
              className={styles['kind']}
              // Not disabled: a row that scrolls is reached with Tab through what is in it, and a press says why nothing happens.
              aria-disabled={isBarred || undefined}
              aria-pressed={isChosen}
              onPointerDown={(event) => event.preventDefault()}
              onPointerEnter={() => focus.guided.set(kind.id)}
              onFocus={() => focus.guided.set(kind.id)}
              onClick={(event) => (event.shiftKey ? toggleLock(bench, kind.id) : chooseLabel(bench, kind.id))}
              title={kind.guideline.split('\n')[0]}
            >
              <Swatch kind={kind.id} />
              {kind.label}
              {!isChosen && shortcut(kind.key) && <kbd>{shortcut(kind.key)}</kbd>}
            </button>
            {isChosen && (
              // In the room of the key, so that nothing in the bar moves.
              <button
                type="button"
                className={styles['lock']}
                aria-label={lock.isKept ? lockWords.unlock(kind.label) : lockWords.lock(kind.label)}
                title={lock.isKept ? lockWords.unlock(kind.label) : lockWords.lock(kind.label)}
                aria-pressed={lock.isKept}
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => toggleLock(bench, kind.id)}
              >
                {lock.isKept ? <Lock aria-hidden="true" /> : <LockOpen aria-hidden="true" />}
              </button>
            )}
          </li>
        )
      })}
    </ul>
  )
}

/** The chosen label at the edge of the window, for where the legend does not fit and the bar is scrolled to. */
export function LockChip({ bench }: { bench: Workbench }) {
  const { room, focus } = bench
  const lock = useLive(focus.lock)
  useLive(room.article)
  useEffect(() => watchLock({ room, focus }), [room, focus])
  if (!lock) return null
  const name = kindName(room.page.labelSet, lock.kind)
  return (
    <div className={styles['chip']} data-kept={lock.isKept || undefined}>
      <Swatch kind={lock.kind} />
      <span>{lock.isKept ? lockWords.each(name) : lockWords.next(name)}</span>
      <button
        type="button"
        aria-label={lockWords.lock(name)}
        aria-pressed={lock.isKept}
        onPointerDown={(event) => event.preventDefault()}
        onClick={() => toggleLock(bench, lock.kind)}
      >
        {lock.isKept ? <Lock aria-hidden="true" /> : <LockOpen aria-hidden="true" />}
      </button>
      <button
        type="button"
        aria-label={lockWords.letGo(name)}
        onPointerDown={(event) => event.preventDefault()}
        onClick={() => unlock({ room, focus })}
      >
        <X aria-hidden="true" />
      </button>
    </div>
  )
}
