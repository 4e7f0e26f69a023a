/** A quiet count of one's marks that lack a link or an attribute, with the way from one to the next. It never blocks. */
import { inTextOrder } from '@attest/schema/annotation'
import { type ToDo, toDosOf } from '@attest/schema/todo'
import { ChevronDown, ChevronUp, ListTodo } from 'lucide-react'
import { useDeferredValue, useMemo, useState } from 'react'
import { Dialog, DialogTrigger, ListBox, ListBoxItem, Popover, Switch } from 'react-aria-components'
import { kindLabel, kindStyle, shortQuote } from '../annotations/describe.ts'
import { useCommand } from '../commands/commands.ts'
import { speak } from '../editor/focus.ts'
import type { Workbench } from '../editor/workbench.ts'
import type { ArticleRoom } from '../live/article-room.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { Swatch } from '../ui/Swatch.tsx'
import { relationName } from './link-mode.ts'
import styles from './todos.module.css'
import { toDoWords as words } from './wording.ts'

/** So many are listed; more than that nobody reads, and the keys reach them all. */
const LISTED = 100

export function ToDos({ bench }: { bench: Workbench }) {
  const { editor, room, focus, commands } = bench
  // Marking comes first; the count may follow a moment later.
  const records = useDeferredValue(useLive(room.records))
  const { labelSet } = useLive(room.article)
  const [withOthers, setWithOthers] = useState(false)
  const [isOpen, setIsOpen] = useState(false)
  const isAsked = ({ author }: { author: string }) => withOthers || author === room.me.id
  // biome-ignore lint/correctness/useExhaustiveDependencies: whom it asks about depends on the switch
  const toDos = useMemo(() => toDosOf(records, labelSet, isAsked), [records, labelSet, withOthers])

  const go = ({ annotation, ...toDo }: ToDo) => {
    // Whoever goes on to the next does not look for the other end of a link any more.
    if (focus.picking.get()) focus.mode.set({ type: 'none' })
    editor.commands.selectAnnotation(annotation.id)
    const missing = missingText(toDo, room.page).join(', ')
    const quote = shortQuote(room, annotation, 120)
    speak(focus, words.heard(kindLabel(room, annotation), room.nameOf(annotation.author), quote, missing))
  }
  /** From the selected mark, else from the cursor; those that are there now, not those of the last rendering. */
  const step = (step: 1 | -1) => {
    const all = toDosOf(room.records.get(), room.page.labelSet, isAsked)
    if (all.length === 0) {
      tell(withOthers ? words.calmForOthers : words.none)
      return true
    }
    const selected = room.records.get().annotations.get(focus.selected.get() ?? '')
    const cursor = focus.cursor.get() ?? 0
    const isAfter = ({ annotation }: ToDo) =>
      selected ? inTextOrder(annotation, selected) > 0 : (annotation.spans[0]?.[0] ?? 0) >= cursor
    const after = all.findIndex(isAfter)
    const isHere = all.findIndex(({ annotation }) => annotation.id === selected?.id)
    const before = (isHere >= 0 ? isHere : after < 0 ? all.length : after) - 1
    const next = step === 1 ? (all[after] ?? all[0]) : (all[before] ?? all.at(-1))
    if (next) go(next)
    return true
  }
  useCommand(commands, 'nextToDo', { run: () => step(1), isPossible: () => toDos.length > 0 })
  useCommand(commands, 'previousToDo', { run: () => step(-1), isPossible: () => toDos.length > 0 })

  const label = toDos.length === 0 ? (withOthers ? words.calmForOthers : words.none) : words.count(toDos.length)
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={setIsOpen}>
      <span className={styles['toggle']} data-calm={toDos.length === 0 || undefined}>
        <Button variant="quiet" aria-label={label} hint={label} shortcut="nextToDo">
          <ListTodo aria-hidden="true" />
          {toDos.length > 0 && <span className={styles['count']}>{toDos.length.toLocaleString('en')}</span>}
        </Button>
      </span>
      <Popover className={styles['popover'] ?? ''} placement="bottom end">
        <Dialog aria-label={words.title} className={styles['dialog'] ?? ''}>
          <header>
            <h2>{words.title}</h2>
            <Button
              variant="quiet"
              hint={words.previous}
              shortcut="previousToDo"
              aria-label={words.previous}
              isDisabled={toDos.length === 0}
              onPress={() => step(-1)}
            >
              <ChevronUp aria-hidden="true" />
            </Button>
            <Button
              variant="quiet"
              hint={words.next}
              shortcut="nextToDo"
              aria-label={words.next}
              isDisabled={toDos.length === 0}
              onPress={() => step(1)}
            >
              <ChevronDown aria-hidden="true" />
            </Button>
          </header>
          {toDos.length === 0 ? (
            <p className={styles['calm']}>{withOthers ? words.calmForOthers : words.calm}</p>
          ) : (
            <ListBox
              aria-label={words.count(toDos.length)}
              className={styles['rows'] ?? ''}
              items={toDos.slice(0, LISTED).map((toDo) => ({ id: toDo.annotation.id, toDo }))}
              onAction={(id) => {
                const toDo = toDos.find(({ annotation }) => annotation.id === id)
                setIsOpen(false)
                if (toDo) go(toDo)
                editor.view.dom.focus({ preventScroll: true })
              }}
            >
              {({ toDo }) => (
                <ListBoxItem
                  textValue={`${kindLabel(room, toDo.annotation)} ${shortQuote(room, toDo.annotation, 60)}`}
                  className={styles['row'] ?? ''}
                >
                  <Swatch kind={kindStyle(room, toDo.annotation)} />
                  <span className={styles['quote']} dir="auto">
                    {shortQuote(room, toDo.annotation, 70)}
                  </span>
                  <span className={styles['lack']}>{missingText(toDo, room.page).join(', ')}</span>
                </ListBoxItem>
              )}
            </ListBox>
          )}
          {toDos.length > LISTED && <p className={styles['calm']}>{words.more(toDos.length - LISTED)}</p>}
          <Switch isSelected={withOthers} onChange={setWithOthers} className={styles['switch'] ?? ''}>
            <span className={styles['track']} />
            {words.others}
          </Switch>
        </Dialog>
      </Popover>
    </DialogTrigger>
  )
}

function missingText({ relations, attributes }: Omit<ToDo, 'annotation'>, page: ArticleRoom['page']): string[] {
  const named = (type: string) => words.link(relationName({ page }, type))
  return [...relations.map(named), ...attributes.map(({ label }) => words.attribute(label))]
}
