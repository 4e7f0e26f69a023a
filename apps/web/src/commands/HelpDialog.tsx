/** All keys, as they are bound now, and what each kind means. */
import type { LabelSet } from '@attest/schema/labelset'
import { useState } from 'react'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { useAfterClosing } from '../ui/after-closing.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Swatch } from '../ui/Swatch.tsx'
import type { Bindings, KeyStore } from './bindings.ts'
import { figures, keyName } from './chords.ts'
import styles from './commands.module.css'
import { useCommand } from './commands.ts'
import { type Action, actionIds, actionOfId, fixedKeys, gestures } from './keymap.ts'
import { rank } from './rank.ts'
import { helpWords } from './wording.ts'

export function HelpDialog({ bench: { room, commands }, keys }: { bench: Workbench; keys: KeyStore }) {
  const [isOpen, setIsOpen] = useState(false)
  const afterClosing = useAfterClosing(isOpen)
  useCommand(commands, 'help', {
    run() {
      setIsOpen(true)
      return true
    },
  })
  const { labelSet } = useLive(room.article)
  const bindings = useLive(keys.bindings)
  const { isWithoutSingle } = useLive(keys.choice)
  return (
    <Dialog title={helpWords.title} size="wide" isOpen={isOpen} onOpenChange={setIsOpen}>
      {(close) => (
        <div className={styles['help']}>
          <p>
            {helpWords.where} {isWithoutSingle && <strong>{helpWords.singleOff}</strong>}
          </p>
          <Keys bindings={bindings} labelSet={labelSet}>
            <Button
              onPress={() => {
                afterClosing(() => commands.run('keys'))
                close()
              }}
            >
              {helpWords.other}
            </Button>
          </Keys>
        </div>
      )}
    </Dialog>
  )
}

type Row = Pick<Action, 'keys' | 'label' | 'group'> & { where?: Action['where'] }

function Keys({ bindings, labelSet, children }: { bindings: Bindings; labelSet: LabelSet; children: React.ReactNode }) {
  const [typed, setTyped] = useState('')
  const fits = (label: string, also: string) => rank(typed, label, also) !== null
  const rows: Row[] = [
    ...actionIds.map((id) => ({ ...actionOfId(id), keys: bindings[id].map((key) => keyName(key)) })),
    ...fixedKeys.filter(({ keys }) => bindings.label.length > 0 || !keys.some((key) => key.includes(figures))),
  ].filter((row) => row.keys.length > 0 && fits(row.label, `${row.group} ${row.keys.join(' ')}`))
  const shownGestures = gestures.filter(({ label, gesture }) => fits(label, gesture))
  const kinds = labelSet.kinds.filter((kind) => fits(kind.label, kind.guideline))
  const groups = [...Map.groupBy(rows, (row) => row.group)]
  return (
    <>
      <div className={styles['tools']}>
        <input
          type="search"
          className={styles['search']}
          aria-label={helpWords.search}
          placeholder={helpWords.search}
          maxLength={200}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        {children}
      </div>
      {groups.length + kinds.length + shownGestures.length === 0 && <p>{helpWords.none(typed)}</p>}
      <div className={styles['columns']}>
        {groups.map(([group, list]) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {list.map((row) => (
                <div key={row.label}>
                  <dt>
                    {row.keys.map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dt>
                  <dd>
                    {row.label}
                    {row.where === 'page' && (
                      <span className={styles['everywhere']} role="img" aria-label={helpWords.everywhere}>
                        {' '}
                        •
                      </span>
                    )}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        {shownGestures.length > 0 && (
          <section>
            <h3>{helpWords.gestures}</h3>
            <dl>
              {shownGestures.map(({ gesture, label }) => (
                <div key={label}>
                  <dt>{gesture}</dt>
                  <dd>{label}</dd>
                </div>
              ))}
            </dl>
          </section>
        )}
        {kinds.length > 0 && (
          <section>
            <h3>{helpWords.kinds}</h3>
            {kinds.map((kind) => (
              <details key={kind.id}>
                <summary>
                  <Swatch kind={kind.id} /> {kind.label} {bindings.label.length > 0 && <kbd>{kind.key}</kbd>}
                </summary>
                {kind.guideline.split(/\n\n+/).map((paragraph) => (
                  <p key={paragraph}>{paragraph}</p>
                ))}
              </details>
            ))}
          </section>
        )}
      </div>
    </>
  )
}
