/** The marks of a blind article before its reveal, for those who review: what the server says of all layers. */
import type { Annotation } from '@attest/schema/annotation'
import type { ArticlePage } from '@attest/schema/api'
import type { Layer } from '@attest/schema/layer'
import type { Relation } from '@attest/schema/relation'
import { QueryObserver } from '@tanstack/react-query'
import { queries } from '../../api.ts'
import { layersQuery } from '../../compare/layers-query.ts'
import type { Source } from './live-agreement.ts'

type Page = Pick<ArticlePage, 'id' | 'text' | 'labelSet'>

export function sourceOfLayers({ id, text, labelSet }: Page, without: readonly string[]): Source {
  const observer = new QueryObserver(queries, layersQuery(id))
  let annotations = new Map<string, Annotation>()
  let relations = new Map<string, Relation>()
  let known: readonly Layer[] = []
  const take = (layers: readonly Layer[]): string[] => {
    if (layers === known) return []
    known = layers
    const before = [...annotations.keys(), ...relations.keys()]
    annotations = new Map(layers.flatMap((layer) => layer.annotations.map((one) => [one.id, one])))
    relations = new Map(layers.flatMap((layer) => layer.relations.map((one) => [one.id, one])))
    return [...before, ...annotations.keys(), ...relations.keys()]
  }
  return {
    opening: {
      article: id,
      text,
      kinds: labelSet.kinds.map((kind) => kind.id),
      without,
    },
    ids: () => take(observer.getCurrentResult().data?.value.layers ?? []),
    annotation: (id) => annotations.get(id),
    relation: (id) => relations.get(id),
    onChange: (listener) =>
      observer.subscribe(({ data }) => {
        const ids = data ? take(data.value.layers) : []
        if (ids.length > 0) listener(ids)
      }),
  }
}
