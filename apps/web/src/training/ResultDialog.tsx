/** How somebody did in a test: the score, and each mark that differs from the gold, with the way to its words. */
import type { Spans } from '@attest/schema/span'
import { quotesOf } from '@attest/schema/span'
import type { Bar, Deviation, Try } from '@attest/schema/training'
import { CircleCheck, CircleX } from 'lucide-react'
import { useState } from 'react'
import { bringIntoView } from '../editor/places.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Swatch } from '../ui/Swatch.tsx'
import ui from '../ui/ui.module.css'
import styles from './training.module.css'
import { barText, deviationWords, figure, resultWords as words } from './wording.ts'

interface Props {
  bench: Workbench
  bar: Bar
  /** The newest first. */
  tries: readonly Try[]
  onClose: () => void
}

export function ResultDialog({ bench, bar, tries, onClose }: Props) {
  const { room } = bench
  const { labelSet } = useLive(room.article)
  const [chosen, setChosen] = useState<number | null>(null)
  const one = tries.find(({ number }) => number === chosen) ?? tries[0]
  if (!one) return null
  const { score, passed } = one
  const labelOf = (kind: string) => labelSet.kinds.find(({ id }) => id === kind)?.label ?? kind
  const differing = one.deviations.filter((deviation): deviation is Differing => deviation.is !== 'same')
  return (
    <Dialog title={words.title} size="wide" isOpen onOpenChange={(isOpen) => isOpen || onClose()}>
      {() => (
        <div className={styles['form']}>
          {tries.length > 1 && (
            <label className={styles['which']}>
              {words.tries}
              <select value={one.number} onChange={({ target }) => setChosen(Number(target.value))}>
                {tries.map(({ number }) => (
                  <option key={number} value={number}>
                    {words.tryOf(number)}
                  </option>
                ))}
              </select>
            </label>
          )}
          <p className={styles['verdict']} data-passed={passed || undefined} role="status">
            {passed ? <CircleCheck aria-hidden="true" /> : <CircleX aria-hidden="true" />}
            <strong>{passed ? words.passed : words.failed}</strong>
            <span>{words.bar(barText(bar))}</span>
          </p>
          <dl className={styles['figures']}>
            {(['f1', 'precision', 'recall'] as const).map((name) => (
              <div key={name}>
                <dt>{words[name]}</dt>
                <dd>{figure(score[name])}</dd>
              </div>
            ))}
          </dl>
          <p>
            {words.marks(score.marked, score.gold)} {words[bar.measure]}
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways is reached by the keyboard too */}
          <section className={styles['scroll']} tabIndex={0} aria-label={words.byKind}>
            <table>
              <caption>{words.byKind}</caption>
              <thead>
                <tr>
                  {[words.kind, words.f1, words.wanted, words.yours, words.gold].map((name) => (
                    <th key={name} scope="col">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {score.kinds.map(({ kind, f1, marked, gold }) => (
                  <tr key={kind}>
                    <th scope="row">{labelOf(kind)}</th>
                    <td>{figure(f1)}</td>
                    <td>{figure(bar.kinds[kind] ?? null)}</td>
                    <td>{marked}</td>
                    <td>{gold}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
          <h3>{words.differences(differing.length)}</h3>
          <ul className={styles['differences']}>
            {differing.map((deviation) => (
              <li
                key={`${deviation.is} ${deviation.gold?.spans.join()} ${deviation.mine?.spans.join()} ${deviation.mine?.kind}`}
              >
                <Difference bench={bench} deviation={deviation} labelOf={labelOf} onGo={onClose} />
              </li>
            ))}
          </ul>
          {differing.length < one.deviations.length && <p>{words.same(one.deviations.length - differing.length)}</p>}
        </div>
      )}
    </Dialog>
  )
}

type Differing = Deviation & { is: Exclude<Deviation['is'], 'same'> }

interface DifferenceProps {
  bench: Workbench
  deviation: Differing
  labelOf: (kind: string) => string
  onGo: () => void
}

function Difference({ bench: { room, editor }, deviation, labelOf, onGo }: DifferenceProps) {
  const { gold, mine, is } = deviation
  const { text, blocks } = room.page
  const quote = (spans: Spans) => quotesOf(text, spans).join(' … ')
  const go = () => {
    onGo()
    const span = (mine ?? gold)?.spans[0]
    if (span) bringIntoView(editor.view, blocks, span)
    editor.view.dom.focus({ preventScroll: true })
  }
  return (
    <button type="button" className={ui['place']} onClick={go}>
      <b data-is={is}>{deviationWords[is]}</b>
      {[
        { name: words.yours, side: mine },
        { name: words.gold, side: gold },
      ].map(
        ({ name, side }) =>
          side && (
            <span key={name} dir="auto">
              <small>{name}</small> <Swatch kind={side.kind} /> {labelOf(side.kind)}: “{quote(side.spans)}”
            </span>
          ),
      )}
    </button>
  )
}
