/**
 * What a server that was restored from an older backup has lost. Only the author may put a record back, so each page
 * compares the document it had with the one it has now, and heals what is its own.
 */
import { authorOf } from '@attest/schema/record'
import { recordKey, rootMap, roots } from '@attest/schema/room'
import * as Y from 'yjs'

/**
 * The own records that `before` had and `now` has lost, by `recordKey`: with their values, or null for those that had
 * been deleted and are back. What somebody else, or oneself elsewhere, has done since `before` is no loss: the server
 * knows of the struct that it replaced or deleted, and of one that it lost it does not.
 */
export function lostSince(before: Y.Doc, now: Y.Doc, person: string): Map<string, unknown> {
  const lost = new Map<string, unknown>()
  for (const root of roots) {
    const [old, present] = [rootMap(before, root), rootMap(now, root)]
    for (const id of new Set([...old._map.keys(), ...present._map.keys()])) {
      if (authorOf(id) !== person) continue
      const [was, is] = [old._map.get(id), present._map.get(id)]
      if (was && !was.deleted && !knows(now, was)) lost.set(recordKey(root, id), old.get(id))
      else if (was?.deleted && is && !is.deleted && knows(before, is)) lost.set(recordKey(root, id), null)
    }
  }
  return lost
}

function knows(doc: Y.Doc, { id }: Y.Item): boolean {
  return Y.getState(doc.store, id.client) > id.clock
}
