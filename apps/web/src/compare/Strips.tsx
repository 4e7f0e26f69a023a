/**
 * The text sentence by sentence, and under each the marks of those who are compared: a row for each, lanes as in the
 * article. Only what is near the window is drawn. What differs is said in words under the sentence it begins in.
 */
import type { ArticlePage } from '@attest/schema/api'
import { blockIndexAt } from '@attest/schema/article'
import type { Span, Spans } from '@attest/schema/span'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, type MouseEvent, memo, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { styleOf } from '../editor/label-styles.ts'
import { Swatch } from '../ui/Swatch.tsx'
import styles from './compare.module.css'
import type { Compared } from './differences.ts'
import { backgroundsOf, type Geometry, geometryOf, rowAt, tracksOf } from './geometry.ts'
import { keepInSight } from './in-sight.ts'
import { colorOf, type PartyShown } from './parties.ts'
import type { Piece, Strips as StripsOf } from './strips.ts'
import { sayDifference, type Vocabulary, compareWords as words } from './wording.ts'

interface Props {
  page: ArticlePage
  strips: StripsOf
  parties: readonly PartyShown[]
  vocabulary: Vocabulary
  /** Whether sentences in which nothing differs are left out. */
  onlyDiffering: boolean
  onShowAll: () => void
  /** The difference that was gone to. */
  current: Compared | null
  onCurrent: (one: Compared) => void
  /** Goes to a mark in the article; null where it is not to be found there. */
  onOpen: ((mark: string) => void) | null
}

type Row = { sentence: number } | { gap: number; first: number }

/** What a row is taken to be as high as before it was drawn, in pixels. */
const ROW_PX = 110

export function Strips(props: Props) {
  const { strips, current, onlyDiffering } = props
  const rows = useMemo(() => rowsOf(strips, onlyDiffering), [strips, onlyDiffering])
  const list = useRef<HTMLOListElement>(null)
  const [margin, setMargin] = useState(0)
  useLayoutEffect(() => setMargin(list.current?.offsetTop ?? 0), [])
  const contentHeight = useContentHeight(list)
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => ROW_PX,
    overscan: 3,
    scrollMargin: margin,
    scrollPaddingStart: 64,
    getItemKey: (index) => keyOf(rows[index]) ?? index,
  })
  const at = current
    ? rows.findIndex((row) => 'sentence' in row && (strips.beginning[row.sentence]?.includes(current) ?? false))
    : -1
  const id = current?.id
  // Not when marks come or go: the text must stay where it is being read.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another difference is the reason, and another list of rows
  useEffect(() => {
    if (at < 0) return
    virtualizer.scrollToIndex(at, { align: 'center' })
    return keepInSight(() => list.current?.querySelector(`[data-index="${at}"]`) ?? null)
  }, [id, onlyDiffering])
  return (
    <ol ref={list} className={styles['sentences']} style={{ height: virtualizer.getTotalSize() }}>
      {virtualizer.getVirtualItems().map(({ index, key, start }) => {
        const row = rows[index]
        if (!row) return null
        return (
          <li
            key={key}
            ref={virtualizer.measureElement}
            data-index={index}
            style={{ transform: `translateY(${start - margin}px)` }}
          >
            {'gap' in row ? (
              <button type="button" className={styles['gap']} onClick={props.onShowAll}>
                {words.gap(row.gap)}
              </button>
            ) : (
              <Sentence
                page={props.page}
                strips={strips}
                parties={props.parties}
                vocabulary={props.vocabulary}
                current={current && isUnder(current, strips.sentences[row.sentence]) ? current : null}
                onCurrent={props.onCurrent}
                onOpen={props.onOpen}
                sentence={row.sentence}
                contentHeight={contentHeight}
              />
            )}
          </li>
        )
      })}
    </ol>
  )
}

/** Whether some of its words are in the sentence; the others need not be drawn again for it. */
function isUnder({ hull }: Compared, span: Span | undefined): boolean {
  return span !== undefined && hull[0] < span[1] && span[0] < hull[1]
}

function keyOf(row: Row | undefined): string | undefined {
  if (!row) return undefined
  return 'gap' in row ? `gap ${row.first}` : `${row.sentence}`
}

function rowsOf({ sentences, beginning }: StripsOf, onlyDiffering: boolean): Row[] {
  if (!onlyDiffering) return sentences.map((_, sentence) => ({ sentence }))
  const rows: Row[] = []
  let reach = -1
  for (const [sentence, [start]] of sentences.entries()) {
    const differing = beginning[sentence]?.filter(({ differences }) => differences.length > 0) ?? []
    // What differs may go on into the next sentences, and its strips with it.
    if (differing.length > 0 || start < reach) {
      rows.push({ sentence })
      for (const { hull } of differing) reach = Math.max(reach, hull[1])
      continue
    }
    const last = rows.at(-1)
    if (last && 'gap' in last) last.gap++
    else rows.push({ gap: 1, first: sentence })
  }
  return rows
}

/** How many sentences are hidden when only what differs is shown. */
export function countHidden(strips: StripsOf): number {
  return rowsOf(strips, true).reduce((sum, row) => sum + ('gap' in row ? row.gap : 0), 0)
}

/** As `dir="auto"` has it, by the first letter: what names the rows stands where their words begin. */
function isFromTheRight(words: string): boolean {
  const [first = ''] = /\p{L}/u.exec(words) ?? []
  return /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u.test(first)
}

type SentenceProps = Omit<Props, 'onlyDiffering' | 'onShowAll'> & { sentence: number; contentHeight: number }

const Sentence = memo(function Sentence(props: SentenceProps) {
  const { page, strips, parties, sentence, contentHeight, current, vocabulary, onCurrent, onOpen } = props
  const span = strips.sentences[sentence]
  const pieces = useMemo(() => strips.piecesOf(sentence), [strips, sentence])
  const geometry = useMemo(() => geometryOf(strips.depthsOf(sentence)), [strips, sentence])
  const lineHeight = contentHeight + geometry.height
  const [text, lines] = useLines(lineHeight)
  if (!span) return null
  const block = page.blocks[blockIndexAt(page.blocks, span[0])]
  const differing = strips.beginning[sentence]?.filter(({ differences }) => differences.length > 0) ?? []
  const undecided = strips.beginning[sentence]?.some(({ isUndecided }) => isUndecided) ?? false
  const chosen = current ? current.annotations.flatMap(({ spans }) => spans) : []
  const open = (event: MouseEvent<HTMLElement>) => {
    const mark = markUnder(event, pieces, geometry)
    if (mark) onOpen?.(mark)
  }
  return (
    <div
      className={styles['sentence']}
      data-differs={differing.length > 0 || undefined}
      data-rtl={isFromTheRight(page.text.slice(...span)) || undefined}
    >
      <Gutter
        parties={parties}
        geometry={geometry}
        lines={lines}
        lineHeight={lineHeight}
        contentHeight={contentHeight}
      />
      {/* Whoever uses keys has the links under it, and the table. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: see above */}
      <p
        ref={text}
        className={styles['words']}
        dir="auto"
        lang={page.language ?? undefined}
        data-type={block?.type}
        data-opens={onOpen !== null || undefined}
        onClick={open}
        style={
          {
            '--tracks': tracksOf(geometry),
            lineHeight: `${lineHeight}px`,
            marginBlockStart: 4 - geometry.height / 2,
            paddingBlockEnd: geometry.height / 2,
          } as CSSProperties
        }
      >
        {pieces.map((piece) => (
          <span
            key={piece.start}
            data-start={piece.start}
            title={titleOf(piece, parties, vocabulary)}
            style={{
              paddingBlockEnd: geometry.height,
              ...backgroundsOf(piece.lines, tintOf(piece, chosen), geometry, (kind) => styleOf(page.labelSet, kind)),
            }}
          >
            {page.text.slice(piece.start, piece.end)}
          </span>
        ))}
      </p>
      {(differing.length > 0 || undecided) && (
        <ul className={styles['differences']}>
          {differing.map((one) => (
            <DifferenceLine
              key={one.id}
              page={page}
              one={one}
              parties={parties}
              vocabulary={vocabulary}
              isCurrent={one.id === current?.id}
              onCurrent={onCurrent}
              onOpen={onOpen}
            />
          ))}
          {undecided && <li className={styles['undecided']}>{words.undecided}</li>}
        </ul>
      )}
    </div>
  )
})

interface LineProps extends Pick<Props, 'page' | 'parties' | 'vocabulary' | 'onCurrent' | 'onOpen'> {
  one: Compared
  isCurrent: boolean
}

function DifferenceLine({ page, one, parties, vocabulary, isCurrent, onCurrent, onOpen }: LineProps) {
  const { differences, hull, marks } = one
  return (
    <li className={styles['difference']} data-current={isCurrent || undefined} data-id={one.id}>
      <button type="button" aria-pressed={isCurrent} onClick={() => onCurrent(one)}>
        <q dir="auto">{vocabulary.quoteOf(...hull).slice(1, -1)}</q>{' '}
        {differences.map((difference) => (
          <span key={difference.type === 'attributes' ? difference.name : difference.type} data-how={difference.type}>
            {sayDifference(difference, vocabulary)}
          </span>
        ))}
      </button>
      <span className={styles['marks']}>
        {parties.map(({ id, name }) => {
          const mark = marks.get(id)
          if (!mark) return null
          const kind = vocabulary.kindOf(mark.kind)
          const face = (
            <>
              <Swatch kind={styleOf(page.labelSet, mark.kind)} /> <span dir="auto">{name}</span>
            </>
          )
          return onOpen ? (
            <button
              key={id}
              type="button"
              aria-label={words.open(name, kind)}
              title={kind}
              onClick={() => onOpen(mark.id)}
            >
              {face}
            </button>
          ) : (
            <span key={id} title={kind}>
              {face}
              <span className="visually-hidden">: {kind}</span>
            </span>
          )
        })}
      </span>
    </li>
  )
}

interface GutterProps {
  parties: readonly PartyShown[]
  geometry: Geometry
  lines: number
  lineHeight: number
  contentHeight: number
}

/** Whose row is whose, beside each line of the text. */
function Gutter({ parties, geometry, lines, lineHeight, contentHeight }: GutterProps) {
  return (
    <span className={styles['gutter']} aria-hidden="true">
      {Array.from({ length: lines }, (_, line) =>
        geometry.rows.map(({ top, height }, row) => (
          <i
            // biome-ignore lint/suspicious/noArrayIndexKey: they never change their places
            key={`${line} ${row}`}
            style={{ top: line * lineHeight + 4 + contentHeight + top, height }}
          >
            <b style={colorOf(parties[row]?.color ?? null)}>{parties[row]?.short}</b>
          </i>
        )),
      )}
    </span>
  )
}

/** How many lines a paragraph has come to, as the window is now. */
function useLines(lineHeight: number): [React.RefObject<HTMLParagraphElement | null>, number] {
  const text = useRef<HTMLParagraphElement>(null)
  const [lines, setLines] = useState(1)
  useLayoutEffect(() => {
    const element = text.current
    if (!element) return
    const measure = () => {
      const style = getComputedStyle(element)
      const inner = element.clientHeight - Number.parseFloat(style.paddingBlockEnd)
      setLines(Math.max(1, Math.round(inner / lineHeight)))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [lineHeight])
  return [text, lines]
}

/** How high the words are in the font of the page, whose strips begin under them: fonts come late, and people choose. */
function useContentHeight(list: React.RefObject<HTMLElement | null>): number {
  const [height, setHeight] = useState(22)
  useLayoutEffect(() => {
    const place = list.current?.parentElement
    if (!place) return
    const probe = document.createElement('p')
    probe.className = styles['words'] ?? ''
    probe.setAttribute('aria-hidden', 'true')
    const inner = probe.appendChild(document.createElement('span'))
    inner.textContent = 'x'
    const measure = () => {
      place.append(probe)
      const measured = inner.getBoundingClientRect().height
      probe.remove()
      if (measured > 0) setHeight(measured)
    }
    measure()
    let isOver = false
    void document.fonts.ready.then(() => isOver || measure())
    window.addEventListener('resize', measure)
    return () => {
      isOver = true
      window.removeEventListener('resize', measure)
    }
  }, [list])
  return height
}

function tintOf({ start, agreement }: Piece, chosen: Spans): string | null {
  if (chosen.some(([from, to]) => from <= start && start < to))
    return 'linear-gradient(var(--selected), var(--selected))'
  if (agreement === null) return null
  return agreement === 1 ? 'var(--agree)' : agreement > 0.5 ? 'var(--most)' : 'var(--differ)'
}

function titleOf({ lines }: Piece, parties: readonly PartyShown[], { kindOf }: Vocabulary): string | undefined {
  if (lines.length === 0) return undefined
  return parties
    .flatMap(({ name }, row) => {
      const kinds = [...new Set(lines.filter((line) => line.row === row).map(({ kind }) => kindOf(kind)))]
      return kinds.length > 0 ? [words.saying(name, kinds.join(', '))] : []
    })
    .join('\n')
}

/** The mark of a line that was clicked; on the words, of whoever comes first, in the deepest lane. */
function markUnder(event: MouseEvent<HTMLElement>, pieces: readonly Piece[], geometry: Geometry): string | null {
  const target = (event.target as Element).closest<HTMLElement>('[data-start]')
  const piece = pieces.find(({ start }) => String(start) === target?.dataset['start'])
  if (!target || !piece) return null
  const { clientX: x, clientY: y } = event
  const rect = [...target.getClientRects()].find(
    ({ left, right, top, bottom }) => x >= left && x <= right && y >= top && y <= bottom,
  )
  if (!rect) return null
  const row = rowAt(geometry, y - (rect.bottom - geometry.height))
  const lines = row === null ? piece.lines : piece.lines.filter((line) => line.row === row)
  return lines.toSorted((a, b) => a.row - b.row || b.lane - a.lane)[0]?.id ?? null
}
