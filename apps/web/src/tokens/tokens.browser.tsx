import type { MadeToken, NewToken, Token } from '@attest/schema/token'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createRoot, type Root } from 'react-dom/client'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { Notices } from '../ui/Notices.tsx'
import { Tokens } from './Tokens.tsx'
import '../ui/tokens.css'

// React Aria asks for it in tests, and in a browser there is no process.
Object.assign(globalThis, { process: { env: {} } })

const day = 24 * 60 * 60_000
const token = (id: string, more: Partial<Token> = {}): Token => ({
  id,
  name: `Token ${id}`,
  scopes: ['read'],
  project: null,
  createdAt: 1,
  expiresAt: Date.now() + 30 * day,
  usedAt: null,
  revokedAt: null,
  ...more,
})

let root: Root
let kept: Token[]
let asked: NewToken[]

/** What the server answers; what it does is tried where it is. */
function answer(method: string, path: string, body: unknown): unknown {
  if (path === '/api/projects') return []
  if (method === 'POST') {
    const given = body as NewToken
    asked.push(given)
    const made = token(`t${kept.length}`, { name: given.name, scopes: given.scopes })
    kept = [made, ...kept]
    return { ...made, token: 'attest_shown-once' } satisfies MadeToken
  }
  if (method === 'DELETE') kept = kept.map((one) => (path.endsWith(one.id) ? { ...one, revokedAt: Date.now() } : one))
  return method === 'DELETE' ? null : kept
}

beforeEach(() => {
  kept = [token('good', { name: '<b>Nightly</b>' }), token('old', { expiresAt: Date.now() - day })]
  asked = []
  vi.stubGlobal('fetch', async (path: string, init: RequestInit = {}) =>
    Response.json(answer(init.method ?? 'GET', path, init.body && JSON.parse(String(init.body)))),
  )
  root = createRoot(document.body.appendChild(document.createElement('div')))
  root.render(
    <QueryClientProvider client={new QueryClient()}>
      <Tokens />
      <Notices />
    </QueryClientProvider>,
  )
})

afterEach(() => {
  root.unmount()
  vi.unstubAllGlobals()
  document.body.replaceChildren()
})

it('shows a new token once, and asks for nothing that it is not for', async () => {
  await userEvent.click(page.getByRole('button', { name: 'New token …' }))
  const dialog = page.getByRole('dialog')
  await userEvent.fill(dialog.getByLabelText('What it is for'), 'Export')
  await userEvent.click(dialog.getByRole('checkbox', { name: /^Read/ }))
  await expect.element(dialog.getByRole('alert')).toHaveTextContent('Choose at least one thing that the token is for.')
  await userEvent.click(dialog.getByRole('button', { name: 'Make the token' }))
  expect(asked).toEqual([])
  await userEvent.click(dialog.getByRole('checkbox', { name: /^Mark/ }))
  await userEvent.click(dialog.getByRole('button', { name: 'Make the token' }))
  await expect.element(dialog.getByLabelText('Your token')).toHaveValue('attest_shown-once')
  expect(asked).toEqual([{ name: 'Export', scopes: ['annotate'], days: 30, project: null }])
  await userEvent.click(dialog.getByRole('button', { name: 'Done' }))
  await expect.element(page.getByText('Export', { exact: true })).toBeVisible()
  expect(document.body.textContent).not.toContain('attest_shown-once')
})

it('revokes one after it was said twice, and keeps it in view among those that are no good', async () => {
  await expect.element(page.getByText('1 that is no good any more')).toBeVisible()
  await userEvent.click(page.getByRole('button', { name: 'Revoke “<b>Nightly</b>”' }))
  await userEvent.click(page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }))
  await expect.element(page.getByText('You have no tokens.')).toBeVisible()
  await expect.element(page.getByText('2 that are no good any more')).toBeVisible()
})
