/** What a correction changes about a mark, line by line: what was, and what should be. */
import type { Annotation } from '@attest/schema/annotation'
import { correctionOf } from '@attest/schema/correction'
import type { LabelSet } from '@attest/schema/labelset'
import type { Fix } from '@attest/schema/outcome'
import type { Spans } from '@attest/schema/span'
import { styleOf } from '../editor/label-styles.ts'
import { kindName } from '../editor/wording.ts'
import { Diff } from '../history/Diff.tsx'
import { Swatch } from '../ui/Swatch.tsx'
import styles from './review.module.css'
import { correctionWords as words } from './wording.ts'

interface Props {
  annotation: Annotation
  fix: Fix | undefined
  /** The words under these spans. */
  wordsOf: (spans: Spans) => string
  labelSet: LabelSet
}

export function CorrectionView({ annotation, fix, wordsOf, labelSet }: Props) {
  const correction = correctionOf(annotation, fix, labelSet)
  if (!correction) return null
  const { kind, spans, attributes } = correction
  const kinds = [annotation.kind, kind?.is ?? annotation.kind]
  const nameOf = (id: string) =>
    labelSet.kinds
      .filter((one) => kinds.includes(one.id))
      .flatMap((one) => one.attributes)
      .find((one) => one.id === id)?.label ?? id
  return (
    <dl className={styles['correction']} aria-label={words.title}>
      {kind && (
        <div>
          <dt>{words.kind}</dt>
          <dd>
            <Was>
              <Swatch kind={styleOf(labelSet, kind.was)} /> {kindName(labelSet, kind.was)}
            </Was>
            <Is>
              <Swatch kind={styleOf(labelSet, kind.is)} /> {kindName(labelSet, kind.is)}
            </Is>
          </dd>
        </div>
      )}
      {spans && (
        <div>
          <dt>{words.words}</dt>
          <dd>
            <Diff before={wordsOf(spans.was)} after={wordsOf(spans.is)} />
          </dd>
        </div>
      )}
      {attributes.map(({ name, was, is }) => (
        <div key={name}>
          <dt>{nameOf(name)}</dt>
          <dd>
            <Was>{answer(was)}</Was>
            <Is>{answer(is)}</Is>
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Was({ children }: { children: React.ReactNode }) {
  return (
    <del>
      <span className="visually-hidden">{words.was} </span>
      {children}
    </del>
  )
}

function Is({ children }: { children: React.ReactNode }) {
  return (
    <ins>
      <span className="visually-hidden">{words.is} </span>
      {children}
    </ins>
  )
}

/** Null says that there is none; undefined that it is not filled in. */
function answer(value: string | null | undefined) {
  if (typeof value === 'string') return <span dir="auto">{value}</span>
  return <em>{value === null ? words.none : words.noAnswer}</em>
}
