/** The marks of the gold, numbered as in the text: more of them are drawn as one comes to them, and all on paper. */
import type { ArticlePage } from '@attest/schema/api'
import type { GoldAnnotation } from '@attest/schema/gold'
import type { Relation } from '@attest/schema/relation'
import { quotesOf } from '@attest/schema/span'
import { Link } from '@tanstack/react-router'
import { memo, type RefCallback, useCallback, useEffect, useMemo, useState } from 'react'
import { flushSync } from 'react-dom'
import { styleOf } from '../editor/label-styles.ts'
import { kindName } from '../editor/wording.ts'
import { Swatch } from '../ui/Swatch.tsx'
import styles from './gold.module.css'
import type { Judged } from './layers.ts'
import { goldWords as words } from './wording.ts'

interface Props {
  page: ArticlePage
  judged: Judged
  chosen: string | null
  isLinked: boolean
}

export const GoldMarks = memo(function GoldMarks({ page, judged: { gold }, chosen, isLinked }: Props) {
  const { people } = page
  const names = useMemo(() => new Map(people.map(({ id, name }) => [id, name])), [people])
  const numbers = useMemo(() => new Map(gold.annotations.map(({ id }, i) => [id, i + 1])), [gold])
  const links = useMemo(() => byEnd(gold.relations), [gold])
  const [drawn, foot] = useDrawn(gold.annotations.length)
  const chosenAt = chosen === null ? -1 : (numbers.get(chosen) ?? 0) - 1
  useEffect(() => {
    if (chosen !== null) document.getElementById(`gold-${chosen}`)?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  const shown = gold.annotations.slice(0, Math.max(drawn, chosenAt + DRAWN_AT_FIRST))
  return (
    <section className={styles['marks']} aria-label={words.marks}>
      <h2>{words.marks}</h2>
      <ol>
        {shown.map((one, i) => (
          <Mark
            key={one.id}
            page={page}
            mark={one}
            number={i + 1}
            count={gold.annotations.length}
            author={names.get(one.author) ?? one.author}
            links={links.get(one.id) ?? noLinks}
            numbers={numbers}
            isChosen={one.id === chosen}
            isLinked={isLinked}
          />
        ))}
      </ol>
      {shown.length < gold.annotations.length && <div ref={foot} className={styles['foot']} />}
    </section>
  )
})

const DRAWN_AT_FIRST = 100
const DRAWN_MORE = 300
const noLinks: readonly Relation[] = []

/** How many rows are drawn: more whenever the foot of the list comes into view, and all of them on paper. */
function useDrawn(count: number): [number, RefCallback<HTMLElement>] {
  const [drawn, setDrawn] = useState(DRAWN_AT_FIRST)
  useEffect(() => {
    const drawAll = () => flushSync(() => setDrawn(count))
    window.addEventListener('beforeprint', drawAll)
    return () => window.removeEventListener('beforeprint', drawAll)
  }, [count])
  const foot = useCallback(
    (element: HTMLElement | null) => {
      if (!element) return
      const observer = new IntersectionObserver(([entry]) => {
        if (entry?.isIntersecting) setDrawn(drawn + DRAWN_MORE)
      })
      observer.observe(element)
      return () => observer.disconnect()
    },
    // Where the foot is still in view after more was drawn, a new observer says so again.
    [drawn],
  )
  return [drawn, foot]
}

interface MarkProps {
  page: ArticlePage
  mark: GoldAnnotation
  number: number
  count: number
  author: string
  links: readonly Relation[]
  numbers: ReadonlyMap<string, number>
  isChosen: boolean
  isLinked: boolean
}

const Mark = memo(function Mark({ page, mark, number, count, author, links, numbers, isChosen, isLinked }: MarkProps) {
  const { text, labelSet } = page
  const kind = labelSet.kinds.find(({ id }) => id === mark.kind)
  const facts = [
    ...Object.entries(mark.attributes).map(([id, value]) => {
      const label = kind?.attributes.find((attribute) => attribute.id === id)?.label ?? id
      return `${label}: ${value ?? words.none}`
    }),
    ...links.map(({ type, from, to }) => {
      const label = labelSet.relations.find(({ id }) => id === type)?.label ?? type
      return from === mark.id ? `${label} → ${numbers.get(to)}` : `${label} ← ${numbers.get(from)}`
    }),
  ]
  const origin = [
    words.by(author),
    ...(mark.isCorrected ? [words.isCorrected] : []),
    ...(mark.standsFor.length > 0 ? [words.standsFor(mark.standsFor.length)] : []),
  ].join(' · ')
  const quote = <q dir="auto">{quotesOf(text, mark.spans).join(' … ')}</q>
  return (
    <li id={`gold-${mark.id}`} data-chosen={isChosen || undefined} aria-setsize={count} aria-posinset={number}>
      <p>
        <b>{number}</b> <Swatch kind={styleOf(labelSet, mark.kind)} /> <strong>{kindName(labelSet, mark.kind)}</strong>
      </p>
      {isLinked ? (
        <Link to="/articles/$article" params={{ article: page.id }} search={{ mark: mark.id }}>
          {quote}
        </Link>
      ) : (
        quote
      )}
      {facts.map((fact) => (
        <p key={fact} dir="auto">
          {fact}
        </p>
      ))}
      <p className={styles['origin']} dir="auto">
        {origin}
      </p>
    </li>
  )
})

function byEnd(relations: readonly Relation[]): Map<string, Relation[]> {
  const found = new Map<string, Relation[]>()
  for (const relation of relations)
    for (const end of [relation.from, relation.to]) {
      const there = found.get(end)
      if (there) there.push(relation)
      else found.set(end, [relation])
    }
  return found
}
