import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { openTabs } from './tabs.ts'

function open(name: string, keys: string[] = []) {
  const onLeft = vi.fn()
  const onTray = vi.fn()
  const tabs = openTabs(name, { waitingKeys: () => keys, onLeft, onTray })
  onTestFinished(() => tabs.close())
  return { tabs, onLeft, onTray }
}

describe('the tabs of one person', () => {
  it('leave to each tab what it will send itself, and the rest to one of them', async () => {
    const name = crypto.randomUUID()
    const [one, other] = [open(name, ['a']), open(name, ['b'])]
    const found = [await one.tabs.orphans(['b', 'c', 'd']), await other.tabs.orphans(['a', 'c', 'd'])]
    expect(found.map((keys) => keys.join()).sort()).toEqual(['', 'c,d'])
  })

  it('take all for left behind when no other is open', async () => {
    const name = crypto.randomUUID()
    const [one, gone] = [open(name), open(name, ['a'])]
    gone.tabs.close()
    await expect.poll(() => one.onLeft.mock.calls.length).toBe(1)
    expect(await one.tabs.orphans(['a'])).toEqual(['a'])
  })

  it('hear of the tray, and say nothing once they are closed', async () => {
    const name = crypto.randomUUID()
    const [one, other] = [open(name), open(name)]
    one.tabs.tellTray()
    await expect.poll(() => other.onTray.mock.calls.length).toBe(1)
    one.tabs.close()
    one.tabs.tellTray()
    expect(one.onTray).not.toHaveBeenCalled()
  })
})
