import { describe, expect, it } from 'vitest'
import { emailSchema, newPasswordSchema, ownPath, weakness } from './accounts.ts'

describe('a new password', () => {
  it.each([
    'a lantern in the fog',
    'seven grey herons stand',
    '山の上に古い灯台が立っている',
    'Tr0ub4dor&3xyzq',
    'x7#kQ9!mZ2$w',
  ])('may be %s', (password) => expect(newPasswordSchema.safeParse(password).success).toBe(true))
  it.each([
    'short',
    'aaaaaaaaaaaaaaaa',
    '123456789012',
    'Password2024!',
    'p@ssw0rdp@ssw0rd',
    'qwertyuiop12',
    'letmeinletmein',
    'abcdefghijklmnop',
    'correcthorsebatterystaple',
    `long ${'x y z '.repeat(30)}`,
    'a lantern in \ud800 fog',
  ])('may not be %s', (password) => expect(newPasswordSchema.safeParse(password).success).toBe(false))

  it('is not looked through for ever', () => {
    const from = performance.now()
    newPasswordSchema.safeParse('password'.repeat(10_000))
    newPasswordSchema.safeParse(`${'asdf'.repeat(30)}é`)
    expect(performance.now() - from).toBeLessThan(200)
  })

  it('is more than a name or an address', () => {
    const ada = { name: 'Ada Lovelace', email: 'ada.l@example.org' }
    expect(weakness('Ada Lovelace 1815', ada)).not.toBe(null)
    expect(weakness('ada.l@example.org', ada)).not.toBe(null)
    expect(weakness('a lantern for ada lovelace', ada)).toBe(null)
    expect(weakness('a lantern in the fog', { name: 'A', email: 'a@b.org' })).toBe(null)
  })
})

it('writes an address in one way, and takes one at a time', () => {
  expect(emailSchema.parse('  Ada@Example.ORG ')).toBe('ada@example.org')
  for (const wrong of ['', 'ada', 'ada@', 'a@b.org, c@d.org', 'a@b.org\nBcc: c@d.org', `${'a'.repeat(300)}@b.org`])
    expect(emailSchema.safeParse(wrong).success).toBe(false)
})

describe('where to go on', () => {
  it.each(['/', '/articles/a?kind=claim#b', '/projects/p/members'])('may be %s', (path) =>
    expect(ownPath(path)).toBe(path),
  )
  it.each([
    '',
    'x',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil',
    'https://evil.example',
    'javascript:alert(1)',
    '/\t/evil',
    '/a\\b',
  ])('may not be %j', (path) => expect(ownPath(path)).toBe(null))
  it('is nothing that is no text', () => {
    for (const odd of [undefined, null, 7, ['/'], `/${'a'.repeat(3000)}`]) expect(ownPath(odd)).toBe(null)
  })
})
