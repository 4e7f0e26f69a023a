/**
 * What of an article goes out: whose layers, which marks, and whether it is told who made them. What is said about what
 * goes out goes with it, and nothing else does: a relation keeps both of its ends or goes as well.
 */
import type { Annotation } from '../annotation.ts'
import { goldOf } from '../gold.ts'
import { GOLD_AUTHOR, goldRecords } from '../gold-records.ts'
import { rulingsOf } from '../outcome.ts'
import { emptyRecords, type Records, roots } from '../room.ts'
import { threadsOf } from '../thread.ts'
import type { AnnotatedArticle } from './attest-json.ts'
import { judgingOf } from './pieces.ts'

export interface Choice {
  /** Of everybody, layers of sources with all they propose among them, of these people, what was accepted, or the gold: what was accepted, corrected, as of one annotator. */
  layers: 'all' | 'gold' | 'accepted' | readonly string[]
  /** Only these of them, by the ids that they have here, and what is said about them. */
  marks?: readonly string[] | undefined
}

/** Everybody who has nothing in it any more is not among its people. */
export function choose(annotated: AnnotatedArticle, { layers, marks }: Choice): AnnotatedArticle {
  if (layers === 'all' && !marks) return annotated
  const { people, records, labelSet } = annotated
  const isChosen = marks ? ofList(marks) : () => true
  const judging = judgingOf(annotated)
  if (layers === 'gold') {
    const { history: _, ...rest } = annotated
    const gold = goldOf(records, judging, labelSet)
    const annotations = gold.annotations.filter(({ id }) => isChosen(id))
    const isThere = ofList(annotations.map(({ id }) => id))
    const relations = gold.relations.filter(({ from, to }) => isThere(from) && isThere(to))
    const person = { id: GOLD_AUTHOR, name: GOLD_AUTHOR, role: null }
    return { ...rest, people: [person], records: goldRecords({ annotations, relations }) }
  }
  const isTheirs = typeof layers === 'string' ? () => true : ofList(layers)
  const rulings = layers === 'accepted' ? rulingsOf(records, judging) : null
  const isIn = ({ id, author }: Annotation) =>
    isChosen(id) && isTheirs(author) && (!rulings || rulings.get(id)?.outcome === 'accepted')
  const kept = recordsWith(records, isIn, isTheirs, { isPart: marks !== undefined || rulings !== null })
  const history = annotated.history?.filter(({ root, id }) => kept[root].has(id))
  const authors = new Set(roots.flatMap((root) => [...kept[root].values()].map(({ author }) => author)))
  for (const { person } of history ?? []) authors.add(person)
  return {
    ...annotated,
    people: people.filter(({ id }) => authors.has(id)),
    records: kept,
    ...(history && { history }),
  }
}

/** The marks that are in, and what hangs on them. What is said about the article as a whole is about no part of it. */
function recordsWith(
  { annotations, relations, comments, verdicts }: Records,
  isIn: (annotation: Annotation) => boolean,
  isTheirs: (author: string) => boolean,
  { isPart }: { isPart: boolean },
): Records {
  const kept = emptyRecords()
  for (const [id, annotation] of annotations) if (isIn(annotation)) kept.annotations.set(id, annotation)
  for (const [id, relation] of relations)
    if (isTheirs(relation.author) && kept.annotations.has(relation.from) && kept.annotations.has(relation.to))
      kept.relations.set(id, relation)
  for (const [id, verdict] of verdicts) if (kept.annotations.has(verdict.on)) kept.verdicts.set(id, verdict)
  const threads = threadsOf(comments.values())
  const isKept = ({ on, first }: { on: string; first: { author: string } | null }) =>
    on === 'article'
      ? !isPart && first !== null && isTheirs(first.author)
      : kept.annotations.has(on) || kept.relations.has(on)
  const said = new Set(
    threads.all.filter(isKept).flatMap(({ first, replies }) => [...(first ? [first] : []), ...replies]),
  )
  for (const [id, comment] of comments) {
    // A turn may name an answer as well as the beginning.
    const remark = 'thread' in comment ? comments.get(comment.thread) : comment
    if (remark && 'body' in remark && said.has(remark)) kept.comments.set(id, comment)
  }
  return kept
}

function ofList(ids: readonly string[]): (id: string) => boolean {
  const set = new Set(ids)
  return (id) => set.has(id)
}
