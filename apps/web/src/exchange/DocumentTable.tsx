/** Where each document of the files goes: into an article that is there, a new one, or nowhere. */
import type { FoundDocumentTold, Placement } from '@attest/schema/exchange-api'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { articlesQuery } from '../api.ts'
import styles from './exchange.module.css'
import { MappingRow, MappingTable } from './MappingTable.tsx'
import { importWords as words } from './wording.ts'

interface Props {
  project: string
  documents: readonly FoundDocumentTold[]
  /** What was chosen; the others go where it is proposed. */
  placements: ReadonlyMap<number, Placement>
  onChange: (number: number, placement: Placement) => void
}

/** More are folded: what is proposed is right for most of them, and what follows is far below. */
const MOST_SHOWN = 12

export function DocumentTable({ project, documents, placements, onChange }: Props) {
  const articles = useQuery(articlesQuery(project)).data ?? []
  const goals = documents.map(({ number, placement }) => (placements.get(number) ?? placement).to)
  const count = (goal: Placement['to']) => goals.filter((one) => one === goal).length
  const table = (
    <MappingTable columns={[words.document, words.goesTo]}>
      {documents.map((document) => {
        const { number, name, title, counts, placement, problem, closed } = document
        const chosen = placements.get(number) ?? placement
        return (
          <MappingRow
            key={number}
            name={title ?? name}
            count={words.marks(counts.annotations)}
            more={
              chosen.to === 'nowhere' &&
              (closed ?? problem) && <span className={styles['problem']}>{closed ?? problem}</span>
            }
          >
            <td>
              <PlaceSelect
                document={document}
                chosen={chosen}
                articles={articles}
                onChange={(place) => onChange(number, place)}
              />
            </td>
          </MappingRow>
        )
      })}
    </MappingTable>
  )
  if (documents.length <= MOST_SHOWN) return table
  return (
    <details className={styles['folded']}>
      <summary>{words.goingTo(count('article'), count('new'), count('nowhere'))}</summary>
      {table}
    </details>
  )
}

interface PlaceSelectProps {
  document: FoundDocumentTold
  chosen: Placement
  articles: readonly { id: string; title: string }[]
  onChange: (placement: Placement) => void
}

/** Hundreds of documents would each have hundreds of articles in their lists: they are there once somebody looks. */
function PlaceSelect({ document: { name, title, match, problem }, chosen, articles, onChange }: PlaceSelectProps) {
  const [isLookedAt, setIsLookedAt] = useState(false)
  const others = articles.filter(
    ({ id }) => id !== match?.article && (isLookedAt || (chosen.to === 'article' && id === chosen.article)),
  )
  return (
    <select
      aria-label={words.becomes(title ?? name)}
      value={chosen.to === 'article' ? chosen.article : `to ${chosen.to}`}
      onFocus={() => setIsLookedAt(true)}
      onPointerDown={() => setIsLookedAt(true)}
      onChange={({ target }) => onChange(placementOf(target.value))}
    >
      <option value="to nowhere">{words.toNowhere}</option>
      {problem === null && <option value="to new">{words.toNew}</option>}
      {match && (
        <option value={match.article}>
          {match.title} ({words.matched[match.by]})
        </option>
      )}
      {others.map(({ id, title: known }) => (
        <option key={id} value={id}>
          {known}
        </option>
      ))}
    </select>
  )
}

/** No article has an id with a blank in it. */
function placementOf(value: string): Placement {
  if (value === 'to new') return { to: 'new' }
  return value === 'to nowhere' ? { to: 'nowhere' } : { to: 'article', article: value }
}
