/**
 * Everything one can do, by name: a field that finds it as one types, and a list that is moved through without leaving
 * the field. It knows of entries only; what they are is said by whoever opens it.
 */
import { Search } from 'lucide-react'
import { type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react'
import { Dialog, Modal, ModalOverlay } from 'react-aria-components'
import styles from './commands.module.css'
import { rank } from './rank.ts'
import { paletteWords } from './wording.ts'

export interface Entry {
  id: string
  label: string
  group: string
  /** Other words by which it is found. */
  alias?: string
  /** The key that does the same, as it is shown. */
  shortcut?: string | null
  icon?: ReactNode
  /** What cannot be done now is found, so that one learns that it is there, but not offered. */
  isDisabled?: boolean
  run: () => void
}

interface Props {
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
  /** Rendered while it is open, with what to call with the entries as they are just then. */
  children: (show: (entries: readonly Entry[]) => ReactNode) => ReactNode
  /** The ids of those that were used last, the newest first. */
  recent: readonly string[]
  onChoose: (entry: Entry) => void
}

/** How many are shown at once; whoever wants another types more of its name. */
const SHOWN = 80

export function Palette({ isOpen, onOpenChange, children, recent, onChoose }: Props) {
  return (
    <ModalOverlay isOpen={isOpen} onOpenChange={onOpenChange} isDismissable className={styles['veil'] ?? ''}>
      <Modal className={styles['palette'] ?? ''}>
        <Dialog aria-label={paletteWords.title} className={styles['paletteDialog'] ?? ''}>
          {({ close }) =>
            children((entries) => (
              <Finder
                entries={entries}
                recent={recent}
                onChoose={(entry) => {
                  onChoose(entry)
                  close()
                }}
              />
            ))
          }
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}

function Finder({
  entries,
  recent,
  onChoose,
}: {
  entries: readonly Entry[]
  recent: readonly string[]
  onChoose: (entry: Entry) => void
}) {
  const [typed, setTyped] = useState('')
  const [picked, setPicked] = useState<string | null>(null)
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const groups = useMemo(() => arrange(entries, typed, recent), [entries, typed, recent])
  const all = groups.flatMap((group) => group.entries)
  const possible = all.filter((entry) => !entry.isDisabled)
  // What comes and goes with others in the room must not move what is picked.
  const active = possible.find((entry) => entry.id === picked) ?? possible[0]
  const idOf = (entry: Entry) => `${id}-${all.indexOf(entry)}`
  const activeId = active && idOf(active)

  useEffect(() => {
    if (activeId) document.getElementById(activeId)?.scrollIntoView({ block: 'nearest' })
  }, [activeId])

  const step = (by: number) => {
    const at = active ? possible.indexOf(active) : -1
    const next = possible[(at + by + possible.length) % possible.length]
    if (next) setPicked(next.id)
  }
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 }
    const by = steps[event.key]
    if (by) step(by)
    else if (event.key === 'PageDown' || event.key === 'PageUp') {
      const at = active ? possible.indexOf(active) : 0
      const to = Math.max(0, Math.min(possible.length - 1, at + (event.key === 'PageDown' ? 8 : -8)))
      setPicked(possible[to]?.id ?? null)
    } else if (event.key === 'Enter') {
      if (active) onChoose(active)
    } else return
    event.preventDefault()
  }

  return (
    <>
      <div className={styles['paletteField']}>
        <Search aria-hidden="true" />
        <input
          // biome-ignore lint/a11y/noAutofocus: it was opened to type here
          autoFocus
          type="text"
          role="combobox"
          aria-label={paletteWords.placeholder}
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={activeId}
          placeholder={paletteWords.placeholder}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value)
            setPicked(null)
            list.current?.scrollTo(0, 0)
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div
        id={`${id}-list`}
        ref={list}
        role="listbox"
        aria-label={paletteWords.title}
        className={styles['paletteList']}
        tabIndex={-1}
      >
        {groups.map((group, index) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options is not a fieldset
          <div key={group.title} role="group" aria-labelledby={`${id}-group-${index}`}>
            <div id={`${id}-group-${index}`} className={styles['paletteGroup']} role="presentation">
              {group.title}
            </div>
            {group.entries.map((entry) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the field's
              <div
                key={entry.id}
                id={idOf(entry)}
                role="option"
                tabIndex={-1}
                aria-selected={entry === active}
                aria-disabled={entry.isDisabled || undefined}
                className={styles['paletteEntry']}
                onPointerMove={() => entry !== active && !entry.isDisabled && setPicked(entry.id)}
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => !entry.isDisabled && onChoose(entry)}
              >
                <span className={styles['paletteIcon']} aria-hidden="true">
                  {entry.icon}
                </span>
                <span className={styles['paletteLabel']} dir="auto">
                  {entry.label}
                </span>
                {entry.isDisabled ? (
                  <small>{paletteWords.notNow}</small>
                ) : (
                  entry.shortcut && <kbd>{entry.shortcut}</kbd>
                )}
              </div>
            ))}
          </div>
        ))}
      </div>
      {all.length === 0 && <p className={styles['paletteNone']}>{paletteWords.none(typed)}</p>}
      <p className="visually-hidden" role="status">
        {typed && (all.length === 0 ? paletteWords.none(typed) : paletteWords.count(possible.length))}
      </p>
    </>
  )
}

interface Group {
  title: string
  entries: Entry[]
}

/** With nothing typed, by group, those used last before all others and only what can be done; else by how well it fits. */
function arrange(entries: readonly Entry[], typed: string, recent: readonly string[]): Group[] {
  if (!typed.trim()) {
    const possible = entries.filter((entry) => !entry.isDisabled)
    const last = recent.flatMap((id) => possible.find((entry) => entry.id === id) ?? [])
    const rest = possible.filter((entry) => !last.includes(entry)).slice(0, SHOWN)
    const groups = [...Map.groupBy(rest, (entry) => entry.group)].map(([title, all]) => ({ title, entries: all }))
    return last.length > 0 ? [{ title: paletteWords.recent, entries: last }, ...groups] : groups
  }
  const scored = entries.flatMap((entry) => {
    const score = rank(typed, entry.label, `${entry.group} ${entry.alias ?? ''}`)
    if (score === null) return []
    const at = recent.indexOf(entry.id)
    return { entry, score: score + (at < 0 ? 0 : 8 - at) - (entry.isDisabled ? 1000 : 0) }
  })
  const best = scored.sort((a, b) => b.score - a.score).slice(0, SHOWN)
  // Groups stand where their best entry does, so that the best of all is on top.
  return [...Map.groupBy(best, ({ entry }) => entry.group)].map(([title, all]) => ({
    title,
    entries: all.map(({ entry }) => entry),
  }))
}
