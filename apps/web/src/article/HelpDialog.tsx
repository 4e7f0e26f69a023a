/** All keys, from the table that the article obeys, and what each kind means. */
import { type Shortcut, shortcuts } from '../editor/keymap.ts'
import type { ArticleRoom } from '../live/article-room.ts'
import { useLive } from '../live/use-live.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Swatch } from '../ui/Swatch.tsx'
import styles from './page.module.css'

export function HelpDialog({
  room,
  isOpen,
  onOpenChange,
}: {
  room: ArticleRoom
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
}) {
  const { labelSet } = useLive(room.article)
  const digits = `1 … ${labelSet.kinds.length}`
  const groups = Map.groupBy(Object.values<Shortcut>(shortcuts), (shortcut) => shortcut.group)
  return (
    <Dialog title="Keys and kinds" isOpen={isOpen} onOpenChange={onOpenChange}>
      {() => (
        <div className={styles['help']}>
          <p>Keys act while the article has the focus: click into it, or press Tab until its edge is marked.</p>
          {[...groups].map(([group, list]) => (
            <section key={group}>
              <h3>{group}</h3>
              <dl>
                {list.map((shortcut) => (
                  <div key={shortcut.label}>
                    <dt>
                      {shortcut.keys.map((key) => (
                        <kbd key={key}>{key === shortcuts.label.keys[0] ? digits : key}</kbd>
                      ))}
                    </dt>
                    <dd>{shortcut.label}</dd>
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
