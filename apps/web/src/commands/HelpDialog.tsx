/** All keys, as they are bound now, and what each kind means. */
import { useState } from 'react'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Swatch } from '../ui/Swatch.tsx'
import type { KeyStore } from './bindings.ts'
import { keyName } from './chords.ts'
import styles from './commands.module.css'
import { useCommand } from './commands.ts'
import { type ActionId, actions, fixedKeys } from './keymap.ts'

export function HelpDialog({ bench: { room, commands }, keys }: { bench: Workbench; keys: KeyStore }) {
  const [isOpen, setIsOpen] = useState(false)
  const { labelSet } = useLive(room.article)
  const bindings = useLive(keys.bindings)
  useCommand(commands, 'help', {
    run() {
      setIsOpen(true)
      return true
    },
  })
  const rows = [
    ...fixedKeys,
    ...(Object.keys(actions) as ActionId[])
      .filter((id) => bindings[id].length > 0)
      .map((id) => ({ ...actions[id], keys: bindings[id] })),
  ]
  return (
    <Dialog title="Keys and kinds" isOpen={isOpen} onOpenChange={setIsOpen}>
      {() => (
        <div className={styles['help']}>
          <p>Keys act while the article has the focus: click into it, or press Tab until its edge is marked.</p>
          {[...Map.groupBy(rows, (row) => row.group)].map(([group, list]) => (
            <section key={group}>
              <h3>{group}</h3>
              <dl>
                {list.map((row) => (
                  <div key={row.label}>
                    <dt>
                      {row.keys.map((key) => (
                        <kbd key={key}>{keyName(key)}</kbd>
                      ))}
                    </dt>
                    <dd>{row.label}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
          <section>
            <h3>Kinds</h3>
            {labelSet.kinds.map((kind) => (
              <details key={kind.id}>
                <summary>
                  <Swatch kind={kind.id} /> {kind.label} <kbd>{kind.key}</kbd>
                </summary>
                {kind.guideline.split(/\n\n+/).map((paragraph) => (
                  <p key={paragraph}>{paragraph}</p>
                ))}
              </details>
            ))}
          </section>
        </div>
      )}
    </Dialog>
  )
}
