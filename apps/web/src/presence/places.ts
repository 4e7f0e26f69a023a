/** Where somebody is in the text, and the ways to get there. */
import type { Person } from '@attest/schema/api'
import type { Span } from '@attest/schema/span'
import { speak } from '../editor/focus.ts'
import { bringIntoView } from '../editor/places.ts'
import type { Workbench } from '../editor/workbench.ts'
import type { ArticleRoom, Peer } from '../live/article-room.ts'
import { tell } from '../ui/notices.ts'
import { alignTop } from './view.ts'
import { presenceWords } from './wording.ts'

export interface Place {
  selection: Span | null
  view: Span | null
}

/** The others who are here, each once however many tabs they have, by name. */
export function othersOf(peers: readonly Peer[]): Person[] {
  const others = new Map<string, Person>()
  for (const peer of peers) if (!peer.isMe) others.set(peer.user.id, peer.user)
  return [...others.values()].sort((a, b) => a.name.localeCompare(b.name))
}

/** Where a person is: what they have selected, and what they see. Null when they are not here, or show nothing. */
export function placeOf(room: ArticleRoom, person: string): Place | null {
  return findPlace(room, person, new Set([room.me.id]))
}

/** Whoever follows somebody is where that one is. People who follow each other in a ring, oneself included, are nowhere. */
function findPlace(room: ArticleRoom, person: string, seen: Set<string>): Place | null {
  if (seen.has(person)) return null
  seen.add(person)
  const tabs = room.peers.get().filter((peer) => peer.user.id === person)
  const views = room.views.get()
  const tab =
    tabs.find((one) => one.selection) ?? tabs.find((one) => one.follows) ?? tabs.find((one) => views.has(one.clientId))
  if (!tab) return null
  const inText = (span: Span | null | undefined) =>
    span && span[0] <= span[1] && span[1] <= room.page.text.length ? span : null
  const selection = inText(tab.selection)
  if (tab.follows) {
    const place = findPlace(room, tab.follows, seen)
    return place ?? (selection ? { selection, view: null } : null)
  }
  const view = inText(views.get(tab.clientId))
  return selection || view ? { selection, view } : null
}

/** Goes, once, to where somebody is. */
export function goToPerson({ editor, room }: Workbench, person: string): boolean {
  const name = room.nameOf(person)
  const place = placeOf(room, person)
  const { blocks } = room.page
  if (place?.selection) bringIntoView(editor.view, blocks, place.selection)
  else if (place?.view) alignTop(editor.view, blocks, place.view[0])
  else
    tell(
      room.peers.get().some((peer) => peer.user.id === person) ? presenceWords.nowhere(name) : presenceWords.gone(name),
    )
  return true
}

/** Follows somebody, or lets go of them when they are followed already. */
export function toggleFollowing({ room, focus }: Workbench, person: string): boolean {
  const isFollowed = focus.followed.get() === person
  focus.followed.set(isFollowed ? null : person)
  speak(focus, (isFollowed ? presenceWords.stopped : presenceWords.spoken)(room.nameOf(person)))
  return true
}
