/**
 * What is printed instead of the page: the text with each shown mark's number at its end, and after it all of those
 * marks in full. It is made for the moment of printing only, so the article on the screen never has a number in it and
 * nobody waits for it. The filters hold: what is hidden is not printed, and the heading says so.
 */
import type { Annotation } from '@attest/schema/annotation'
import type { Block } from '@attest/schema/article'
import type { Relation } from '@attest/schema/relation'
import { quotesOf } from '@attest/schema/span'
import { useEffect, useMemo, useState } from 'react'
import { flushSync } from 'react-dom'
import { kindLabel, kindStyle } from '../annotations/describe.ts'
import { outcomeWords } from '../annotations/wording.ts'
import articleStyles from '../editor/article.module.css'
import type { Workbench } from '../editor/workbench.ts'
import { countMarks, isProposed, type LiveRecords } from '../live/live-records.ts'
import { useLive } from '../live/use-live.ts'
import { Swatch } from '../ui/Swatch.tsx'
import styles from './print.module.css'
import { type Piece, type Printed, typeset } from './printed.ts'
import { printWords } from './wording.ts'

interface Props {
  bench: Workbench
  isShown: (annotation: Annotation) => boolean
}

export function PrintedArticle(props: Props) {
  return useIsPrinting() ? <Pages {...props} /> : null
}

/** Browsers tell before they print; a picture of the printed page, and older ones, only change the medium. */
function useIsPrinting(): boolean {
  const [isPrinting, setIsPrinting] = useState(() => window.matchMedia('print').matches)
  useEffect(() => {
    const media = window.matchMedia('print')
    const stop = new AbortController()
    const options = { signal: stop.signal }
    // What is printed is what is there when the event is over.
    window.addEventListener('beforeprint', () => flushSync(() => setIsPrinting(true)), options)
    window.addEventListener('afterprint', () => setIsPrinting(false), options)
    media.addEventListener('change', () => setIsPrinting(media.matches), options)
    return () => stop.abort()
  }, [])
  return isPrinting
}

function Pages({ bench: { room, focus }, isShown }: Props) {
  const records = useLive(room.records)
  const isHidden = useLive(focus.isHidden)
  const article = useLive(room.article)
  const printed = useMemo(
    () =>
      typeset(
        article,
        // On paper nobody would see that a mark is only proposed.
        isHidden ? [] : [...records.annotations.values()].filter((one) => isShown(one) && !isProposed(records, one)),
      ),
    [article, records, isHidden, isShown],
  )
  const relations = useMemo(() => byEnd(records.relations.values()), [records])
  const remarks = useMemo(() => countRemarks(records), [records])
  const { marks } = printed
  return (
    <div className={`${styles['pages']} ${articleStyles['article']}`} data-testid="printed">
      <p className={styles['source']}>
        {article.project.name} · {printWords.count(marks.length, countMarks(records))} ·{' '}
        {new Date().toLocaleDateString('en', { dateStyle: 'long' })}
      </p>
      {marks.length > 0 && (
        <ul className={styles['legend']}>
          {article.labelSet.kinds.map((kind) => (
            <li key={kind.id}>
              <Swatch kind={kind.id} /> {kind.label}
            </li>
          ))}
        </ul>
      )}
      <div lang={article.language ?? undefined}>
        {article.blocks.map((block, i) => (
          <PrintedBlock key={block.start} block={block}>
            {printed.blocks[i]?.map((piece) => (
              <PrintedPiece
                key={piece.start}
                piece={piece}
                words={article.text.slice(piece.start, piece.end)}
                styleOf={(id) => kindStyle(room, records.annotations.get(id) ?? { kind: '' })}
              />
            ))}
          </PrintedBlock>
        ))}
      </div>
      {marks.length > 0 && (
        <section className={styles['marks']}>
          <h2>{printWords.marks}</h2>
          <ol>
            {marks.map((one, i) => (
              <li key={one.id} value={i + 1}>
                <PrintedMark
                  room={room}
                  records={records}
                  annotation={one}
                  links={relations.get(one.id) ?? []}
                  remarks={remarks.get(one.id) ?? 0}
                  printed={printed}
                />
              </li>
            ))}
          </ol>
        </section>
      )}
    </div>
  )
}

function PrintedBlock({ block, children }: { block: Block; children: React.ReactNode }) {
  switch (block.type) {
    case 'title':
      return <h1 dir="auto">{children}</h1>
    case 'heading':
      return <h2 dir="auto">{children}</h2>
    case 'quote':
      return <blockquote dir="auto">{children}</blockquote>
    case 'list-item':
      return (
        <p className={styles['item']} dir="auto">
          {children}
        </p>
      )
    case 'paragraph':
      return <p dir="auto">{children}</p>
  }
}

/** Lanes that have a line of their own, as in the painter. */
const LANES = 3

function PrintedPiece({
  piece: { over, isBold, isItalic, numbers },
  words,
  styleOf,
}: {
  piece: Piece
  words: string
  styleOf: (id: string) => string
}) {
  const bold = isBold ? <strong>{words}</strong> : words
  const set = isItalic ? <em>{bold}</em> : bold
  const number = numbers.length > 0 && <sup>{numbers.join(',')}</sup>
  if (over.length === 0)
    return (
      <>
        {set}
        {number}
      </>
    )
  const classes = over.map(({ id, lane }) => (lane < LANES ? `lane${lane}-${styleOf(id)}` : 'deep'))
  return (
    <mark className={[...new Set(classes)].join(' ')}>
      {set}
      {number}
    </mark>
  )
}

interface MarkProps {
  room: Workbench['room']
  records: LiveRecords
  annotation: Annotation
  links: readonly Relation[]
  remarks: number
  printed: Printed
}

function PrintedMark({ room, records, annotation, links, remarks, printed: { numberOf } }: MarkProps) {
  const { labelSet, text } = room.page
  const kind = labelSet.kinds.find((one) => one.id === annotation.kind)
  const outcome = records.outcomes.get(annotation.id) ?? 'open'
  const attributes = Object.entries(annotation.attributes).map(([id, value]) => {
    const label = kind?.attributes.find((one) => one.id === id)?.label ?? id
    return `${label}: ${value ?? printWords.none}`
  })
  const linked = links.map(({ type, from, to }) => {
    const label = labelSet.relations.find((one) => one.id === type)?.label ?? type
    const [arrow, other] = from === annotation.id ? ['→', to] : ['←', from]
    const isThere = records.annotations.has(other)
    return `${label} ${arrow} ${numberOf.get(other) ?? (isThere ? printWords.hiddenMark : printWords.deletedMark)}`
  })
  // What two people link alike is one fact.
  const facts = [...new Set([...attributes, ...linked, ...(remarks > 0 ? [printWords.comments(remarks)] : [])])]
  return (
    <>
      <p>
        <Swatch kind={kindStyle(room, annotation)} /> <strong>{kindLabel(room, annotation)}</strong>{' '}
        {printWords.by(room.nameOf(annotation.author))}
        {outcome !== 'open' && <> · {outcomeWords[outcome]}</>}
      </p>
      <q dir="auto">{quotesOf(text, annotation.spans).join(' … ')}</q>
      {facts.map((fact) => (
        <p key={fact} className={styles['fact']} dir="auto">
          {fact}
        </p>
      ))}
    </>
  )
}

function byEnd(relations: Iterable<Relation>): Map<string, Relation[]> {
  const found = new Map<string, Relation[]>()
  for (const relation of relations)
    for (const end of [relation.from, relation.to]) found.set(end, [...(found.get(end) ?? []), relation])
  return found
}

function countRemarks({ comments }: LiveRecords): Map<string, number> {
  const counts = new Map<string, number>()
  for (const comment of comments.values())
    if ('body' in comment) counts.set(comment.on, (counts.get(comment.on) ?? 0) + 1)
  return counts
}
