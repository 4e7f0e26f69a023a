/** What the labels will look like: a text with marks drawn as in an article, the toolbar, and what is asked of a mark. */
import { termId } from '@attest/schema/annotation'
import { blocksOf } from '@attest/schema/article'
import type { Attribute, Kind, LabelSet } from '@attest/schema/labelset'
import { Layout } from '@attest/schema/segment'
import { useEffect, useMemo, useState } from 'react'
import popups from '../annotations/popups.module.css'
import attributeStyles from '../attributes/attributes.module.css'
import article from '../editor/article.module.css'
import { labelStyles } from '../editor/label-styles.ts'
import { Button } from '../ui/Button.tsx'
import { Markdown } from '../ui/Markdown.tsx'
import { Swatch } from '../ui/Swatch.tsx'
import styles from './labels.module.css'
import { labelWords, previewWords as words } from './wording.ts'

const sentences = [
  'The bridge was closed on Monday after engineers found cracks in two of its cables.',
  '“There was never any danger,” the operator said.',
  'A report that the city has kept to itself since May speaks of a sudden failure.',
  'The mayor called that report “a draft and nothing more”.',
  'According to the Harbour Gazette of 12 June, repairs will take until spring.',
] as const

const text = sentences.join(' ')

/** Each kind has a sentence; the second also lies over the first, and a last one within its own. */
function spansOf(kinds: readonly Kind[]): { id: string; kind: string; span: [number, number] }[] {
  const starts = sentences.map((_, i) => sentences.slice(0, i).join(' ').length + (i > 0 ? 1 : 0))
  return kinds.flatMap(({ id }, i) => {
    const at = i % sentences.length
    const start = starts[at] ?? 0
    const length = sentences[at]?.length ?? 0
    // Of those that share a sentence the later are shorter, so that they lie within.
    const inset = 9 * Math.floor(i / sentences.length)
    const first = { id: `${id} 1`, kind: id, span: [start + inset, start + length - 1 - inset] as [number, number] }
    return i === 1 ? [first, { id: `${id} 2`, kind: id, span: [4, 34] as [number, number] }] : [first]
  })
}

interface Props {
  set: LabelSet
  /** The kind that is being worked on, by its place. */
  chosen: number
  onChoose: (at: number) => void
}

export function Preview({ set, chosen, onChoose }: Props) {
  const [theme, setTheme] = useState<'light' | 'dark'>(() =>
    matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light',
  )
  useLabelStyles(set)
  const kind = set.kinds[chosen] ?? set.kinds[0]
  const at = kind ? set.kinds.indexOf(kind) : -1
  return (
    <section className={styles['preview']} aria-label={labelWords.preview}>
      <header>
        <h2>{labelWords.preview}</h2>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot stand in a row in all browsers */}
        <span role="group" aria-label={words.scheme} className={styles['themes']}>
          {(['light', 'dark'] as const).map((one) => (
            <Button key={one} variant="quiet" isPressedState={theme === one} onPress={() => setTheme(one)}>
              {words[one]}
            </Button>
          ))}
        </span>
      </header>
      <div className={styles['stage']} data-theme={theme}>
        <Sample set={set} />
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        <div role="group" aria-label={words.toolbar} className={`${popups['toolbar']} ${styles['toolbar']}`}>
          <span className={popups['labels']}>
            {set.kinds.map((one, i) => (
              <button key={one.key} type="button" aria-pressed={i === at} onClick={() => onChoose(i)}>
                <Swatch kind={one.id} />
                {one.label}
                <kbd>{one.key}</kbd>
              </button>
            ))}
          </span>
        </div>
        {kind && <FormPreview key={at} kind={kind} />}
        {kind?.guideline && <Markdown text={kind.guideline} />}
      </div>
    </section>
  )
}

/** Has the page know how these kinds look, for as long as they are shown. */
export function useLabelStyles(set: LabelSet): void {
  useEffect(() => {
    // What is being typed need not be a colour yet, and must not be anything else.
    const isColor = (color: string) => /^#[0-9a-f]{6}$/.test(color)
    const kinds = set.kinds.filter(
      ({ id, color }) => termId.safeParse(id).success && isColor(color.light) && isColor(color.dark),
    )
    const sheet = labelStyles({ ...set, kinds })
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
    return () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet)
    }
  }, [set])
}

function Sample({ set }: { set: LabelSet }) {
  const parts = useMemo(() => {
    const marks = spansOf(set.kinds)
    const layout = new Layout(blocksOf(text))
    for (const { id, span } of marks) layout.put({ id, spans: [span] })
    const kindOf = new Map(marks.map(({ id, kind }) => [id, kind]))
    const found: { text: string; className?: string; saying?: string }[] = []
    let end = 0
    for (const segment of layout.segmentsOf(0)) {
      if (segment.start > end) found.push({ text: text.slice(end, segment.start) })
      const over = segment.ids.map((id) => ({ kind: kindOf.get(id) ?? '', lane: layout.laneOf(id) }))
      found.push({
        text: text.slice(segment.start, segment.end),
        className: [
          ...over.map(({ kind, lane }) => (lane < 3 ? `lane${lane}-${kind}` : 'deep')),
          `tint-${over.at(-1)?.kind}`,
        ].join(' '),
        saying: over.map(({ kind }) => set.kinds.find(({ id }) => id === kind)?.label ?? kind).join('; '),
      })
      end = segment.end
    }
    return [...found, { text: text.slice(end) }]
  }, [set])
  return (
    // biome-ignore lint/a11y/useSemanticElements: it is no figure of anything
    <div
      className={`${article['article']} ${styles['sample']}`}
      role="group"
      aria-label={words.sample}
      lang="en"
      dir="ltr"
    >
      <div className="tiptap">
        <p>
          {parts.map(({ text: part, className, saying }, i) =>
            className ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text are where they are
              <mark key={i} className={className} aria-description={saying}>
                {part}
              </mark>
            ) : (
              part
            ),
          )}
        </p>
      </div>
    </div>
  )
}

/** The form of a mark's card, with nothing behind it. */
function FormPreview({ kind }: { kind: Kind }) {
  const [values, setValues] = useState<Record<string, string>>({})
  if (kind.attributes.length === 0) return <p className={styles['hint']}>{words.nothingAsked}</p>
  return (
    // biome-ignore lint/a11y/useSemanticElements: as in the card
    <div role="group" aria-label={words.form(kind.label)} className={`${attributeStyles['form']} ${styles['asked']}`}>
      {kind.attributes.map((attribute, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: ids follow names while those are typed
        <div key={i} className={attributeStyles['line']}>
          <span className={attributeStyles['label']}>{attribute.label}</span>
          <FieldPreview
            attribute={attribute}
            value={values[attribute.id] ?? ''}
            onChange={(value) => setValues({ ...values, [attribute.id]: value })}
          />
        </div>
      ))}
    </div>
  )
}

interface FieldPreviewProps {
  attribute: Attribute
  value: string
  onChange: (value: string) => void
}

function FieldPreview({ attribute, value, onChange }: FieldPreviewProps) {
  const unset = attribute.isRequired ? words.needed : words.notFilledIn
  return (
    <span className={attributeStyles['written']}>
      {attribute.type === 'enum' ? (
        <select aria-label={attribute.label} value={value} onChange={(event) => onChange(event.target.value)}>
          <option value="">{unset}</option>
          {[...new Set(attribute.values)].map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      ) : (
        <span className={attributeStyles['entry']}>
          <textarea
            rows={1}
            aria-label={attribute.label}
            value={value}
            placeholder={unset}
            data-missing={(attribute.isRequired && value === '') || undefined}
            onChange={(event) => onChange(event.target.value)}
          />
        </span>
      )}
      {attribute.hint && <small className={attributeStyles['hint']}>{attribute.hint}</small>}
    </span>
  )
}
