/** What one may do with a mark, for those who do it by pointing: every button runs what a key runs. */
import type { Annotation } from '@attest/schema/annotation'
import {
  CopyPlus,
  Ellipsis,
  ListChecks,
  MessageSquarePlus,
  Minus,
  MoveHorizontal,
  Plus,
  Trash2,
  WholeWord,
} from 'lucide-react'
import type { ReactNode } from 'react'
import type { ActionId } from '../commands/keymap.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useCalmly, useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { MenuOf } from '../ui/Menu.tsx'
import { Swatch } from '../ui/Swatch.tsx'
import styles from './marks.module.css'
import { actionWords as words } from './wording.ts'

type Act = keyof typeof words.acts

const icons: Record<Act, ReactNode> = {
  comment: <MessageSquarePlus aria-hidden="true" />,
  adjust: <MoveHorizontal aria-hidden="true" />,
  addFragment: <Plus aria-hidden="true" />,
  removeFragment: <Minus aria-hidden="true" />,
  duplicate: <CopyPlus aria-hidden="true" />,
  occurrences: <WholeWord aria-hidden="true" />,
  choose: <ListChecks aria-hidden="true" />,
}

const inView: readonly Act[] = ['comment', 'adjust', 'addFragment', 'removeFragment']
const inMenu: readonly Act[] = ['duplicate', 'occurrences', 'choose']

interface Props {
  bench: Workbench
  annotation: Annotation
  /** What other parts of the page do with a mark. */
  children?: ReactNode
}

export function MarkActions({ bench, annotation, children }: Props) {
  const { editor, room, focus, commands } = bench
  const { labelSet } = useLive(room.article)
  const isBarred = useLive(room.barred) !== null
  const isMine = annotation.author === room.me.id && !isBarred
  // One's own, or the one that one corrects.
  const isCorrecting = useLive(focus.correcting) === annotation.id
  const isOpen = isMine || (isCorrecting && !isBarred)
  // What is possible depends on what is registered, selected and chosen just now.
  useLive(commands.registered)
  useCalmly(focus.draft)
  useLive(focus.mode)
  useLive(focus.chosen)
  const isPossible = (id: ActionId) => commands.isPossible(id)
  const more = inMenu.filter(isPossible)
  const shown = inView.filter(isPossible)
  if (isBarred && more.length + shown.length === 0 && !children) return null
  return (
    <div className={styles['actions']}>
      {isOpen && (
        <fieldset className={styles['kinds']}>
          <legend className="visually-hidden">{words.kind}</legend>
          {labelSet.kinds.map((kind) => (
            <Button
              key={kind.id}
              variant="quiet"
              hint={words.makeIt(kind.label)}
              shortcut={kind.key}
              aria-label={kind.label}
              isPressedState={kind.id === annotation.kind}
              onPress={() => editor.commands.relabel(annotation.id, kind.id)}
            >
              <Swatch kind={kind.id} />
            </Button>
          ))}
        </fieldset>
      )}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields */}
      <div className={styles['acts']} role="group" aria-label={words.actions}>
        {children}
        {shown.map((id) => (
          <Button
            key={id}
            variant="quiet"
            hint={words.acts[id]}
            shortcut={id}
            aria-label={words.acts[id]}
            onPress={() => commands.run(id)}
          >
            {icons[id]}
          </Button>
        ))}
        {more.length > 0 && (
          <MenuOf
            label={words.actions}
            trigger={
              <Button variant="quiet" hint={words.more} aria-label={words.more}>
                <Ellipsis aria-hidden="true" />
              </Button>
            }
            groups={() => [
              {
                entries: more.map((id) => ({
                  id,
                  label: words.acts[id],
                  icon: icons[id],
                  shortcut: id,
                  run: () => void commands.run(id),
                })),
              },
            ]}
          />
        )}
        {isMine && (
          <Button
            variant="quiet"
            hint={words.delete}
            shortcut="delete"
            aria-label={words.delete}
            onPress={() => editor.commands.removeAnnotation(annotation.id)}
          >
            <Trash2 aria-hidden="true" />
          </Button>
        )}
      </div>
    </div>
  )
}
