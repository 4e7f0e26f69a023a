/** What a remark says, in parts: plain text, links that are safe to follow, and the names of those who are mentioned. */
import type { Chosen } from '../editor/focus.ts'

export type Part =
  | { type: 'text'; text: string }
  | { type: 'link'; text: string; href: string }
  | { type: 'mention'; text: string; person: string }

interface Named {
  id: string
  name: string
}

// What could make an address look like another, or runs on after it, is not part of it.
const address = /\bhttps?:\/\/[^\s<>"“”«»\p{Cc}\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff]{1,2000}/giu

/** The parts, in order; put together they are the body. Only the people given are looked for. */
export function partsOf(body: string, mentioned: readonly Named[]): Part[] {
  const parts: Part[] = []
  let from = 0
  for (const { index, 0: found } of body.matchAll(address)) {
    const text = withoutEnd(found)
    const href = hrefOf(text)
    if (!href) continue
    parts.push(...withMentions(body.slice(from, index), mentioned), { type: 'link', text, href })
    from = index + text.length
  }
  return [...parts, ...withMentions(body.slice(from), mentioned)]
}

/** Where `@Name` stands in the text for one of these people. The longest name holds: @Ana Maria is not @Ana. */
export function findMentions<P extends Named>(
  text: string,
  people: readonly P[],
): { start: number; end: number; people: P[] }[] {
  const byName = Map.groupBy(
    people.filter(({ name }) => name !== ''),
    ({ name }) => name,
  )
  const names = [...byName.keys()].sort((a, b) => b.length - a.length)
  const found: { start: number; end: number; people: P[] }[] = []
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    // In the middle of a word it is an address of mail.
    if (/[\p{L}\p{N}_]$/u.test(text.slice(Math.max(0, at - 2), at))) continue
    const name = names.find(
      (one) => text.startsWith(one, at + 1) && !/^[\p{L}\p{N}_]/u.test(text.slice(at + 1 + one.length)),
    )
    if (name === undefined) continue
    found.push({ start: at, end: at + 1 + name.length, people: byName.get(name) ?? [] })
    at += name.length
  }
  return found
}

/**
 * Whom a body mentions: those who were chosen from the list and are still named there, and whoever is named in full and
 * can be nobody else.
 */
export function mentionsIn(body: string, people: readonly Named[], chosen: readonly Chosen[]): string[] {
  const ids = findMentions(body, people).flatMap(({ start, people: same }) => {
    const meant = same.find(({ id }) => chosen.some(({ person, at }) => at === start && person === id))
    return meant ?? (same.length === 1 ? same : [])
  })
  return [...new Set(ids.map(({ id }) => id))]
}

/** Where those are named who are mentioned in a body; of people with one name, in the order in which they are listed. */
export function chosenIn(body: string, people: readonly Named[], mentioned: readonly string[]): Chosen[] {
  const times = new Map<string, number>()
  return findMentions(body, people).flatMap(({ start, people: same }) => {
    const meant = mentioned.filter((id) => same.some((one) => one.id === id))
    const name = same[0]?.name ?? ''
    const time = times.get(name) ?? 0
    times.set(name, time + 1)
    const person = meant[time] ?? meant.at(-1)
    return person === undefined ? [] : { person, at: start }
  })
}

/** The same people after the text was changed in one place, which ends at the cursor; whose @ went is not named any more. */
export function mapChosen(chosen: readonly Chosen[], before: string, after: string, cursor: number): Chosen[] {
  if (chosen.length === 0) return []
  let tail = 0
  const most = Math.min(before.length, after.length - cursor)
  while (tail < most && before.at(-1 - tail) === after.at(-1 - tail)) tail++
  let head = 0
  const rest = Math.min(before.length, after.length) - tail
  while (head < rest && before.charAt(head) === after.charAt(head)) head++
  return chosen.flatMap(({ person, at }) => {
    if (at < head) return { person, at }
    return at >= before.length - tail ? { person, at: at + after.length - before.length } : []
  })
}

/** So few characters more are less trouble than a button. */
const FEW = 80

/** The beginning of a body that is too long to be shown whole at first; null when it is not. */
export function foldedBody(body: string, { characters = 360, lines = 8 } = {}): string | null {
  let end = Math.min(body.length, characters)
  let at = -1
  for (let line = 0; line < lines && at < end; line++) {
    at = body.indexOf('\n', at + 1)
    if (at < 0) break
    if (line === lines - 1) end = Math.min(end, at)
  }
  if (body.length - end < FEW) return null
  const space = /\s/u.test(body.charAt(end)) ? end : body.slice(0, end).search(/\s\S*$/u)
  const cut = body.slice(0, space > end - 60 ? space : end)
  // Half an address would lead elsewhere.
  for (const { index, 0: found } of body.matchAll(address))
    if (index < cut.length && index + found.length > cut.length) {
      const whole = index + found.length
      if (index > cut.length / 2) return body.slice(0, index).trimEnd()
      return body.length - whole < FEW ? null : body.slice(0, whole)
    }
  // Half a character at the end would be shown as a box.
  return cut.replace(/[\ud800-\udbff]$/, '').trimEnd()
}

/** The mention that is being written before the cursor: where its @ is, and what of the name is there. */
export function mentionBefore(text: string, cursor: number): { start: number; typed: string } | null {
  const found = /(?:^|[^\p{L}\p{N}_@])@([^@\n]{0,40})$/u.exec(text.slice(Math.max(0, cursor - 60), cursor))
  return found ? { start: cursor - (found[1] ?? '').length - 1, typed: found[1] ?? '' } : null
}

/** The people whose name, or a word of it, begins with what was typed; those whose name does first. Accents do not matter. */
export function peopleLike<P extends Named>(people: readonly P[], typed: string): P[] {
  const wanted = plain(typed)
  const rank = ({ name }: P) => {
    const has = plain(name)
    if (has.startsWith(wanted)) return 0
    return has.split(/[\s-]+/u).some((word, i) => i > 0 && word.startsWith(wanted)) ? 1 : 2
  }
  return people
    .map((person) => ({ person, rank: rank(person) }))
    .filter((one) => one.rank < 2)
    .sort((a, b) => a.rank - b.rank || a.person.name.localeCompare(b.person.name, 'en'))
    .map(({ person }) => person)
}

function plain(name: string): string {
  return name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
}

function withMentions(text: string, mentioned: readonly Named[]): Part[] {
  const parts: Part[] = []
  let from = 0
  for (const { start, end, people } of mentioned.length > 0 ? findMentions(text, mentioned) : []) {
    if (start > from) parts.push({ type: 'text', text: text.slice(from, start) })
    parts.push({ type: 'mention', text: text.slice(start, end), person: people[0]?.id ?? '' })
    from = end
  }
  if (from < text.length) parts.push({ type: 'text', text: text.slice(from) })
  return parts
}

/** A stop, a quotation mark or a bracket after an address is of the sentence around it; a bracket that it opened is its own. */
function withoutEnd(found: string): string {
  let text = found
  for (;;) {
    const last = text.at(-1) ?? ''
    const opening = { ')': '(', ']': '[', '}': '{' }[last]
    const isOwn = opening !== undefined && text.split(opening).length >= text.split(last).length
    if (isOwn || !/[.,;:!?'’‘…)\]}]/u.test(last)) return text
    text = text.slice(0, -1)
  }
}

function hrefOf(text: string): string | null {
  if (!URL.canParse(text)) return null
  const { protocol, href, username, password } = new URL(text)
  // https://known.example@other.example goes elsewhere than it seems to.
  return (protocol === 'https:' || protocol === 'http:') && !username && !password ? href : null
}
