/** An attribute that is written: a text, an address, a date. Nothing written is refused for its form, only flagged. */
import { addressesIn, isAddress, isDate } from '@attest/schema/citation'
import { quotesOf } from '@attest/schema/span'
import { CircleSlash, ExternalLink, TextSelect } from 'lucide-react'
import { type RefObject, useEffect, useId, useRef, useState } from 'react'
import { Button as AriaButton, ToggleButton, Toolbar } from 'react-aria-components'
import type { Workbench } from '../editor/workbench.ts'
import { useCalmly, useLive } from '../live/use-live.ts'
import { tell } from '../ui/notices.ts'
import type { FieldProps } from './AttributeForm.tsx'
import styles from './attributes.module.css'
import { saveAttributes } from './save.ts'
import { MOST_CHARACTERS, MOST_IN_FIELD, useEntry } from './use-entry.ts'
import { attributeWords as words } from './wording.ts'

/** From here on it is said how many characters are left. */
const NEAR_MOST = 1800
const MOST_SUGGESTIONS = 3
/** So many characters of a mark's own words may be what its attribute is: a cue, a name. */
const MOST_OWN_CHARACTERS = 40

export function WrittenField(props: FieldProps) {
  const { bench, annotation, attribute, value, isMissing, fieldId, noteId, onDone } = props
  const entry = useEntry(bench, annotation.id, attribute.id, value)
  const box = useRef<HTMLDivElement>(null)
  const [isOpen, setIsOpen] = useOpenness(box)
  const field = useRef<HTMLTextAreaElement>(null)
  const flagId = useId()
  const flag = flagOf(entry.text, attribute.type)
  const told = [noteId, flag && flagId].filter(Boolean).join(' ')
  const href = attribute.type === 'url' && entry.begun === null ? hrefOf(value) : null
  const letGo = () => {
    const text = entry.drop()
    if (text === null) return
    const save = () => {
      const saved = saveAttributes(bench, annotation.id, { [attribute.id]: text.trim() || undefined })
      if (!saved.ok) tell(saved.why, { tone: 'problem' })
    }
    tell(words.letGo, { action: { label: words.bringBack, run: save } })
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears of what its field and buttons are asked
    <div
      ref={box}
      className={styles['written']}
      data-none={(value === null && entry.text === '') || undefined}
      onFocus={() => setIsOpen(true)}
      onBlur={(event) => {
        if (event.relatedTarget instanceof Node && box.current?.contains(event.relatedTarget)) return
        entry.save()
        setIsOpen(false)
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.nativeEvent.isComposing) return
        event.preventDefault()
        letGo()
        onDone()
      }}
    >
      <span className={styles['entry']}>
        <textarea
          ref={field}
          rows={1}
          value={entry.text}
          maxLength={MOST_IN_FIELD}
          placeholder={value === null ? words.none : isMissing ? words.needed : words.notFilledIn}
          data-missing={isMissing || undefined}
          id={fieldId}
          aria-label={attribute.label}
          aria-describedby={told || undefined}
          aria-invalid={flag?.isWrong || undefined}
          dir={attribute.type === 'text' ? 'auto' : 'ltr'}
          inputMode={attribute.type === 'url' ? 'url' : 'text'}
          enterKeyHint="done"
          autoComplete="off"
          spellCheck={attribute.type === 'text'}
          onChange={(event) => entry.write(event.target.value)}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return
            if (event.key === 'Enter' && !event.shiftKey) {
              event.preventDefault()
              if (entry.save()) onDone()
            } else if (event.key === 'ArrowDown' && field.current?.selectionEnd === entry.text.length) {
              const first = box.current?.querySelector<HTMLElement>('[role="toolbar"] button')
              if (first) event.preventDefault()
              first?.focus()
            }
          }}
        />
        {href && (
          <a href={href} target="_blank" rel="noopener noreferrer" aria-label={words.openAddress} title={href}>
            <ExternalLink aria-hidden="true" />
          </a>
        )}
      </span>
      {flag && (
        <small id={flagId} className={styles['flag']} data-wrong={flag.isWrong || undefined}>
          {flag.text}
        </small>
      )}
      {entry.begun && entry.begun.base !== value && (
        <small className={styles['flag']} role="status">
          {value === undefined ? words.clearedMeanwhile : words.changedMeanwhile(value ?? words.none)}
        </small>
      )}
      {isOpen && attribute.hint && (
        <small className={styles['hint']} aria-hidden="true">
          {attribute.hint}
        </small>
      )}
      {isOpen && (
        <Suggestions
          {...props}
          text={entry.begun ? entry.text : ''}
          onTake={(taken) => {
            entry.put(taken)
            field.current?.focus()
          }}
        />
      )}
    </div>
  )
}

/** A press and its click belong together for so long, in milliseconds. */
const CLICK_MS = 600

/**
 * Whether the help below a field is shown. It goes when the field is left, but not under a press on what stands below it:
 * that would move up between press and release, and the click would meet something else or nothing.
 */
function useOpenness(box: RefObject<HTMLElement | null>): [isOpen: boolean, set: (isOpen: boolean) => void] {
  const [isOpen, show] = useState(false)
  const pressedAt = useRef(Number.NEGATIVE_INFINITY)
  const [isLeft, setIsLeft] = useState(false)
  useEffect(() => {
    if (!isOpen) return
    const onPress = () => {
      pressedAt.current = performance.now()
    }
    document.addEventListener('pointerdown', onPress, true)
    return () => document.removeEventListener('pointerdown', onPress, true)
  }, [isOpen])
  useEffect(() => {
    if (!isLeft) return
    const close = () => {
      setIsLeft(false)
      if (!box.current?.contains(document.activeElement)) show(false)
    }
    const onClick = () => setTimeout(close)
    const timer = setTimeout(close, CLICK_MS)
    document.addEventListener('click', onClick, true)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('click', onClick, true)
    }
  }, [isLeft, box])
  const set = (next: boolean) => {
    const isPressed = performance.now() - pressedAt.current < CLICK_MS
    setIsLeft(!next && isPressed)
    if (next || !isPressed) show(next)
  }
  return [isOpen, set]
}

interface SuggestionProps extends FieldProps {
  /** What is being written, for which the suggestions are to fit; empty while nothing is. */
  text: string
  onTake: (value: string | null | undefined) => void
}

/** What could stand in the field, one stop of Tab after it: words from the article, what stood elsewhere, none. */
function Suggestions({ bench, annotation, attribute, value, text, onTake }: SuggestionProps) {
  const { focus, room } = bench
  const selected = useCalmly(focus.draft)
  const last = useLive(focus.lastWords)
  const span = selected ?? last
  const selectedWords = span ? cleaned(room.page.text.slice(...span)) : ''
  // What others write meanwhile must not move a button from under the pointer.
  const [used] = useState(() => usedIn(bench, attribute.id))
  const under =
    attribute.type === 'url'
      ? annotation.spans.flatMap((one) => addressesIn(room.page.text, one)).map(({ url }) => url)
      : attribute.type === 'text'
        ? [cleaned(quotesOf(room.page.text, annotation.spans).join(' … '))].filter(
            (quote) => quote.length <= MOST_OWN_CHARACTERS,
          )
        : []
  const seen = new Set([value ?? ''])
  const offer = (from: readonly string[]) =>
    from.filter((one) => one !== '' && one.length <= MOST_CHARACTERS && !seen.has(one) && seen.add(one))
  const ofSelection = offer([selectedWords])
  const ofMark = offer(under)
  const ofOthers = offer(used)
    .filter((one) => one.toLowerCase().includes(text.trim().toLowerCase()))
    .slice(0, MOST_SUGGESTIONS)
  const takeWords = (one: string) => {
    if (selected) {
      // They are used now, and nobody means to mark them as well.
      focus.draft.set(null)
      document.getSelection()?.removeAllRanges()
    }
    onTake(one)
  }
  return (
    <Toolbar className={styles['suggestions'] ?? ''} aria-label={words.helpWith(attribute.label)}>
      {ofSelection.map((one) => (
        <AriaButton key={`selected ${one}`} onPress={() => takeWords(one)}>
          <TextSelect aria-hidden="true" />
          <span className="visually-hidden">{words.takeHint}: </span>
          <span dir="auto">{shortened(one)}</span>
        </AriaButton>
      ))}
      {ofMark.map((one) => (
        <AriaButton key={`mark ${one}`} onPress={() => onTake(one)}>
          <span dir="auto">{shortened(one)}</span>
        </AriaButton>
      ))}
      {ofOthers.map((one) => (
        <AriaButton key={`used ${one}`} onPress={() => onTake(one)}>
          <span dir="auto">{shortened(one)}</span>
        </AriaButton>
      ))}
      <ToggleButton isSelected={value === null} onChange={(isNone) => onTake(isNone ? null : undefined)}>
        <CircleSlash aria-hidden="true" />
        {words.thereIsNone}
      </ToggleButton>
    </Toolbar>
  )
}

/** The values that marks of this article have for an attribute, the most frequent first. */
function usedIn({ room }: Workbench, attribute: string): string[] {
  const counts = new Map<string, number>()
  for (const { attributes } of room.records.get().annotations.values()) {
    const value = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined
    if (value && value.length <= 80) counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  return [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1)).map(([value]) => value)
}

function flagOf(entered: string, type: FieldProps['attribute']['type']): { text: string; isWrong: boolean } | null {
  const text = entered.trim()
  if (text.length >= MOST_IN_FIELD) return { text: words.leftOut(text.length, MOST_CHARACTERS), isWrong: true }
  if (text.length > MOST_CHARACTERS) return { text: words.tooLong(text.length, MOST_CHARACTERS), isWrong: true }
  if (text.length > NEAR_MOST) return { text: words.roomLeft(text.length, MOST_CHARACTERS), isWrong: false }
  if (type === 'url' && text !== '' && !isAddress(text)) return { text: words.noAddress, isWrong: true }
  if (type === 'date' && text !== '' && !isDate(text)) return { text: words.noDate, isWrong: true }
  return null
}

/** Where an address leads, when it is one that a browser can open safely. */
function hrefOf(value: FieldProps['value']): string | null {
  if (!value || !isAddress(value)) return null
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`
  return /^https?:\/\//i.test(whole) && URL.canParse(whole) ? whole : null
}

function cleaned(words: string): string {
  return words.replaceAll(/\s+/g, ' ').trim()
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40).toWellFormed()}…` : text
}
