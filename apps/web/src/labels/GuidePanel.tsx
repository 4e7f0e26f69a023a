/**
 * The guidelines beside the text: of the kind of the selected mark, of the kind that is pointed at in the bar, or all
 * of them; and where in them some words are.
 */
import type { Kind, LabelSet } from '@attest/schema/labelset'
import { canManage } from '@attest/schema/roles'
import { Link } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { SidePanel } from '../annotations/SidePanel.tsx'
import { useCommand } from '../commands/commands.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { Markdown } from '../ui/Markdown.tsx'
import { Swatch } from '../ui/Swatch.tsx'
import styles from './guide.module.css'
import { guideWords as words } from './wording.ts'

/** The key that opens and closes the panel, also where the panel is not there yet. */
export function GuideCommand({ bench: { focus, commands } }: { bench: Workbench }) {
  useCommand(commands, 'guide', {
    run() {
      focus.panel.set(focus.panel.get() === 'guide' ? null : 'guide')
      return true
    },
  })
  return null
}

interface Props {
  bench: Workbench
  onClose: () => void
}

export function GuidePanel({ bench, onClose }: Props) {
  const { room, focus } = bench
  const { labelSet, project } = useLive(room.article)
  const guided = useLive(focus.guided)
  const [search, setSearch] = useState('')
  useKindOfSelected(bench)
  const kind = labelSet.kinds.find(({ id }) => id === guided)
  const wanted = search.trim().toLowerCase()
  const found = useMemo(
    () => (wanted === '' ? [] : partsWith(wanted, labelSet, project.guidelines)),
    [wanted, labelSet, project.guidelines],
  )
  return (
    <SidePanel
      bench={bench}
      title={words.panel}
      close={words.close}
      testId="guide"
      className={styles['panel']}
      onClose={onClose}
    >
      <div className={styles['choice']}>
        <input
          type="search"
          aria-label={words.search}
          placeholder={words.search}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot stand in a row in all browsers */}
        <div role="group" aria-label={words.panel} className={styles['kinds']}>
          {labelSet.kinds.map(({ id, label }) => (
            <Button key={id} isPressedState={kind?.id === id} onPress={() => focus.guided.set(id)}>
              <Swatch kind={id} /> {label}
            </Button>
          ))}
          <Button isPressedState={!kind} onPress={() => focus.guided.set(null)}>
            {words.all}
          </Button>
        </div>
      </div>
      <div className={styles['text']}>
        {wanted !== '' ? (
          <Found parts={found} />
        ) : kind ? (
          <OfKind kind={kind} set={labelSet} />
        ) : (
          <>
            {project.guidelines && <Markdown text={project.guidelines} />}
            {labelSet.kinds.map((one) => (
              <OfKind key={one.id} kind={one} set={labelSet} />
            ))}
          </>
        )}
        {canManage(project.role) && (
          <Link to="/projects/$project/labels" params={{ project: project.id }} className={styles['change']}>
            {words.change}
          </Link>
        )}
      </div>
    </SidePanel>
  )
}

/** Whoever opens another mark is told about its kind. */
function useKindOfSelected({ room, focus }: Workbench): void {
  const selected = useLive(focus.selected)
  const records = useLive(room.records)
  const kind = selected === null ? undefined : records.annotations.get(selected)?.kind
  useEffect(() => {
    if (kind !== undefined) focus.guided.set(kind)
  }, [kind, focus])
}

function OfKind({ kind, set }: { kind: Kind; set: LabelSet }) {
  const needs = kind.needs?.map((need) => set.relations.find(({ id }) => id === need)?.label ?? need)
  return (
    <article aria-label={words.kind(kind.label)} className={styles['kind']}>
      <h3 dir="auto">
        <Swatch kind={kind.id} /> {kind.label}
      </h3>
      {kind.guideline ? <Markdown text={kind.guideline} /> : <p>{words.none}</p>}
      {needs && <p>{words.needs(needs.join(', '))}</p>}
      {set.relations
        .filter(({ from, guideline }) => from.includes(kind.id) && guideline)
        .map(({ id, label, guideline }) => (
          <details key={id}>
            <summary dir="auto">{label}</summary>
            <Markdown text={guideline} />
          </details>
        ))}
    </article>
  )
}

interface Part {
  name: string
  text: string
}

/** The paragraphs of all guidelines that have these words, with what they are of. */
function partsWith(wanted: string, { kinds, relations }: LabelSet, guidelines: string): Part[] {
  const all = [
    ...kinds.map(({ label, guideline }) => ({ name: label, text: guideline })),
    ...relations.map(({ label, guideline }) => ({ name: label, text: guideline })),
    { name: words.all, text: guidelines },
  ]
  return all.flatMap(({ name, text }) =>
    text
      .split(/\n\n+/)
      .filter((part) => part.toLowerCase().includes(wanted))
      .map((part) => ({ name, text: part })),
  )
}

function Found({ parts }: { parts: readonly Part[] }) {
  if (parts.length === 0) return <p role="status">{words.noneFound}</p>
  return (
    <ul className={styles['found']} aria-live="polite">
      {parts.map(({ name, text }) => (
        <li key={`${name} ${text}`}>
          <strong dir="auto">{name}</strong>
          <Markdown text={text} />
        </li>
      ))}
    </ul>
  )
}
