/** The server is killed while people write, again and again. What was acknowledged, and what anybody saw, is there. */
import { expect } from 'vitest'
import { fault } from '../support/fault.ts'
import { Product } from '../support/product.ts'
import { gather } from '../support/writers.ts'

/** What promises.md allows a restart. */
const RESTART_MS = 3000

fault(
  'F1',
  'loses nothing that was acknowledged or seen, however often it is killed',
  { secondsEach: 3 },
  async ({ times, note, amount, limit }) => {
    const product = await Product.start()
    const writers = await gather(product)
    const { history, peers } = writers
    let slowest = 0
    await times(async (random) => {
      await writers.settle()
      const end = Date.now() + 20 + random.under(250)
      await writers.write(random, () => Date.now() > end)
      // Sometimes between their last word and its answer, sometimes long after.
      await new Promise((resolve) => setTimeout(resolve, random.under(20)))
      await product.kill()
      // Nobody may bring anything back before it was looked for.
      writers.drop()
      history.check(await product.stored())
      slowest = Math.max(slowest, await product.restart())
      history.check(await product.fresh(writers.witness), await product.exported(writers.witness))
    })
    await writers.settle()
    await writers.check()
    note({ records: history.required, 'slowest restart, ms': slowest })
    for (const peer of peers) expect(peer.refusals).toEqual([])
    expect(history.required).toBeGreaterThan(amount * 5)
    expect(slowest).toBeLessThan(limit(RESTART_MS))
    expect(product.complaints).toBe('')
  },
)
