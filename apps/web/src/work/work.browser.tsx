import { type Dashboard, noReview, workStates } from '@attest/schema/work'
import axe from 'axe-core'
import { createRoot, type Root } from 'react-dom/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { chartFile } from './charts/chart-file.tsx'
import { drawColumns, drawRows } from './charts/Drawing.tsx'
import { Figures } from './DashboardPage.tsx'
import { chartWords } from './wording.ts'
import '../ui/tokens.css'

const states = (done: number, todo: number) =>
  ({ ...Object.fromEntries(workStates.map((state) => [state, 0])), done, todo }) as Dashboard['states']
const color = { light: '#b3420e', dark: '#ffab7a' }

const figures: Dashboard = {
  today: '2026-11-22',
  zone: 'Europe/Berlin',
  people: [
    { id: 'ana', name: 'Ana', color: 0 },
    { id: '0ben', name: '<b>Ben</b>', color: 1 },
  ],
  counting: 0,
  articles: [
    {
      id: 'a',
      title: '=HYPERLINK("http://x")',
      state: 'done',
      marks: 7,
      openThreads: 0,
      review: { ...noReview, accepted: 6, disputed: 1 },
    },
    { id: 'b', title: 'Second', state: 'todo', marks: 3, openThreads: 2, review: { ...noReview, open: 3 } },
  ],
  totals: {
    articles: 2,
    marks: 10,
    openThreads: 2,
    overdue: 1,
    people: 2,
    review: { ...noReview, open: 3, accepted: 6, disputed: 1 },
    gaps: 0,
  },
  kinds: [
    { kind: 'claim', label: 'Claim', pattern: 'solid', color, marks: 6 },
    { kind: 'denial', label: 'Denial', pattern: 'double', color, marks: 4 },
  ],
  progress: [
    { person: 'ana', states: states(1, 0), marks: 7, overdue: 0 },
    { person: '0ben', states: states(0, 1), marks: 3, overdue: 1 },
  ],
  states: states(1, 1),
  burnDown: [
    { day: '2026-11-20', open: 2, review: 0, done: 0 },
    { day: '2026-11-21', open: 1, review: 1, done: 0 },
    { day: '2026-11-22', open: 1, review: 0, done: 1 },
  ],
  days: [
    { day: '2026-11-20', person: 'ana', marks: 7, reviews: 0 },
    { day: '2026-11-22', person: '0ben', marks: 3, reviews: 1 },
  ],
  hours: [],
}

let root: Root
let host: HTMLElement

beforeEach(() => {
  host = document.body.appendChild(document.createElement('main'))
  root = createRoot(host)
})

afterEach(() => {
  root.unmount()
  document.body.replaceChildren()
})

const show = async (shown: Dashboard = figures) => {
  root.render(<Figures figures={shown} />)
  await expect.element(page.getByRole('heading', { name: 'Burn-down' })).toBeVisible()
}
const values = (title: string) => page.getByRole('slider', { name: `Values of “${title}”` })

async function flaws(): Promise<string[]> {
  const { violations } = await axe.run(host, { resultTypes: ['violations'], rules: { region: { enabled: false } } })
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))
}

describe('the pictures', () => {
  it('keep nobody out, as pictures and as tables', async () => {
    await show()
    await expect.element(values('Timeline')).toBeVisible()
    expect(await flaws()).toEqual([])
    for (const button of page.getByRole('button', { name: /: Table$/ }).elements()) await userEvent.click(button)
    await expect.poll(() => page.getByRole('table').elements().length).toBe(6)
    expect(await flaws()).toEqual([])
  })

  it('are gone through with the arrow keys, and say what is there', async () => {
    await show()
    const slider = values('Burn-down')
    await expect.element(slider).toBeVisible()
    ;(slider.element() as HTMLElement).focus()
    await userEvent.keyboard('{ArrowRight}')
    await expect.element(slider).toHaveAttribute('aria-valuetext', 'Fri 20 Nov: Open 2')
    await userEvent.keyboard('{End}')
    await expect.element(slider).toHaveAttribute('aria-valuetext', 'today: Done 1, Open 1')
    await expect.element(page.getByTestId('readout').first()).toHaveTextContent('today: Done 1, Open 1')
    await userEvent.keyboard('{Escape}')
    await expect.element(page.getByTestId('readout').first()).toHaveTextContent(chartWords.hint)
    ;(values('Timeline').element() as HTMLElement).focus()
    await userEvent.keyboard('{End}')
    await expect.element(values('Timeline')).toHaveAttribute('aria-valuetext', 'today: <b>Ben</b> 3, Review events 1')
  })

  it('say the same under the pointer', async () => {
    await show()
    await expect.element(values('Marks by kind')).toBeVisible()
    const plot = values('Marks by kind').element()
    const { left, top } = plot.getBoundingClientRect()
    plot.dispatchEvent(new PointerEvent('pointermove', { bubbles: true, clientX: left + 20, clientY: top + 50 }))
    await expect.element(values('Marks by kind')).toHaveAttribute('aria-valuetext', 'Denial: 4')
  })

  it('fill every part with a pattern that is there', async () => {
    await show()
    await expect.element(values('Timeline')).toBeVisible()
    const filled = [...host.querySelectorAll('[fill^="url("]')]
    expect(filled.length).toBeGreaterThan(12)
    for (const one of filled) {
      const id = /^url\(#(.+)\)$/.exec(one.getAttribute('fill') ?? '')?.[1] ?? ''
      expect(document.getElementById(id), id).not.toBeNull()
    }
  })

  it('say so where there is nothing to draw, and while marks are counted', async () => {
    await show({
      ...figures,
      counting: 3,
      articles: [],
      kinds: [],
      progress: [],
      burnDown: [],
      days: [],
      totals: { articles: 0, marks: 0, openThreads: 0, overdue: 0, people: 0, review: noReview, gaps: 0 },
    })
    await expect.element(page.getByText('Still counting the marks of 3 articles …')).toBeVisible()
    await expect.element(page.getByText('Nothing is assigned to anybody yet.')).toBeVisible()
    expect(page.getByRole('slider').elements()).toEqual([])
    expect(await flaws()).toEqual([])
  })

  it('draw one single day', async () => {
    await show({ ...figures, burnDown: figures.burnDown.slice(-1), days: figures.days.slice(-1) })
    await expect.element(values('Burn-down')).toHaveAttribute('aria-valuemax', '0')
  })

  it('fit into 320 pixels', async () => {
    host.style.width = '320px'
    await show()
    await expect.element(values('Timeline')).toBeVisible()
    for (const svg of host.querySelectorAll('svg')) expect(svg.getBoundingClientRect().right).toBeLessThanOrEqual(321)
  })
})

describe('the file of a picture', () => {
  it('needs no style sheet, and has hostile words as text', () => {
    const series = [
      { id: '0ben', name: '<script>alert(1)</script>\u0008', color: 'var(--series-1)', pattern: 1 },
      { id: '', name: 'All others', color: 'var(--ink-soft)', pattern: 7 },
    ]
    const data = [{ id: 'd', label: '22 Nov', values: { '0ben': 3, '': 2 }, events: 1 }]
    for (const draw of [drawColumns, drawRows]) {
      const file = chartFile({
        title: 'Timeline & more',
        hint: 'A hint',
        axis: 'Marks',
        data,
        series,
        draw,
        hasEvents: true,
      })
      const parsed = new DOMParser().parseFromString(file, 'image/svg+xml')
      expect(parsed.querySelector('parsererror, script')).toBeNull()
      expect(file).not.toMatch(/var\(|class=|light-dark|style=/)
      expect([...parsed.querySelectorAll('text')].map((one) => one.textContent).join('|')).toContain('<script>alert')
      for (const one of parsed.querySelectorAll('[fill^="url("]'))
        expect(parsed.getElementById(/#(.+)\)/.exec(one.getAttribute('fill') ?? '')?.[1] ?? '')).not.toBeNull()
      for (const one of parsed.querySelectorAll('pattern path'))
        expect(one.getAttribute('stroke')).toMatch(/^(rgb|none)/)
    }
  })
})
