/** Packages in which a hole was mended that would be one here: never older than that again, wherever they stand. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

/** What was mended last, of what concerns us. */
const floors: Record<string, string> = {
  ws: '8.21.1', // CVE-2026-48779 and -62389: tiny fragments eat the memory
  '@hono/node-server': '2.1.6', // CVE-2026-126343: a reset during an upgrade ends the process
  hono: '4.13.5', // CVE-2026-44456: limits of bodies passed by chunks
  'better-auth': '1.7.16', // CVE-2026-53516: taking over an address that was registered before
  '@tiptap/core': '3.31.2', // CVE-2025-14284: links that run something
  '@tiptap/pm': '3.31.2',
  'prosemirror-view': '1.42.3', // GHSA-c8x8-7fp4-3x9w: what is pasted runs
  'prosemirror-model': '1.22.1', // attributes that become elements
}

function isAtLeast(version: string, floor: string): boolean {
  const [a, b] = [version, floor].map((one) => one.split('.').map(Number)) as [number[], number[]]
  const at = b.findIndex((part, i) => part !== a[i])
  return at === -1 || (a[at] ?? 0) > (b[at] ?? 0)
}

it('has no package that is older than its last hole', () => {
  const { packages } = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')) as {
    packages: Record<string, { version?: string }>
  }
  for (const [name, floor] of Object.entries(floors)) {
    const versions = Object.entries(packages).flatMap(([path, { version }]) =>
      version && path.endsWith(`node_modules/${name}`) ? [version] : [],
    )
    expect([name, versions.length]).not.toEqual([name, 0])
    expect([name, versions.filter((version) => !isAtLeast(version, floor))]).toEqual([name, []])
  }
  expect(isAtLeast('8.21.0', '8.21.1')).toBe(false)
  expect(isAtLeast('9.0.0', '8.21.1')).toBe(true)
})
