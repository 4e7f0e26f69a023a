/**
 * What somebody has brought to the page and not kept yet: each piece is read by the server, shown, and kept or put away.
 * It lives in the page alone, so leaving the page is asked about while there is something in it.
 */
import type { ArticleContent } from '@attest/schema/article'
import type { Reading, ReadingChoices } from '@attest/schema/importing'
import { useEffect, useReducer, useRef } from 'react'
import { keepArticle, readFile, readPage } from './requests.ts'

/** Where a piece is from. */
export type Origin = { is: 'file'; name: string; file: Blob } | { is: 'page'; url: string }

export type Phase =
  | { is: 'reading' }
  | { is: 'read'; reading: Reading /** The article as somebody has changed it. */; content: ArticleContent | null }
  | { is: 'refused'; problem: string }
  | { is: 'keeping'; reading: Reading; content: ArticleContent }
  | { is: 'kept'; id: string; title: string }

export interface Piece {
  key: number
  origin: Origin
  choices: ReadingChoices
  phase: Phase
  /** Why it could not be kept; what was typed stays. */
  complaint: string | null
}

type Act =
  | { act: 'add'; pieces: Piece[] }
  | { act: 'change'; key: number; change: Partial<Omit<Piece, 'key'>> }
  | { act: 'remove'; key: number }

function reduce(pieces: Piece[], act: Act): Piece[] {
  if (act.act === 'add') return [...pieces, ...act.pieces]
  if (act.act === 'remove') return pieces.filter((piece) => piece.key !== act.key)
  return pieces.map((piece) => (piece.key === act.key ? { ...piece, ...act.change } : piece))
}

/** So many are read at once: the server takes four of one person. */
const AT_ONCE = 2

export function useTray(project: string) {
  const [pieces, dispatch] = useReducer(reduce, [])
  const queue = useRef<{ waiting: Piece[]; running: number; last: number }>({ waiting: [], running: 0, last: 0 })

  const isUnkept = pieces.some(({ phase }) => phase.is !== 'kept' && phase.is !== 'refused')
  useEffect(() => {
    if (!isUnkept) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [isUnkept])

  function next(): void {
    const { waiting, running } = queue.current
    const piece = running < AT_ONCE ? waiting.shift() : undefined
    if (!piece) return
    queue.current.running++
    void read(piece).finally(() => {
      queue.current.running--
      next()
    })
    next()
  }

  async function read({ key, origin, choices }: Piece): Promise<void> {
    try {
      const reading =
        origin.is === 'file'
          ? await readFile(project, origin.name, origin.file, choices)
          : await readPage(project, origin.url, choices)
      const content = reading.is === 'article' ? reading.content : null
      dispatch({ act: 'change', key, change: { phase: { is: 'read', reading, content } } })
    } catch (error) {
      dispatch({ act: 'change', key, change: { phase: { is: 'refused', problem: sentence(error) } } })
    }
  }

  return {
    pieces,
    /** The key of the first one. */
    add(origins: readonly Origin[]): number {
      const first = queue.current.last + 1
      const added = origins.map(
        (origin): Piece => ({
          key: ++queue.current.last,
          origin,
          choices: {},
          phase: { is: 'reading' },
          complaint: null,
        }),
      )
      dispatch({ act: 'add', pieces: added })
      queue.current.waiting.push(...added)
      next()
      return first
    },
    /** Reads it anew; what was changed about it goes with the old reading. */
    choose(piece: Piece, choices: ReadingChoices): void {
      const again = { ...piece, choices: { ...piece.choices, ...choices }, phase: { is: 'reading' as const } }
      dispatch({ act: 'change', key: piece.key, change: again })
      queue.current.waiting.push(again)
      next()
    },
    change(piece: Piece, content: ArticleContent): void {
      if (piece.phase.is !== 'read') return
      dispatch({ act: 'change', key: piece.key, change: { phase: { ...piece.phase, content }, complaint: null } })
    },
    /** The id of the article; null when it could not be kept. */
    async keep(piece: Piece): Promise<string | null> {
      if (piece.phase.is !== 'read' || !piece.phase.content) return null
      const { reading, content } = piece.phase
      dispatch({
        act: 'change',
        key: piece.key,
        change: { phase: { is: 'keeping', reading, content }, complaint: null },
      })
      try {
        const { id, title } = await keepArticle(project, content)
        dispatch({ act: 'change', key: piece.key, change: { phase: { is: 'kept', id, title } } })
        return id
      } catch (error) {
        const change = { phase: piece.phase, complaint: sentence(error) }
        dispatch({ act: 'change', key: piece.key, change })
        return null
      }
    },
    remove(piece: Piece): void {
      queue.current.waiting = queue.current.waiting.filter(({ key }) => key !== piece.key)
      dispatch({ act: 'remove', key: piece.key })
    },
  }
}

export type Tray = ReturnType<typeof useTray>

export function nameOf({ origin, phase }: Piece): string {
  if (phase.is === 'kept') return phase.title
  if ((phase.is === 'read' || phase.is === 'keeping') && phase.content) return phase.content.title
  if (origin.is === 'page') return origin.url
  return origin.name.startsWith('pasted.') ? 'Pasted text' : origin.name
}

export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
