/** What linking puts over the text: the bar that says what is going on, and the arcs of the selected mark. */
import type { Annotation } from '@attest/schema/annotation'
import { kindsOfOtherEnd } from '@attest/schema/links'
import { X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { ListBox, ListBoxItem } from 'react-aria-components'
import { kindLabel, kindStyle, shortQuote } from '../annotations/describe.ts'
import { digitOf } from '../commands/chords.ts'
import { useCommand } from '../commands/commands.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { Swatch } from '../ui/Swatch.tsx'
import { Arcs } from './Arcs.tsx'
import { type LinkMode, makeLinkMode, relationName } from './link-mode.ts'
import styles from './relations.module.css'
import { linkWords as words } from './wording.ts'

interface Props {
  bench: Workbench
  isShown: (annotation: Annotation) => boolean
}

export function LinkLayer({ bench, isShown }: Props) {
  const { focus, commands } = bench
  const filter = useRef(isShown)
  filter.current = isShown
  const [linking, setLinking] = useState<LinkMode | null>(null)
  useEffect(() => {
    const made = makeLinkMode(bench, (annotation) => filter.current(annotation))
    setLinking(made)
    return () => made.stop()
  }, [bench])
  const mode = useLive(focus.mode)
  useCommand(commands, 'graph', {
    run() {
      focus.panel.set(focus.panel.get() === 'graph' ? null : 'graph')
      return true
    },
  })
  return (
    <>
      <Arcs bench={bench} />
      {linking && mode.type === 'link' && <LinkBar bench={bench} linking={linking} from={mode.from} />}
    </>
  )
}

function LinkBar({ bench, linking, from }: { bench: Workbench; linking: LinkMode; from: string }) {
  const { editor, room } = bench
  const { annotations } = useLive(room.records)
  const { labelSet } = useLive(room.article)
  const question = useLive(linking.question)
  const problem = useLive(linking.problem)
  const mark = annotations.get(from)
  const kind = mark?.kind

  useEffect(() => {
    if (kind === undefined) return
    const ends = kindsOfOtherEnd(labelSet, kind)
    const sheet = dimming(labelSet.kinds.map(({ id }) => id).filter((id) => !ends.has(id)))
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
    return () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet)
    }
  }, [labelSet, kind])

  const other = question ? annotations.get(question.other) : undefined
  if (!mark) return null
  const name = kindLabel(room, mark).toLowerCase()
  const toArticle = () => editor.view.dom.focus({ preventScroll: true })
  const leave = () => {
    linking.leave()
    toArticle()
  }
  return (
    <section
      className={styles['linkBar']}
      aria-label={words.title(name)}
      onKeyDownCapture={(event) => {
        const link = question?.links[Number(digitOf(event.nativeEvent) ?? 0) - 1]
        if (link) {
          linking.answer(link)
          toArticle()
        } else if (event.key === 'Escape') leave()
        else return
        event.preventDefault()
        event.stopPropagation()
      }}
    >
      <div className={styles['linkBarHead']}>
        <p>
          <strong>{words.title(name)}</strong> <q dir="auto">{shortQuote(room, mark, 40)}</q>
        </p>
        <Button variant="quiet" aria-label={words.leave} hint={words.leave} shortcut="Esc" onPress={leave}>
          <X aria-hidden="true" />
        </Button>
      </div>
      {question && other ? (
        <>
          <p id="link-question">
            {words.which} <q dir="auto">{shortQuote(room, other, 60)}</q>
          </p>
          <ListBox
            key={question.other}
            aria-labelledby="link-question"
            className={styles['linkTypes'] ?? ''}
            autoFocus="first"
            onAction={(key) => {
              const link = question.links[Number(key)]
              if (link) linking.answer(link)
              toArticle()
            }}
          >
            {question.links.map((link, i) => {
              const relation = relationName(room, link.type)
              const said =
                link.from === from
                  ? words.outward(name, relation, kindLabel(room, other).toLowerCase())
                  : words.inward(kindLabel(room, other).toLowerCase(), relation, name)
              return (
                <ListBoxItem
                  key={`${link.type} ${link.from}`}
                  id={String(i)}
                  textValue={said}
                  className={styles['linkType'] ?? ''}
                >
                  <kbd>{i + 1}</kbd>
                  <Swatch kind={kindStyle(room, link.from === from ? mark : other)} />
                  {said}
                </ListBoxItem>
              )
            })}
          </ListBox>
        </>
      ) : (
        <p className={styles['soft']}>
          <span className={styles['withKeys']}>{words.how}</span>
          <span className={styles['byTouch']}>{words.howByTouch}</span>
        </p>
      )}
      <p role="status" className={styles['problem']}>
        {problem}
      </p>
    </section>
  )
}

/** Takes the colour out of the marks that cannot be the other end, without painting any of them anew. */
function dimming(kinds: readonly string[]): CSSStyleSheet {
  const sheet = new CSSStyleSheet()
  const all = [...kinds, '_unknown']
  sheet.replaceSync(
    [
      `.tiptap { ${all.map((kind) => `--kind-${kind}: var(--line);`).join(' ')} }`,
      ...all.map((kind) => `button[data-mark][data-kind="${kind}"] { opacity: 0.5; }`),
      '.tiptap mark { cursor: pointer; }',
    ].join('\n'),
  )
  return sheet
}
