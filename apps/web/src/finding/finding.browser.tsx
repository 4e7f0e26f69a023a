import { useMemo, useState } from 'react'
import { afterEach, describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import type { Filter } from '../annotations/filter.ts'
import { MarkList } from '../annotations/MarkList.tsx'
import { useFilterTest, watchTest } from '../annotations/use-filter.ts'
import { openKeys } from '../commands/bindings.ts'
import { me, openStage, type Stage } from '../editor/testing.tsx'
import type { Workbench } from '../editor/workbench.ts'
import { BulkBar } from './BulkBar.tsx'
import { deleteAll, relabelAll } from './bulk.ts'
import { FindBar } from './FindBar.tsx'

let stage: Stage
let latest: Filter = {}

function Parts({ bench }: { bench: Workbench }) {
  const [filter, setFilter] = useState<Filter>({})
  const isShown = useFilterTest(bench.room, filter)
  const keys = useMemo(() => openKeys(me.id), [])
  latest = filter
  return (
    <>
      <MarkList
        bench={bench}
        keys={keys}
        isShown={isShown}
        filter={filter}
        onFilter={setFilter}
        onPick={() => {}}
        onClose={() => {}}
      />
      <FindBar bench={bench} isShown={isShown} />
      <BulkBar bench={bench} isShown={isShown} />
    </>
  )
}

const text = `A title\n${Array.from({ length: 300 }, (_, i) => `René said thing ${i} twice.`).join('\n')}`

async function open(marks: number): Promise<string[]> {
  stage = await openStage(text, { children: (bench) => <Parts bench={bench} /> })
  const { blocks } = stage.room.page
  const acted = stage.room.act(
    Array.from({ length: marks }, (_, i) => {
      const start = blocks[i + 1]?.start ?? 0
      const put = { kind: i % 2 ? 'denial' : 'claim', spans: [[start, start + 4] as [number, number]], attributes: {} }
      return { root: 'annotations' as const, put }
    }),
  )
  if (!acted.ok) throw new Error(acted.reason)
  await expect.element(page.getByRole('heading', { name: `${marks} marks` })).toBeVisible()
  return [...acted.ids]
}

afterEach(() => stage.close())

const row = (n: number) => page.getByRole('listitem').nth(n)
const ofId = (id = '') => {
  const found = stage.room.records.get().annotations.get(id)
  if (!found) throw new Error(`no mark ${id}`)
  return found
}
const kinds = () => [...stage.room.records.get().annotations.values()].map(({ kind }) => kind)
/** The words under a range of a highlight, which need not be one that says them itself. */
function wordsOf({ startContainer, startOffset, endContainer, endOffset }: AbstractRange): string {
  const range = document.createRange()
  range.setStart(startContainer, startOffset)
  range.setEnd(endContainer, endOffset)
  return range.toString()
}

const focused = () => document.activeElement

describe('the list of marks', () => {
  it('is gone through with the keys, also where it is not drawn yet, and leads to the words and back', async () => {
    const ids = await open(200)
    row(0).getByRole('button').element().focus()
    await userEvent.keyboard('{End}')
    await expect.poll(() => focused()?.closest('li')?.getAttribute('aria-posinset')).toBe('200')
    await userEvent.keyboard('{ArrowUp}{Enter}')
    expect(stage.focus.selected.get()).toBe(ids[198])
    expect(focused()).toBe(stage.editor.view.dom)
    stage.commands.run('list')
    await expect.poll(() => focused()?.closest('li')?.getAttribute('aria-posinset')).toBe('199')
    await userEvent.keyboard('{Escape}')
    expect(focused()).toBe(stage.editor.view.dom)
  })

  it('deletes the mark of the row that has the focus, not the selected one, and goes on with the next row', async () => {
    const ids = await open(6)
    stage.editor.commands.selectAnnotation(ids[0] ?? '')
    row(2).getByRole('button').element().focus()
    await userEvent.keyboard('{Delete}')
    expect([0, 2].map((n) => stage.room.records.get().annotations.has(ids[n] ?? ''))).toEqual([true, false])
    await expect.element(page.getByRole('heading', { name: '5 marks' })).toBeVisible()
    await expect.poll(() => focused()?.getAttribute('data-mark')).toBe(ids[3])
  })

  it('stays where it is read when a mark comes above, and keeps the focus', async () => {
    await open(200)
    row(0).getByRole('button').element().focus()
    for (let i = 0; i < 40; i++) await userEvent.keyboard('{ArrowDown}')
    const at = focused()
    await expect.poll(() => at?.closest('li')?.getAttribute('aria-posinset')).toBe('41')
    const { top } = at?.getBoundingClientRect() ?? { top: 0 }
    stage.room.put('annotations', { kind: 'claim', spans: [[0, 1]], attributes: {} })
    await expect.element(page.getByRole('heading', { name: '201 marks' })).toBeVisible()
    await expect.poll(() => at?.getBoundingClientRect().top).toBeCloseTo(top, 0)
    expect(focused()).toBe(at)
  })

  it('shows what is chosen, says how much of all that is, and shows all again', async () => {
    await open(20)
    await page.getByRole('button', { name: /^Denial \d/ }).click()
    await expect.element(page.getByRole('heading', { name: '10 of 20 marks' })).toBeVisible()
    expect(latest).toEqual({ kind: 'denial' })
    await page.getByRole('button', { name: 'Hide Denial' }).click()
    expect(latest).toEqual({ hide: 'denial' })
    await expect.element(page.getByRole('heading', { name: '10 of 20 marks' })).toBeVisible()
    await page.getByRole('button', { name: 'Show Denial again' }).click()
    expect(latest).toEqual({})
    await page.getByRole('searchbox').fill('nobody wrote this')
    await expect.element(page.getByText('The filters hide every mark.')).toBeVisible()
    await page.getByRole('button', { name: 'Show all' }).click()
    await expect.element(page.getByRole('heading', { name: '20 marks' })).toBeVisible()
    await expect.element(page.getByRole('searchbox')).toHaveValue('')
  })
})

describe('a filter by what is said of marks', () => {
  it('is the same test until a mark that was here is shown or hidden', async () => {
    const [first] = await open(20)
    const test = watchTest(stage.room, { talk: 'open' })
    const stop = test.subscribe(() => {})
    const before = test.get()
    stage.room.put('annotations', { kind: 'claim', spans: [[0, 1]], attributes: {} })
    stage.room.put('comments', { on: 'article', body: 'About all of it' })
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    expect(test.get()).toBe(before)
    stage.room.put('comments', { on: first ?? '', body: 'Is this so?' })
    await expect.poll(() => test.get()).not.toBe(before)
    stop()
  })
})

describe('several marks', () => {
  it('are chosen in a row, changed in one act, and taken back in one step', async () => {
    await open(10)
    await row(0).getByRole('checkbox').click()
    await row(3)
      .getByRole('checkbox')
      .click({ modifiers: ['Shift'] })
    const bar = page.getByRole('region', { name: 'The chosen marks' })
    await expect.element(bar.getByText('4 chosen')).toBeVisible()
    const before = kinds()
    await bar.getByRole('button', { name: 'Make 4 a citation' }).click()
    expect(kinds().filter((kind) => kind === 'citation')).toHaveLength(4)
    stage.room.undo()
    await expect.poll(kinds).toEqual(before)
  })

  it('are deleted with one’s own links, and the notice takes back that act and no other', async () => {
    const ids = await open(6)
    const [claim = '', denial = '', third = ''] = ids
    const type = stage.room.page.labelSet.relations.find((one) => one.from.includes('denial'))?.id ?? ''
    stage.room.put('relations', { type, from: denial, to: claim })
    const { records } = stage.room
    const done = deleteAll(stage.room, new Set([claim, denial, third]))
    expect([records.get().annotations.size, records.get().relations.size]).toEqual([3, 0])
    stage.room.put('annotations', { kind: 'claim', spans: [[0, 1]], attributes: {} })
    stage.room.put('annotations', { ...ofId(ids[3]), kind: 'citation' })
    done.takeBack()
    expect([records.get().annotations.size, records.get().relations.size]).toEqual([7, 1])
    expect(records.get().annotations.get(ids[3] ?? '')?.kind).toBe('citation')
    const made = relabelAll(stage.room, new Set([claim, denial]), 'citation')
    stage.room.put('annotations', { ...ofId(denial), kind: 'claim' })
    expect(made.takeBack().ok).toBe(true)
    expect([claim, denial].map((id) => ofId(id).kind)).toEqual(['claim', 'claim'])
  })

  it('are let go of with Escape after all else that it leaves, and the keys go on in the text', async () => {
    const ids = await open(3)
    stage.focus.chosen.set(new Set(ids))
    const bar = page.getByRole('region', { name: 'The chosen marks' })
    await expect.element(bar).toBeVisible()
    stage.focus.mode.set({ type: 'link', from: ids[0] ?? '', to: null })
    stage.commands.run('leave')
    expect([stage.focus.mode.get().type, stage.focus.chosen.get().size]).toEqual(['none', 3])
    bar.getByRole('button').first().element().focus()
    stage.commands.run('leave')
    expect(stage.focus.chosen.get().size).toBe(0)
    await expect.poll(focused).toBe(stage.editor.view.dom)
  })

  it('that are more than one message holds are changed in several acts, each of which can be undone', async () => {
    stage = await openStage('A title\nWords')
    const attributes = { gloss: 'x'.repeat(1900) }
    const ids: string[] = []
    for (let turn = 0; turn < 5; turn++) {
      const put = { kind: 'claim', spans: [[0, 1] as [number, number]], attributes }
      const acted = stage.room.act(Array.from({ length: 100 }, () => ({ root: 'annotations' as const, put })))
      if (!acted.ok) throw new Error(acted.reason)
      ids.push(...acted.ids)
    }
    const first = deleteAll(stage.room, new Set(ids))
    expect(first.more).toBeGreaterThan(0)
    expect(first.marks.length + first.more).toBe(500)
    const second = deleteAll(stage.room, new Set(ids))
    expect([second.more, stage.room.records.get().annotations.size]).toEqual([0, 0])
    stage.room.undo()
    expect(stage.room.records.get().annotations.size).toBe(second.marks.length)
    first.takeBack()
    expect(stage.room.records.get().annotations.size).toBe(500)
  })

  it('are deleted by the key, brought back by the notice, and are no more chosen once they are gone', async () => {
    const ids = await open(6)
    stage.focus.chosen.set(new Set(ids.slice(0, 4)))
    await expect.element(page.getByText('4 chosen', { exact: true })).toBeVisible()
    stage.room.remove('annotations', [ids[0] ?? ''])
    await expect.element(page.getByText('3 chosen', { exact: true })).toBeVisible()
    stage.editor.view.dom.focus()
    expect(stage.commands.run('delete')).toBe(true)
    expect(stage.room.records.get().annotations.size).toBe(2)
    await expect.poll(() => stage.focus.chosen.get().size).toBe(0)
    stage.room.undo()
    expect(stage.room.records.get().annotations.size).toBe(5)
  })
})

describe('the search', () => {
  it('goes from hit to hit, and leaves the last one to be labelled at once', async () => {
    await open(2)
    stage.editor.view.dom.focus()
    stage.commands.run('search')
    await userEvent.keyboard('rene SAID thing 12')
    await expect.element(page.getByText('1 of 11')).toBeVisible()
    await userEvent.keyboard('{Enter}')
    await expect.element(page.getByText('2 of 11')).toBeVisible()
    await expect.poll(() => [...(CSS.highlights.get('current-hit') ?? [])].map(wordsOf)).toEqual(['René said thing 12'])
    await userEvent.keyboard('{Escape}')
    expect(focused()).toBe(stage.editor.view.dom)
    const draft = stage.focus.draft.get()
    expect(draft && text.slice(...draft)).toContain('René said thing 12')
    expect(CSS.highlights.has('current-hit')).toBe(false)
  })
})
