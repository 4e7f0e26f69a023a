/**
 * What of the talk is kept in this browser, for one person and article: remarks that are not sent, and what they have
 * looked at. Both are shared by the person's tabs as they change.
 */
import * as z from 'zod'
import type { Focus, RemarkDraft } from '../editor/focus.ts'
import { tell } from '../ui/notices.ts'
import { words } from './wording.ts'

type Kept = Pick<Focus, 'remarks' | 'seen'>

const draftSchema = z
  .object({
    on: z.string(),
    body: z.string(),
    // What is not as this version writes it costs a choice among namesakes, and no word.
    mentions: z.array(z.object({ person: z.string(), at: z.number() })).catch([]),
    base: z.string().optional(),
  })
  .transform(({ base, ...draft }): RemarkDraft => (base === undefined ? draft : { ...draft, base }))
const seenSchema = z.array(z.string())

/** Reads what was kept, and keeps what changes from now on. Returns the way to stop. */
export function keepTalk({ remarks, seen }: Kept, person: string, article: string, storage = localStorage): () => void {
  const place = `${person}/${article}`
  const drafts = `attest-remark:${place}/`
  const seenKey = `attest-seen:${place}`

  const read = (key: string): unknown => {
    try {
      return JSON.parse(storage.getItem(key) ?? 'null')
    } catch {
      return null
    }
  }
  const write = (key: string, value: unknown): boolean => {
    try {
      if (value === undefined) storage.removeItem(key)
      else storage.setItem(key, JSON.stringify(value))
      return true
    } catch {
      // A browser that keeps nothing, or nothing more: it holds until the page is closed.
      return false
    }
  }
  let isKept = true
  const writeDraft = (name: string, draft: RemarkDraft) => {
    const wasKept = isKept
    isKept = write(drafts + name, draft)
    if (wasKept && !isKept) tell(words.draftNotKept, { tone: 'problem' })
  }
  const readDraft = (key: string) => draftSchema.safeParse(read(key)).data
  const readSeen = () => seenSchema.safeParse(read(seenKey)).data ?? []

  let keptDrafts: ReadonlyMap<string, RemarkDraft> = new Map([
    ...keysOf(storage)
      .filter((key) => key.startsWith(drafts))
      .flatMap((key): [string, RemarkDraft][] => {
        const draft = readDraft(key)
        return draft ? [[key.slice(drafts.length), draft]] : []
      }),
    ...remarks.get(),
  ])
  remarks.set(keptDrafts)
  seen.set(new Set([...readSeen(), ...seen.get()]))

  const stops = [
    remarks.subscribe(() => {
      const before = keptDrafts
      keptDrafts = remarks.get()
      for (const name of before.keys()) if (!keptDrafts.has(name)) write(drafts + name, undefined)
      for (const [name, draft] of keptDrafts) if (before.get(name) !== draft) writeDraft(name, draft)
    }),
    // What another tab has looked at meanwhile stays seen.
    seen.subscribe(() => write(seenKey, [...new Set([...readSeen(), ...seen.get()])])),
  ]
  const onStorage = ({ key, storageArea }: StorageEvent) => {
    if (storageArea !== storage || key === null) return
    if (key === seenKey) {
      const all = new Set([...seen.get(), ...readSeen()])
      if (all.size > seen.get().size) seen.set(all)
    } else if (key.startsWith(drafts)) {
      const draft = readDraft(key)
      const next = new Map(remarks.get())
      if (draft) next.set(key.slice(drafts.length), draft)
      else next.delete(key.slice(drafts.length))
      // It is kept already: that is where it came from.
      keptDrafts = next
      remarks.set(next)
    }
  }
  window.addEventListener('storage', onStorage)
  return () => {
    window.removeEventListener('storage', onStorage)
    for (const stop of stops) stop()
  }
}

function keysOf(storage: Storage): string[] {
  try {
    return Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? '')
  } catch {
    return []
  }
}
