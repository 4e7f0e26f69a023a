import type { Delivery, Webhook, WholeDelivery } from '@attest/schema/webhook'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createRoot, type Root } from 'react-dom/client'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { Notices } from '../ui/Notices.tsx'
import { Webhooks } from './Webhooks.tsx'
import '../ui/tokens.css'

// React Aria asks for it in tests, and in a browser there is no process.
Object.assign(globalThis, { process: { env: {} } })

const hook: Webhook = {
  id: 'h',
  name: 'Ours',
  url: 'https://example.org/in',
  events: ['article.added'],
  hasContents: false,
  by: { id: 'ada', name: 'Ada' },
  createdAt: 1,
  paused: null,
  waiting: 1,
  arrivedAt: null,
  trouble: { status: 500, problem: null, nextAt: Date.now() + 60_000 },
}
const delivery: Delivery = {
  id: 'd',
  event: 'article.added',
  state: 'waiting',
  tries: 2,
  createdAt: 1,
  nextAt: Date.now() + 60_000,
  status: 500,
  ms: 3,
  problem: null,
}
const whole: WholeDelivery = {
  ...delivery,
  body: '{"id":"d","data":{"title":"<img src=x>"}}',
  log: [
    { number: 1, at: 1, ms: 4, status: null, problem: 'There is no server called example.org.' },
    { number: 2, at: 2, ms: 3, status: 500, problem: null },
  ],
}

let root: Root
let kept: Webhook
let heard: string[]

/** What the server answers; what it does is tried where it is. */
function answer(method: string, path: string, body: unknown): unknown {
  if (method !== 'GET') heard.push([method, path.split('/webhooks')[1], JSON.stringify(body)].join(' '))
  if (path.includes('/deliveries?')) return { deliveries: [delivery], next: null }
  if (path.endsWith('/deliveries/d')) return whole
  if (path.endsWith('/again')) return { delivery: 'd' }
  if (method !== 'PATCH') return [kept]
  const { isPaused, newSecret } = body as { isPaused?: boolean; newSecret?: true }
  if (isPaused !== undefined) kept = { ...kept, paused: isPaused ? { why: 'asked', at: 1 } : null }
  return { ...kept, ...(newSecret && { secret: 'whsec_new' }) }
}

function open(webhook: Webhook): void {
  kept = webhook
  root.render(
    <QueryClientProvider key={webhook.paused?.why} client={new QueryClient()}>
      <Webhooks project="p" isArchived={false} />
      <Notices />
    </QueryClientProvider>,
  )
}

beforeEach(() => {
  heard = []
  vi.stubGlobal('fetch', async (path: string, init: RequestInit = {}) =>
    Response.json(answer(init.method ?? 'GET', path, init.body && JSON.parse(String(init.body)))),
  )
  root = createRoot(document.body.appendChild(document.createElement('div')))
})

afterEach(() => {
  root.unmount()
  vi.unstubAllGlobals()
  document.body.replaceChildren()
})

it('says that nothing arrives and why, shows each try, and tries what waits at once', async () => {
  open(hook)
  await expect.element(page.getByText(/It does not arrive: answered 500\. It is tried again at/)).toBeVisible()
  await userEvent.click(page.getByRole('button', { name: 'Log of “Ours”' }))
  const dialog = page.getByRole('dialog', { name: 'Log of “Ours”' })
  await expect.element(dialog.getByText('Waits: An article was brought in')).toBeVisible()
  await userEvent.click(dialog.getByText('What was sent, and each try'))
  await expect
    .element(dialog.getByRole('region', { name: 'What is sent' }))
    .toHaveTextContent('{ "id": "d", "data": { "title": "<img src=x>" } }')
  await expect.element(dialog.getByText(/There is no server called example\.org/)).toBeVisible()
  await userEvent.click(dialog.getByRole('button', { name: 'Try it now' }))
  await expect.poll(() => heard).toEqual(['POST /h/deliveries/d/again {}'])
})

it('goes on after a pause, and with a new secret where the old one is lost', async () => {
  open({ ...hook, paused: { why: 'gone', at: 1 } })
  await userEvent.click(page.getByRole('button', { name: 'Go on' }))
  await expect.poll(() => heard).toEqual(['PATCH /h {"isPaused":false}'])
  open({ ...hook, paused: { why: 'secret', at: 1 } })
  await userEvent.click(page.getByRole('button', { name: 'New secret …' }))
  await userEvent.click(page.getByRole('dialog').getByRole('button', { name: 'Make a new secret' }))
  await expect.element(page.getByRole('textbox', { name: 'Secret' })).toHaveValue('whsec_new')
})

it('takes no webhook without an address and something to tell', async () => {
  open(hook)
  await userEvent.click(page.getByRole('button', { name: 'New webhook …' }))
  const dialog = page.getByRole('dialog')
  await userEvent.fill(dialog.getByLabelText('Name'), 'Second')
  await userEvent.fill(dialog.getByLabelText('Address'), 'http://example.org/')
  await expect.element(dialog.getByText('can be read by anybody on the way', { exact: false })).toBeVisible()
  for (const box of dialog.getByRole('checkbox', { checked: true }).elements()) (box as HTMLElement).click()
  await expect.element(dialog.getByRole('alert')).toHaveTextContent('Choose at least one thing to be told of.')
  await expect.element(dialog.getByRole('button', { name: 'Make the webhook' })).toBeDisabled()
  expect(heard).toEqual([])
})

it('says of no other webhook why the change of one was refused', async () => {
  open(hook)
  vi.stubGlobal('fetch', async (_: string, init: RequestInit = {}) =>
    init.method === 'PATCH'
      ? Response.json({ type: 'about:blank', title: 'No', status: 422, detail: 'Not there.' }, { status: 422 })
      : Response.json([kept]),
  )
  const begin = async () => {
    await userEvent.click(page.getByRole('button', { name: 'More of “Ours”' }))
    await userEvent.click(page.getByRole('menuitem', { name: 'Change …' }))
  }
  await begin()
  const dialog = page.getByRole('dialog')
  await userEvent.click(dialog.getByRole('button', { name: 'Save' }))
  await expect.element(dialog.getByRole('alert')).toHaveTextContent('Not there.')
  await userEvent.click(dialog.getByRole('button', { name: 'Cancel' }))
  await begin()
  await expect.element(dialog.getByLabelText('Name')).toHaveValue('Ours')
  await expect.element(dialog.getByRole('alert')).not.toBeInTheDocument()
})
