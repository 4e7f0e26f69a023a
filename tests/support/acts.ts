/** What people do with an article, at random: mark, change, take out, link, talk, judge, undo. */
import type { Chance } from './seed.ts'
import type { Peer } from './sync-peer.ts'
import { text } from './sync-server.ts'

/** One act. `size` is the most letters that a note with it has. */
export function act(random: Chance, who: Peer, size = 40): void {
  const own = who.ids('annotations', who.name)
  const all = who.ids('annotations')
  const others = all.filter((id) => !own.includes(id))
  const kind = random.pick(['claim', 'denial', 'citation', 'attribution'])
  const words = 'sphinx of black quartz '.repeat(Math.ceil(size / 23)).slice(0, 1 + random.under(size))
  const dice = random.under(100)
  if (dice < 45 || own.length === 0 || others.length === 0) mark(random, who, words)
  else if (dice < 65) who.relabels(random.pick(own), kind)
  else if (dice < 70) who.removes('annotations', random.pick(own))
  else if (dice < 75) who.relates(random.pick(own), random.pick(others), 'denies')
  else if (dice < 82) who.comments(random.pick(all), words)
  else if (dice < 90) who.judges(random.pick(others), random.pick(['accept', 'reject', 'unsure']))
  else if (dice < 94) remove(random, who)
  else if (dice < 97) who.undoes()
  else who.redoes()
}

/** Marks some words anywhere as a claim. Returns the id. */
export function mark(random: Chance, who: Peer, gloss = ''): string {
  const start = random.under(text.length - 1)
  const end = Math.min(text.length, start + 1 + random.under(200))
  return who.marksSpan([start, end], 'claim', { gloss: gloss.slice(0, 2000) })
}

function remove(random: Chance, who: Peer): void {
  const root = random.pick(['comments', 'relations', 'verdicts'] as const)
  const own = who.ids(root, who.name)
  if (own.length > 0) who.removes(root, random.pick(own))
}
