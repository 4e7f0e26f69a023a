/**
 * A field to say something in. What is in it is kept for as long as it is not sent, whatever becomes of the field; `@`
 * offers the people of the project. Enter is a new line, Ctrl+Enter sends, Esc goes back to the article.
 */
import { MOST_CHARACTERS, MOST_MENTIONS } from '@attest/schema/comment'
import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import { createPortal } from 'react-dom'
import { type Chosen, speak } from '../editor/focus.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { chosenIn, mapChosen, mentionBefore, mentionsIn, peopleLike } from './body.ts'
import { setRemark } from './places.ts'
import styles from './talk.module.css'
import { talkRefusal, words } from './wording.ts'

/** How many people are offered at once. */
const OFFERED = 8
/** Between the field and the list of people, in pixels. */
const GAP = 6
/** From how many characters left on they are counted. */
const COUNTED = 1000

interface Props {
  bench: Workbench
  /** The name of the field, under which what is in it is kept. */
  place: string
  /** What it is about. */
  on: string
  label: string
  sendLabel: string
  /** What is there to be changed. */
  before?: { body: string; mentions: readonly string[] }
  /** Sends it; false when that was refused, and the text stays. */
  onSend: (body: string, mentions: readonly string[]) => boolean
  /** Closes the field, where it can be. */
  onCancel?: () => void
  takesFocus?: boolean
  /** Called when somebody begins to use it. */
  onUse?: () => void
}

export function Field({ bench, place, on, label, sendLabel, before, onSend, onCancel, takesFocus, onUse }: Props) {
  const { editor, room, focus } = bench
  const draft = useSyncExternalStore(focus.remarks.subscribe, () => focus.remarks.get().get(place))
  const asked = useLive(focus.asked)
  const bar = useLive(room.barred)
  const people = useLive(room.people)
  const field = useRef<HTMLTextAreaElement>(null)
  const id = useId()
  const [isUsed, setIsUsed] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  /** Where the cursor is, while a name may be being written there. */
  const [cursor, setCursor] = useState<number | null>(null)
  /** The @ whose list was closed without choosing. */
  const [closedAt, setClosedAt] = useState<number | null>(null)
  const [active, setActive] = useState(0)

  const body = draft?.body ?? before?.body ?? ''
  const members = [...people.values()].filter(({ role }) => role !== null)
  const mentions = draft?.mentions ?? (before ? chosenIn(before.body, members, before.mentions) : [])
  const mention = cursor === null || bar ? null : mentionBefore(body, cursor)
  const isOffering = mention !== null && mention.start !== closedAt
  const offered = isOffering ? peopleLike(members, mention.typed).slice(0, OFFERED) : []
  const isOpen = offered.length > 0
  const current = offered[Math.min(active, offered.length - 1)]

  const take = (text: string, chosen: readonly Chosen[]) => {
    setProblem(null)
    const isAsBefore = text === (before?.body ?? '')
    const base = draft?.base ?? before?.body
    setRemark(
      focus,
      place,
      isAsBefore ? null : { on, body: text, mentions: chosen, ...(base !== undefined && { base }) },
    )
  }

  // At once: the next key is the first of what is to be said.
  useLayoutEffect(() => {
    if (asked !== place || !field.current) return
    focus.asked.set(null)
    toEnd(field.current)
  }, [asked, place, focus])
  // Only when it is opened: afterwards the focus is where the person has put it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useLayoutEffect(() => {
    if (takesFocus && field.current) toEnd(field.current)
  }, [])
  const offer = isOpen ? offered.map(({ name }) => name).join() : ''
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list is what is told of
  useEffect(() => {
    setActive(0)
    if (isOpen) speak(focus, words.found(offered.length, offered[0]?.name ?? ''))
  }, [offer, focus])

  const choose = (person: { id: string; name: string }) => {
    if (!mention || !field.current) return
    const end = cursor ?? body.length
    const name = `@${person.name} `
    if (body.length - (end - mention.start) + name.length > MOST_CHARACTERS) return setProblem(words.left(0))
    field.current.setSelectionRange(mention.start, end)
    insert(field.current, name)
    const { value, selectionEnd } = field.current
    const others = mentions.filter(({ at }) => at !== mention.start)
    take(value, [...mapChosen(others, body, value, selectionEnd), { person: person.id, at: mention.start }])
    setCursor(null)
  }
  const send = () => {
    const text = body.trim().toWellFormed()
    if (text === '' || bar) return
    const named = mentionsIn(body, members, mentions).slice(0, MOST_MENTIONS)
    if (onSend(text, named)) setRemark(focus, place, null)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    // Half a word of an input method is not for us.
    if (event.nativeEvent.isComposing) return
    const { key } = event
    if (isOpen && (key === 'ArrowDown' || key === 'ArrowUp')) {
      const step = key === 'ArrowDown' ? 1 : offered.length - 1
      setActive((Math.min(active, offered.length - 1) + step) % offered.length)
    } else if (isOpen && current && (key === 'Enter' || key === 'Tab') && !event.ctrlKey && !event.metaKey)
      choose(current)
    else if (isOpen && key === 'Escape') setClosedAt(mention?.start ?? null)
    else if (key === 'Enter' && (event.ctrlKey || event.metaKey)) send()
    else if (key === 'Escape') {
      if (!draft) onCancel?.()
      editor.view.dom.focus({ preventScroll: true })
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  const discard = () => {
    if (draft) {
      setRemark(focus, place, null)
      tell(words.discarded, { action: { label: words.undo, run: () => setRemark(focus, place, draft) } })
    }
    onCancel?.()
    if (!onCancel) field.current?.focus()
  }

  if (bar && !draft) return null
  const left = MOST_CHARACTERS - body.length
  const hasFoot = isUsed || draft !== undefined || onCancel !== undefined
  return (
    <div className={styles['compose']}>
      <textarea
        ref={field}
        className={styles['field']}
        aria-label={label}
        aria-describedby={`${id}-hint`}
        aria-autocomplete="list"
        aria-haspopup="listbox"
        {...(isOpen && current && { 'aria-controls': `${id}-people`, 'aria-activedescendant': `${id}-${current.id}` })}
        data-on={on}
        data-place={place}
        dir="auto"
        rows={Math.min(10, Math.max(1, body.split('\n', 11).length))}
        placeholder={words.place(label)}
        maxLength={MOST_CHARACTERS}
        readOnly={bar !== null}
        value={body}
        onFocus={() => {
          setIsUsed(true)
          onUse?.()
        }}
        onBlur={() => setCursor(null)}
        onChange={({ currentTarget }) => {
          const { value, selectionEnd } = currentTarget
          take(value, mapChosen(mentions, body, value, selectionEnd))
          setCursor(selectionEnd)
          if (!mentionBefore(value, selectionEnd)) setClosedAt(null)
        }}
        onSelect={({ currentTarget }) => {
          if (cursor !== null) setCursor(currentTarget.selectionEnd)
        }}
        onKeyDown={onKeyDown}
        onPaste={(event) => {
          const pasted = event.clipboardData.getData('text/plain').replaceAll(/\r\n?/g, '\n')
          const { selectionStart, selectionEnd } = event.currentTarget
          const space = left + selectionEnd - selectionStart
          if (pasted.length <= space) return
          event.preventDefault()
          const fits = pasted.slice(0, space).replace(/[\ud800-\udbff]$/, '')
          if (fits !== '') {
            insert(event.currentTarget, fits)
            const { value, selectionEnd: end } = event.currentTarget
            take(value, mapChosen(mentions, body, value, end))
          }
          setProblem(words.tooLong(pasted.length - fits.length))
        }}
      />
      {isOpen && (
        <Beside field={field}>
          <div role="listbox" id={`${id}-people`} aria-label={words.people}>
            {offered.map((person) => (
              // The keys are the field's, which keeps the focus.
              // biome-ignore lint/a11y/useFocusableInteractive: see above
              // biome-ignore lint/a11y/useKeyWithClickEvents: see above
              <div
                key={person.id}
                id={`${id}-${person.id}`}
                role="option"
                aria-selected={person === current}
                className={styles['person']}
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => choose(person)}
              >
                <Avatar person={person} />
                <span dir="auto">{person.name}</span>
                <small>{person.id === room.me.id ? words.you : person.role}</small>
              </div>
            ))}
          </div>
        </Beside>
      )}
      {bar && (
        <p className={styles['barred']} id={`${id}-hint`}>
          {talkRefusal(bar)} {words.draftStays}
        </p>
      )}
      {!bar && (
        <p
          className={styles['hint']}
          id={`${id}-hint`}
          role={problem ? 'alert' : undefined}
          data-problem={problem !== null}
        >
          {problem ?? (left <= COUNTED ? words.left(left) : '')}
        </p>
      )}
      {hasFoot && !bar && (
        <div className={styles['foot']}>
          <Button variant="primary" isDisabled={body.trim() === '' || (before !== undefined && !draft)} onPress={send}>
            {sendLabel} <kbd>{words.sendKey}</kbd>
          </Button>
          {(draft || onCancel) && (
            <Button variant="quiet" onPress={discard}>
              {draft ? words.discard : words.cancel}
            </Button>
          )}
        </div>
      )}
    </div>
  )
}

/** Under the field, or over it where there is no room, and with it when it is scrolled: on a phone the sheet is, by typing. */
function Beside({ field, children }: { field: RefObject<HTMLElement | null>; children: ReactNode }) {
  const box = useRef<HTMLElement>(null)
  useLayoutEffect(() => {
    const place = () => {
      const at = field.current?.getBoundingClientRect()
      const element = box.current
      if (!at || !element) return
      const { offsetHeight: height, offsetWidth: width } = element
      const isAbove = at.bottom + GAP + height > window.innerHeight && at.top > GAP + height
      element.style.insetBlockStart = `${isAbove ? at.top - GAP - height : at.bottom + GAP}px`
      element.style.left = `${Math.max(GAP, Math.min(at.left, window.innerWidth - width - GAP))}px`
    }
    place()
    window.addEventListener('scroll', place, { capture: true, passive: true })
    window.addEventListener('resize', place)
    return () => {
      window.removeEventListener('scroll', place, { capture: true })
      window.removeEventListener('resize', place)
    }
  })
  return createPortal(
    <section ref={box} className={styles['people']} aria-label={words.people}>
      {children}
    </section>,
    document.body,
  )
}

/** Says why nothing can be said here. */
export function Barred({ bench: { room } }: { bench: Workbench }): ReactNode {
  const bar = useLive(room.barred)
  return bar && <p className={styles['barred']}>{talkRefusal(bar)}</p>
}

function toEnd(field: HTMLTextAreaElement): void {
  field.focus()
  field.setSelectionRange(field.value.length, field.value.length)
}

/** Puts text in place of what is selected, so that the browser's own undo takes it back. */
function insert(field: HTMLTextAreaElement, text: string): void {
  field.focus()
  // Old and unloved, but the only way that keeps the history of the field.
  if (!document.execCommand('insertText', false, text))
    field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end')
}
