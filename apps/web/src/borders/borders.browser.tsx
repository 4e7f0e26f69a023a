import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import { openStage, type Stage } from '../editor/testing.tsx'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { BorderHandles } from './BorderHandles.tsx'
import { Borders } from './Borders.tsx'

const text = `A title
He said on Monday that no one was hurt, and then he left the room. Nobody asked a question.
قال الوزير إن الهجوم لم يقع في المدينة`

let stage: Stage

function Card({ bench }: { bench: Workbench }) {
  const selected = useLive(bench.focus.selected)
  const records = useLive(bench.room.records)
  const annotation = selected ? records.annotations.get(selected) : undefined
  return annotation ? <Borders bench={bench} annotation={annotation} /> : null
}

async function open() {
  stage = await openStage(text, {
    children: (bench) => (
      <>
        <BorderHandles bench={bench} />
        <Card bench={bench} />
      </>
    ),
  })
}

/** Marks the words and selects the mark. */
function mark(...needles: string[]): string {
  const put = stage.room.put('annotations', {
    kind: 'claim',
    spans: needles.map((needle): [number, number] => [...stage.words(needle)] as [number, number]),
    attributes: {},
  })
  if (!put.ok) throw new Error(put.reason)
  stage.editor.commands.selectAnnotation(put.id)
  stage.editor.view.dom.focus()
  return put.id
}

const handles = () => [...document.querySelectorAll<HTMLElement>('[data-border]')]
const handle = (side: 'start' | 'end') => handles().find((one) => one.dataset['border'] === side) as HTMLElement
const isShown = () => expect.poll(() => handles().length).toBeGreaterThan(1)

const fire = (target: EventTarget, type: string, at: { x: number; y: number }, more: PointerEventInit = {}) =>
  target.dispatchEvent(
    new PointerEvent(type, {
      bubbles: true,
      cancelable: true,
      pointerId: 1,
      button: 0,
      buttons: 1,
      clientX: at.x,
      clientY: at.y,
      ...more,
    }),
  )

/** Takes hold of a handle, exactly at its border. The pointer is no real one, so it cannot be captured. */
function grab(side: 'start' | 'end'): void {
  const taken = handle(side)
  taken.setPointerCapture = () => {}
  const rect = taken.getBoundingClientRect()
  fire(taken, 'pointerdown', { x: rect.left, y: rect.top + rect.height / 2 })
}
const over = (needle: string, more?: PointerEventInit) => {
  const [start] = stage.words(needle)
  fire(document, 'pointermove', stage.point(start), more)
}
const drop = () => fire(document, 'pointerup', { x: 0, y: 0 }, { buttons: 0 })
const preview = () => stage.focus.adjusting.get()?.spans.map(([from, to]) => text.slice(from, to))
const heard = () => stage.focus.spoken.get().text

beforeEach(open)
afterEach(() => stage.close())

describe('a border that is dragged', () => {
  it('goes to whole words, over the end of a line, and is one act that undo takes back', async () => {
    const id = mark('no one was hurt')
    await isShown()
    grab('end')
    over('eft the room')
    expect(preview()).toEqual(['no one was hurt, and then he'])
    expect(stage.quotes(id)).toEqual(['no one was hurt'])
    over('dy asked')
    drop()
    expect(stage.quotes(id)).toEqual(['no one was hurt, and then he left the room. Nobody'])
    stage.editor.commands.undoOwn()
    expect(stage.quotes(id)).toEqual(['no one was hurt'])
  })

  it('goes to characters with Alt, and never over its other end or into the next part', async () => {
    const id = mark('said on', 'that no')
    await isShown()
    grab('end')
    over('onday', { altKey: true })
    expect(preview()).toEqual(['said on M', 'that no'])
    over('question')
    expect(preview()).toEqual(['said on Monday', 'that no'])
    over('A title')
    expect(preview()).toEqual(['s', 'that no'])
    over('onday that')
    drop()
    expect(stage.quotes(id)).toEqual(['said on', 'that no'])
  })

  it('is where it was after Escape, and others’ marks that come meanwhile are painted after it', async () => {
    const id = mark('no one was hurt')
    await isShown()
    grab('start')
    over('Monday')
    stage.room.put('annotations', {
      kind: 'denial',
      spans: [[...stage.words('asked')] as [number, number]],
      attributes: {},
    })
    expect(preview()).toEqual(['Monday that no one was hurt'])
    await userEvent.keyboard('{Escape}')
    expect(stage.focus.adjusting.get()).toBeNull()
    expect(stage.quotes(id)).toEqual(['no one was hurt'])
    expect(stage.focus.selected.get()).toBe(id)
    await expect.poll(() => document.querySelectorAll('mark').length).toBe(2)
  })

  it('comes to an end also where nobody tells of it, with the next key for the article', async () => {
    const id = mark('no one was hurt')
    for (const lose of [
      () => fire(document, 'pointercancel', { x: 0, y: 0 }),
      () => window.dispatchEvent(new Event('blur')),
      () => fire(handle('start'), 'lostpointercapture', { x: 0, y: 0 }),
    ]) {
      await isShown()
      grab('start')
      over('Monday')
      stage.editor.view.dom.blur()
      lose()
      expect([stage.focus.adjusting.get(), stage.focus.isDragging.get()]).toEqual([null, false])
      expect(document.activeElement).toBe(stage.editor.view.dom)
      over('He said')
      expect(stage.focus.adjusting.get()).toBeNull()
      expect(stage.quotes(id)).toEqual(['no one was hurt'])
    }
    await isShown()
    grab('start')
    over('Monday')
    over('He said', { buttons: 0 })
    expect(stage.quotes(id)).toEqual(['Monday that no one was hurt'])
  })

  it('follows the pointer where the text runs from right to left', async () => {
    const id = mark('الوزير إن')
    await isShown()
    const [start, end] = [handle('start'), handle('end')].map((one) => one.getBoundingClientRect().left)
    expect(start).toBeGreaterThan(end ?? 0)
    grab('end')
    // The last but one character of the word, as it is read.
    fire(document, 'pointermove', stage.point(stage.words('الهجوم')[1] - 1))
    drop()
    expect(stage.quotes(id)).toEqual(['الوزير إن الهجوم'])
  })

  it('has no handles while words are selected', async () => {
    mark('no one was hurt')
    await isShown()
    stage.focus.draft.set(stage.words('Monday'))
    await expect.poll(handles).toEqual([])
  })
})

describe('borders moved with keys', () => {
  it('go by character and by word, at either end, and are kept as one act', async () => {
    const id = mark('no one was hurt')
    await userEvent.keyboard('b')
    expect(heard()).toMatch(/End: was hurt$/)
    await userEvent.keyboard('{ArrowLeft}{ArrowLeft}')
    expect(preview()).toEqual(['no one was hu'])
    expect(heard()).toBe('End: was hu')
    await userEvent.keyboard('{Control>}{ArrowRight}{ArrowRight}{/Control}')
    expect(preview()).toEqual(['no one was hurt, and'])
    await userEvent.keyboard('{Control>}{Shift>}{ArrowLeft}{/Shift}{/Control}')
    expect(preview()).toEqual(['that no one was hurt, and'])
    expect(heard()).toBe('Start: that no')
    expect(stage.quotes(id)).toEqual(['no one was hurt'])
    await userEvent.keyboard('{Enter}')
    expect(stage.quotes(id)).toEqual(['that no one was hurt, and'])
    expect(stage.focus.mode.get().type).toBe('none')
    await userEvent.keyboard('{Control>}z{/Control}')
    expect(stage.quotes(id)).toEqual(['no one was hurt'])
  })

  it('are as they were after Escape, and the mark is still selected', async () => {
    const id = mark('no one was hurt')
    await userEvent.keyboard('b{ArrowLeft}{Escape}')
    expect(stage.quotes(id)).toEqual(['no one was hurt'])
    expect([stage.focus.selected.get(), stage.focus.mode.get().type]).toEqual([id, 'none'])
    expect(stage.room.history.get().canUndo).toBe(true)
  })

  it('are taken in turn with Tab, and kept when one goes on to the next mark', async () => {
    mark('Nobody')
    const id = mark('He said', 'no one')
    await userEvent.keyboard('b{Tab}')
    expect(heard()).toBe('Start: He said')
    await userEvent.keyboard('{Tab}{Control>}{ArrowRight}{/Control}')
    expect(preview()).toEqual(['He said on', 'no one'])
    await userEvent.keyboard('j')
    expect(stage.quotes(id)).toEqual(['He said on', 'no one'])
  })

  it('leave the mark as it is when its words were changed meanwhile, and keep a part that is added', async () => {
    const id = mark('no one was hurt')
    await userEvent.keyboard('b{ArrowLeft}')
    stage.editor.commands.changeSpans(id, [stage.words('no one')], '')
    expect([stage.focus.adjusting.get(), stage.focus.mode.get().type]).toEqual([null, 'none'])
    await userEvent.keyboard('b{ArrowLeft}')
    stage.focus.draft.set(stage.words('question'))
    stage.commands.run('addFragment')
    await userEvent.keyboard('{Enter}')
    expect(stage.quotes(id)).toEqual(['no on', 'question'])
  })

  it('go the way the arrow points where the text runs from right to left', async () => {
    mark('الوزير إن')
    await userEvent.keyboard('b{Control>}{ArrowLeft}{/Control}')
    expect(preview()).toEqual(['الوزير إن الهجوم'])
    await userEvent.keyboard('{Escape}')
  })
})

describe('borders moved with buttons', () => {
  it('do what the handles do, and what arrows do while they have the focus', async () => {
    const id = mark('no one was hurt')
    const press = async (name: string) => {
      const button = () =>
        [...document.querySelectorAll('button')].find((one) =>
          (one.getAttribute('aria-label') ?? one.textContent ?? '').trim().startsWith(name),
        )
      await expect.poll(button).toBeDefined()
      await userEvent.click(button() as HTMLElement)
    }
    stage.commands.run('adjust')
    await press('End one word to the right')
    await press('Start one word to the right')
    expect(preview()).toEqual(['one was hurt, and'])
    await press('By character')
    await press('End one character to the left')
    expect(preview()).toEqual(['one was hurt, an'])
    await userEvent.keyboard('{ArrowLeft}')
    expect(preview()).toEqual(['one was hurt, a'])
    await press('Keep')
    expect(stage.quotes(id)).toEqual(['one was hurt, a'])
    await expect.poll(() => document.activeElement).toBe(stage.editor.view.dom)
  })

  it('take a part out of a mark, and the rest stays', async () => {
    const id = mark('He said', 'no one', 'Nobody')
    const remove = () => document.querySelector<HTMLElement>('[aria-label="Take out no one"]')
    await expect.poll(remove).not.toBeNull()
    await userEvent.click(remove() as HTMLElement)
    expect(stage.quotes(id)).toEqual(['He said', 'Nobody'])
  })
})
