/** Running from a menu or the palette what keys run in the article: it gets the focus, and what was selected, first. */
import type { ActionId } from '../commands/keymap.ts'
import { actionOfId } from '../commands/keymap.ts'
import { select } from '../editor/places.ts'
import type { Workbench } from '../editor/workbench.ts'

export function backToArticle({ editor, room, focus }: Workbench): void {
  const { view } = editor
  view.dom.focus({ preventScroll: true })
  const [draft, cursor] = [focus.draft.get(), focus.cursor.get()]
  // A field takes the window's selection away, and the commands go by it.
  if (draft) select(view, room.page.blocks, ...draft)
  else if (cursor !== null && cursor <= room.page.text.length) select(view, room.page.blocks, cursor, cursor)
}

export function runAsFromArticle(bench: Workbench, id: ActionId): void {
  if (actionOfId(id).where === 'article') backToArticle(bench)
  bench.commands.run(id)
}
