/**
 * In the card: what the mark's words are when there are several parts of them, and buttons that move their borders, for
 * everybody who does not drag.
 */
import type { Annotation } from '@attest/schema/annotation'
import type { Border } from '@attest/schema/border'
import type { Span } from '@attest/schema/span'
import { ChevronLeft, ChevronRight, X } from 'lucide-react'
import { useState } from 'react'
import { shortQuote } from '../annotations/describe.ts'
import { adjustByKey, finishAdjusting, startAdjusting, stepSideways, takeBackAdjusting } from '../editor/adjust.ts'
import { bringIntoView, keepFocus } from '../editor/places.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import styles from './borders.module.css'
import { borderWords } from './wording.ts'

export function Borders({ bench, annotation }: { bench: Workbench; annotation: Annotation }) {
  const { room, focus } = bench
  const adjusting = useLive(focus.adjusting)
  const mode = useLive(focus.mode)
  const isBarred = useLive(room.barred) !== null
  const isMine = useLive(focus.correcting) === annotation.id || annotation.author === room.me.id
  const isAdjusting = mode.type === 'adjust' && mode.id === annotation.id && adjusting?.id === annotation.id
  const spans = isAdjusting ? adjusting.spans : annotation.spans
  if (!isAdjusting && spans.length === 1) return null
  return (
    <section
      className={styles['section']}
      aria-label={borderWords.section}
      onKeyDown={(event) => {
        if (/^(Arrow|Escape)/.test(event.key) && adjustByKey(bench, event.nativeEvent)) {
          event.preventDefault()
          event.stopPropagation()
        }
      }}
    >
      {spans.length > 1 && (
        <ol className={styles['parts']}>
          {spans.map((span: Span, index) => (
            <Part
              // biome-ignore lint/suspicious/noArrayIndexKey: a part is known by its place among the parts
              key={index}
              bench={bench}
              annotation={annotation}
              index={index}
              span={span}
              isMine={isMine && !isBarred}
              isActive={isAdjusting && adjusting.border.index === index}
            />
          ))}
        </ol>
      )}
      {isAdjusting && (
        <>
          {spans.length === 1 && (
            <p className={styles['preview']} dir="auto">
              {ends(room.page.text.slice(spans[0]?.[0], spans[0]?.[1]))}
            </p>
          )}
          <Steps bench={bench} border={adjusting.border} />
        </>
      )}
    </section>
  )
}

/** Both ends of a text, which are what moves. */
function ends(quote: string): string {
  if (quote.length <= 2 * END_LENGTH) return quote
  return `${quote.slice(0, END_LENGTH).toWellFormed()} … ${quote.slice(-END_LENGTH).toWellFormed()}`
}

const END_LENGTH = 60

interface PartProps {
  bench: Workbench
  annotation: Annotation
  index: number
  span: Span
  isMine: boolean
  /** Whether its borders are the ones that move. */
  isActive: boolean
}

function Part({ bench, annotation, index, span, isMine, isActive }: PartProps) {
  const { editor, room, focus } = bench
  const quote = shortQuote(room, { spans: [[span[0], span[1]]] }, 80)
  return (
    <li data-active={isActive || undefined}>
      <button
        type="button"
        className={styles['quote']}
        aria-label={borderWords.goTo(quote)}
        onClick={() => {
          bringIntoView(editor.view, room.page.blocks, span)
          if (focus.mode.get().type === 'adjust') startAdjusting(bench, { index, side: 'end' })
        }}
      >
        <span dir="auto">{quote}</span>
      </button>
      {isMine && !isActive && (
        <Button
          variant="quiet"
          // No tooltip: it would lie over the part above.
          aria-label={borderWords.remove(quote)}
          onPress={() => {
            keepWhatMoved(bench)
            editor.commands.removeFragment(annotation.id, span)
            keepFocus(editor.view)
          }}
        >
          <X aria-hidden="true" />
        </Button>
      )}
    </li>
  )
}

/** A part that goes makes the numbers of the others different, so what is being moved is kept before. */
function keepWhatMoved(bench: Workbench): void {
  if (bench.focus.adjusting.get()) finishAdjusting(bench)
}

function Steps({ bench, border }: { bench: Workbench; border: Border }) {
  const [isByCharacter, setIsByCharacter] = useState(false)
  const unit = isByCharacter ? 'character' : 'word'
  const step = (side: Border['side'], way: 'left' | 'right') =>
    stepSideways(bench, { index: border.index, side }, way, unit)
  const leave = (run: (bench: Workbench) => void) => {
    run(bench)
    keepFocus(bench.editor.view)
  }
  return (
    <div className={styles['steps']}>
      {(['start', 'end'] as const).map((side) => (
        <fieldset key={side} data-active={border.side === side || undefined}>
          <legend>{borderWords[side]}</legend>
          <Button
            aria-label={borderWords.left(borderWords[side], borderWords[unit])}
            onPress={() => step(side, 'left')}
          >
            <ChevronLeft aria-hidden="true" />
          </Button>
          <Button
            aria-label={borderWords.right(borderWords[side], borderWords[unit])}
            onPress={() => step(side, 'right')}
          >
            <ChevronRight aria-hidden="true" />
          </Button>
        </fieldset>
      ))}
      <Button variant="quiet" isPressedState={isByCharacter} onPress={() => setIsByCharacter(!isByCharacter)}>
        {borderWords.byCharacter}
      </Button>
      <span className={styles['done']}>
        <Button shortcut="leave" onPress={() => leave(takeBackAdjusting)}>
          {borderWords.takeBack}
        </Button>
        <Button variant="primary" shortcut="Enter" onPress={() => leave(finishAdjusting)}>
          {borderWords.keep}
        </Button>
      </span>
    </div>
  )
}
