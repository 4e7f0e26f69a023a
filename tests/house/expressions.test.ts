/**
 * No regular expression of ours takes longer than in proportion to what it reads: one that goes back over and over is
 * all that somebody needs to stop a server, or a page, with a text of their own (ReDoS).
 */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'rolldown/utils'
import { analyse } from 'scslre'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Those that may, and why nobody can make use of it. */
const excused: Record<string, string> = {
  '/\\S+\\s*\\S*$/u': 'reads 60 characters at most',
}

interface Literal {
  type: 'Literal'
  regex: { pattern: string; flags: string }
}

function* literalsIn(node: unknown): Generator<Literal> {
  if (typeof node !== 'object' || node === null) return
  if ('type' in node && node.type === 'Literal' && 'regex' in node && node.regex) yield node as Literal
  else for (const child of Object.values(node)) yield* literalsIn(child)
}

const expressions = globSync('{apps,packages}/*/src/**/*.{ts,tsx}', { cwd: root })
  .filter((file) => !/\.(test|browser|suite)\.tsx?$/.test(file))
  .flatMap((file) => {
    const { program, errors } = parseSync(file, readFileSync(join(root, file), 'utf8'))
    if (errors.length > 0) throw new Error(`${file} cannot be read: ${errors[0]?.message}`)
    return Array.from(literalsIn(program), ({ regex }) => ({ file, ...regex }))
  })

it('has no regular expression that goes back over what it has read', () => {
  expect(expressions.length).toBeGreaterThan(50)
  const slow = expressions
    .filter(({ pattern, flags }) => !Object.hasOwn(excused, `/${pattern}/${flags}`))
    .flatMap(({ file, pattern, flags }) =>
      analyse({ source: pattern, flags }, { reportTypes: { Move: true } }).reports.map(
        ({ type, exponential }) =>
          `${file}: /${pattern}/${flags} ${exponential ? 'exponential' : 'polynomial'} (${type})`,
      ),
    )
  expect([...new Set(slow)]).toEqual([])
  const all = new Set(expressions.map(({ pattern, flags }) => `/${pattern}/${flags}`))
  expect(Object.keys(excused).filter((one) => !all.has(one))).toEqual([])
})

it('would find one', () => {
  const typesOf = (source: string) =>
    analyse({ source, flags: 'u' }, { reportTypes: { Move: true } }).reports.map(({ type }) => type)
  expect(typesOf('^(a+)+$')).toContain('Self')
  expect(typesOf('^\\s*a*\\s*a*$')).toContain('Trade')
  expect(typesOf('\\s+$')).toContain('Move')
})
