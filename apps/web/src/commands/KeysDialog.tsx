/** The choice of keys: one presses the key one wants, and is told when it is another action's. */
import { Plus, RotateCcw, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { Switch } from 'react-aria-components'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import type { KeyStore } from './bindings.ts'
import { chordOf, digitOf, isSingle, keyName } from './chords.ts'
import styles from './commands.module.css'
import { type Commands, useCommand } from './commands.ts'
import { type ActionId, actionIds, actionOfId, isReserved } from './keymap.ts'
import { rank } from './rank.ts'
import { keysWords } from './wording.ts'

export function KeysDialog({ commands, keys }: { commands: Commands; keys: KeyStore }) {
  const [isOpen, setIsOpen] = useState(false)
  useCommand(commands, 'keys', {
    run() {
      setIsOpen(true)
      return true
    },
  })
  return (
    <Dialog title={keysWords.title} isOpen={isOpen} onOpenChange={setIsOpen}>
      {() => <Choice keys={keys} />}
    </Dialog>
  )
}

/** A key that is awaited: for which action, and which of its keys it replaces, if any. */
interface Awaited {
  action: ActionId
  instead: string | null
}

/** A key that was pressed and belongs to another action. */
interface Conflict extends Awaited {
  chord: string
  other: ActionId
}

const changeable = actionIds.filter((id) => !actionOfId(id).isFixed)

function Choice({ keys }: { keys: KeyStore }) {
  const bindings = useLive(keys.bindings)
  const assigned = useLive(keys.assigned)
  const { isWithoutSingle, keys: chosen } = useLive(keys.choice)
  const [typed, setTyped] = useState('')
  const [awaited, setAwaited] = useState<Awaited | null>(null)
  const [conflict, setConflict] = useState<Conflict | null>(null)
  const [told, setTold] = useState('')
  const asked = useRef<Element | null>(null)
  const settle = () => {
    setConflict(null)
    if (asked.current instanceof HTMLElement) asked.current.focus()
  }

  useEffect(() => {
    if (!awaited) return
    const onKey = (event: KeyboardEvent) => {
      // Whoever moves on with Tab, or Esc, does not want it after all.
      if (event.key === 'Tab' || event.key === 'Escape') {
        setAwaited(null)
        setTold(keysWords.asBefore)
        if (event.key === 'Tab') return
      }
      event.preventDefault()
      event.stopImmediatePropagation()
      const chord = chordOf(event)
      if (!chord || event.repeat || event.key === 'Escape') return
      if (isReserved(chord, digitOf(event))) return setTold(keysWords.reserved(keyName(chord)))
      setAwaited(null)
      const other = changeable.find((id) => id !== awaited.action && assigned[id].includes(chord))
      if (other) {
        setTold('')
        setConflict({ ...awaited, chord, other })
      } else give(keys, awaited, chord, setTold)
    }
    // Before anything of the page hears of it, the dialog included.
    window.addEventListener('keydown', onKey, true)
    return () => window.removeEventListener('keydown', onKey, true)
  }, [awaited, assigned, keys])

  const wait = (next: Awaited) => {
    asked.current = document.activeElement
    setConflict(null)
    setTold(`${keysWords.press} ${keysWords.cancels}`)
    setAwaited(next)
  }
  const shown = changeable.filter((id) => {
    const { label, group } = actionOfId(id)
    return rank(typed, label, `${group} ${assigned[id].map((key) => keyName(key)).join(' ')}`) !== null
  })
  return (
    <div className={styles['help']}>
      <p>{keysWords.kept}</p>
      <div className={styles['single']}>
        <Switch
          className={styles['switch'] ?? ''}
          isSelected={!isWithoutSingle}
          onChange={(isOn) => {
            keys.setSingle(isOn)
            setTold(keysWords.singleTurned(isOn))
          }}
        >
          <span className={styles['track']} aria-hidden="true" />
          {keysWords.single}
        </Switch>
        <p>{keysWords.singleHint}</p>
      </div>
      <div className={styles['tools']}>
        <input
          type="search"
          className={styles['search']}
          aria-label={keysWords.search}
          placeholder={keysWords.search}
          maxLength={200}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button
          isDisabled={Object.keys(chosen).length === 0 && !isWithoutSingle}
          onPress={() => {
            keys.reset()
            setTold(keysWords.allAsBefore)
          }}
        >
          {keysWords.resetAll}
        </Button>
      </div>
      {shown.length === 0 && <p>{keysWords.none(typed)}</p>}
      <div className={styles['choice']}>
        {[...Map.groupBy(shown, (id) => actionOfId(id).group)].map(([group, ids]) => (
          <section key={group}>
            <h3>{group}</h3>
            <ul>
              {ids.map((id) => (
                <li key={id}>
                  <span className={styles['what']}>{actionOfId(id).label}</span>
                  <span className={styles['which']}>
                    <KeysOf
                      id={id}
                      all={assigned[id]}
                      acting={bindings[id]}
                      awaited={awaited?.action === id ? awaited : null}
                      onWait={(instead) => wait({ action: id, instead })}
                      onRemove={(chord) => {
                        keys.bind(
                          id,
                          assigned[id].filter((key) => key !== chord),
                        )
                        setTold(keysWords.turnedOff(keyName(chord)))
                      }}
                    />
                    {chosen[id] && (
                      <Button
                        variant="quiet"
                        hint={keysWords.reset(actionOfId(id).label)}
                        aria-label={keysWords.reset(actionOfId(id).label)}
                        onPress={() => {
                          keys.bind(id, null)
                          setTold(keysWords.asBefore)
                        }}
                      >
                        <RotateCcw aria-hidden="true" />
                      </Button>
                    )}
                  </span>
                  {conflict?.action === id && (
                    <span className={styles['conflict']}>
                      <span role="alert">
                        {keysWords.taken(keyName(conflict.chord), actionOfId(conflict.other).label)}
                      </span>
                      <Button
                        variant="primary"
                        autoFocus
                        onPress={() => {
                          give(keys, conflict, conflict.chord, setTold)
                          settle()
                        }}
                      >
                        {keysWords.takeOver}
                      </Button>
                      <Button
                        onPress={() => {
                          settle()
                          setTold(keysWords.asBefore)
                        }}
                      >
                        {keysWords.keep}
                      </Button>
                    </span>
                  )}
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
      <p role="status" className={styles['told']} data-empty={!told || undefined}>
        {told}
      </p>
    </div>
  )
}

/** The keys of one action: each can be changed or turned off, and one can be added. */
function KeysOf({
  id,
  all,
  acting,
  awaited,
  onWait,
  onRemove,
}: {
  id: ActionId
  all: readonly string[]
  /** Those that do something now: the others are of one character, and turned off with all of these. */
  acting: readonly string[]
  awaited: Awaited | null
  onWait: (instead: string | null) => void
  onRemove: (chord: string) => void
}) {
  const { label } = actionOfId(id)
  const isFigures = id === 'label'
  const waiting = (
    <span className={styles['waiting']}>
      {keysWords.press} <small>{keysWords.cancels}</small>
    </span>
  )
  return (
    <>
      {all.length === 0 && !awaited && <span className={styles['noKey']}>{keysWords.noKey}</span>}
      {all.map((chord, index) => (
        // By their places: the button that was pressed stays, and keeps the focus, when its key becomes another.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <span key={index} className={styles['chip']} data-off={!acting.includes(chord) || undefined}>
          {isFigures ? (
            <kbd className={styles['figures']}>{chord}</kbd>
          ) : (
            <Button
              variant="quiet"
              aria-label={
                awaited?.instead === chord
                  ? `${keysWords.press} ${keysWords.cancels}`
                  : keysWords.change(keyName(chord), label)
              }
              onPress={() => onWait(chord)}
            >
              {awaited?.instead === chord ? waiting : <kbd>{keyName(chord)}</kbd>}
            </Button>
          )}
          <Button variant="quiet" aria-label={keysWords.remove(keyName(chord), label)} onPress={() => onRemove(chord)}>
            <X aria-hidden="true" />
          </Button>
        </span>
      ))}
      {!isFigures && all.length < 4 && (
        <Button
          variant="quiet"
          hint={keysWords.add(label)}
          aria-label={
            awaited && awaited.instead === null ? `${keysWords.press} ${keysWords.cancels}` : keysWords.add(label)
          }
          onPress={() => onWait(null)}
        >
          {awaited && awaited.instead === null ? waiting : <Plus aria-hidden="true" />}
        </Button>
      )}
    </>
  )
}

function give(keys: KeyStore, { action, instead }: Awaited, chord: string, tell: (text: string) => void): void {
  const { isWithoutSingle } = keys.choice.get()
  const before = keys.assigned.get()[action]
  const kept = before.filter((key) => key !== chord)
  const at = instead === null ? -1 : kept.indexOf(instead)
  keys.bind(action, at < 0 ? [...kept, chord].slice(-4) : kept.with(at, chord))
  const isOff = isWithoutSingle && isSingle(chord)
  tell(isOff ? keysWords.soundsOff(keyName(chord)) : keysWords.bound(keyName(chord), actionOfId(action).label))
}
