import { expect, it } from 'vitest'
import { openOwned } from '../../../../tests/support/catalog.ts'

async function openTown() {
  const { catalog } = await openOwned()
  const { webhooks } = catalog
  const hook = async (name: string) => {
    const given = { name, url: 'https://example.org/', secret: 'sealed', hasContents: false }
    return (await webhooks.add({ ...given, project: 'p', person: 'ada', events: ['article.added'] })) ?? ''
  }
  return { webhooks, hook, deliveries: webhooks.deliveries }
}

it('lets a webhook for which much waits hold up none but itself', async () => {
  const { webhooks, hook, deliveries } = await openTown()
  const [busy, calm, paused] = [await hook('Busy'), await hook('Calm'), await hook('Paused')]
  const first = await deliveries.ping('p', busy)
  for (let i = 0; i < 60; i++) await deliveries.ping('p', busy)
  const own = await deliveries.ping('p', calm)
  await deliveries.ping('p', calm)
  await deliveries.ping('p', paused)
  await webhooks.pause(paused, 'asked', 'ada')
  const due = async (limit: number, except: string[] = []) =>
    (await deliveries.due(Date.now(), limit, new Set(except))).map(({ id, webhook }) => [webhook, id])
  // Of each what came first, and what it is about is there whatever else is under way.
  expect(await due(4)).toEqual([
    [busy, first],
    [calm, own],
  ])
  expect(await due(1)).toEqual([[busy, first]])
  expect(await due(4, [busy])).toEqual([[calm, own]])
  expect(await due(4, [busy, calm])).toEqual([])
  const [one] = await deliveries.due(Date.now(), 1, new Set([busy]))
  expect(one).toMatchObject({ project: 'p', person: 'ada', name: 'Calm', event: 'ping', tries: 0, secret: 'sealed' })
})
