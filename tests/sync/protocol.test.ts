/** PROTOCOL.md names every word of the wire, and the numbers in it are those of protocol.ts. */
import { readFileSync } from 'node:fs'
import { closeCode, endings, limits, message, refusals } from '@attest/schema/protocol'
import { roots } from '@attest/schema/room'
import { describe, expect, it } from 'vitest'

// Without the blanks and bars that line its tables up.
const page = readFileSync(new URL('../../packages/schema/PROTOCOL.md', import.meta.url), 'utf8')
  .replace(/ +\|/g, ' |')
  .replace(/^\| +/gm, '')

describe('PROTOCOL.md', () => {
  it.each(Object.entries(message))('has the message %s with its number', (name, number) => {
    expect(page).toMatch(new RegExp(`^${name} +=\\s+${number}\\b`, 'm'))
  })

  it.each(Object.entries(closeCode))('has the close code %s', (name, code) => {
    expect(page).toContain(`\n${code} | \`${name}\` | `)
  })

  it('has no close code that there is not', () => {
    const codes = [...page.matchAll(/^(\d{4}) \|/gm)].map(([, code]) => Number(code))
    expect(codes.toSorted()).toEqual(Object.values(closeCode).toSorted())
  })

  it.each(refusals)('says what %s is for', (reason) => {
    expect(page).toContain(`\n\`${reason}\` | `)
  })

  it('has no refusal that there is not', () => {
    const named = [...page.matchAll(/^`([a-z-]+)` \|/gm)].map(([, reason]) => reason)
    expect(named.toSorted()).toEqual([...refusals].toSorted())
  })

  it.each(endings.filter((ending) => ending !== 'damaged-room'))('names the ending %s with its code', (ending) => {
    expect(page).toMatch(new RegExp(`^\\d{4} \\|.*\`${ending}\``, 'm'))
  })

  it('says what is told of a damaged room, which ends nothing', () => {
    expect(page).toContain('`refused` with `damaged-room`')
  })

  it.each(Object.entries(limits))('has the limit %s', (name, value) => {
    expect(page).toMatch(new RegExp(`^${written(name, value)} .*\`${name}\``, 'm'))
  })

  it.each(roots)('has the root %s', (root) => {
    expect(page).toMatch(new RegExp(`^${root} +=`, 'm'))
  })
})

/** As the page writes a limit: its unit is at the end of its name, a number of things has none. */
function written(name: string, value: number): string {
  if (name.endsWith('Ms')) return `${value} ms`
  if (name.endsWith('Bytes')) return value >= 1 << 20 ? `${value >> 20} MiB` : `${value >> 10} KiB`
  return value.toLocaleString('en')
}
