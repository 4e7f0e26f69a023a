import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cdp, userEvent } from 'vitest/browser'
import { LabelToolbar } from '../annotations/LabelToolbar.tsx'
import { Legend, LockChip } from '../annotations/Legend.tsx'
import { notices } from '../ui/notices.ts'
import { caretAttributes } from './caret-mode.ts'
import { select } from './places.ts'
import { openStage, type Stage } from './testing.tsx'

const text = `A title
He said on Monday that no one was hurt. Then he left the room, and nobody asked a question.
قال الوزير إن الهجوم لم يقع في المدينة`

let stage: Stage

const marks = () => [...stage.room.records.get().annotations.values()].map((one) => [one.kind, stage.quotes(one.id)])
const heard = () => stage.focus.spoken.get().text
const chosen = () => {
  const draft = stage.focus.draft.get()
  return draft && text.slice(...draft)
}
const put = (kind: string, ...needles: string[]) => {
  const spans = needles.map((needle): [number, number] => [...stage.words(needle)] as [number, number])
  const answer = stage.room.put('annotations', { kind, spans, attributes: {} })
  if (!answer.ok) throw new Error(answer.reason)
  return answer.id
}
const selectWords = (needle: string) => {
  stage.editor.view.dom.focus()
  select(stage.editor.view, stage.room.page.blocks, ...stage.words(needle))
  return expect.poll(chosen).toBe(needle)
}

/** What a mouse does, as the browser would tell it: the window's selection is as the drag has left it. */
function drag(from: number, to: number, { clicks = 1, altKey = false } = {}): void {
  const { view } = stage.editor
  const more = { bubbles: true, cancelable: true, button: 0, detail: clicks, altKey }
  const target = view.domAtPos(stage.room.page.text.length > 0 ? 3 : 1).node.parentElement as HTMLElement
  target.dispatchEvent(new PointerEvent('pointerdown', { ...more, buttons: 1, pointerType: 'mouse' }))
  target.dispatchEvent(new MouseEvent('mousedown', { ...more, buttons: 1 }))
  select(view, stage.room.page.blocks, from, to)
  document.dispatchEvent(new PointerEvent('pointerup', { ...more, pointerType: 'mouse' }))
}

beforeEach(async () => {
  stage = await openStage(text, {
    children: (bench) => (
      <>
        <LabelToolbar bench={bench} />
        <Legend bench={bench} />
        <LockChip bench={bench} />
      </>
    ),
  })
})
afterEach(() => stage.close())

describe('a selection with the mouse', () => {
  it('takes whole words, and with Alt characters', () => {
    const [from] = stage.words('Monday')
    drag(from + 2, from + 8)
    expect(chosen()).toBe('Monday that')
    drag(from + 2, from + 8, { altKey: true })
    expect(chosen()).toBe('nday t')
  })

  it('takes whole words where the text runs from right to left', () => {
    const [from, to] = stage.words('الوزير إن')
    drag(to - 1, from + 2)
    expect(chosen()).toBe('الوزير إن')
  })
})

describe('a label that is chosen before the words', () => {
  it('marks the next selection with it, and no more', () => {
    stage.editor.view.dom.focus()
    stage.editor.view.dom.dispatchEvent(new KeyboardEvent('keydown', { code: 'Digit2', key: '2', bubbles: true }))
    expect(heard()).toMatch(/^Denial for the next selection/)
    drag(...stage.words('no one'))
    expect(marks()).toEqual([['denial', ['no one']]])
    drag(...stage.words('Monday'))
    expect(marks()).toEqual([['denial', ['no one']]])
    expect(chosen()).toBe('Monday')
  })

  it('marks every selection when it is locked, until Escape', async () => {
    stage.editor.view.dom.focus()
    stage.editor.view.dom.dispatchEvent(
      new KeyboardEvent('keydown', { code: 'Digit3', key: '#', shiftKey: true, bubbles: true }),
    )
    expect(heard()).toMatch(/^Attribution is locked/)
    await expect.poll(() => document.querySelector('[aria-pressed="true"]')?.textContent).toMatch('Attribution')
    drag(...stage.words('He said'))
    drag(...stage.words('Monday'))
    expect(marks()).toEqual([
      ['attribution', ['He said']],
      ['attribution', ['Monday']],
    ])
    // With the keyboard nothing tells the end of a selection but Enter.
    await selectWords('question')
    expect(marks().length).toBe(2)
    await userEvent.keyboard('{Enter}')
    expect(marks().at(-1)).toEqual(['attribution', ['question']])
    await userEvent.keyboard('{Escape}')
    expect(stage.focus.lock.get()).toBeNull()
    drag(...stage.words('nobody'))
    expect(marks().length).toBe(3)
  })

  it('is let go of, with a word, when the project has it no more or nothing can be marked', async () => {
    const { page } = stage.room
    const lock = { kind: 'claim', isKept: true }
    stage.focus.lock.set(lock)
    const kinds = page.labelSet.kinds.filter(({ id }) => id !== 'claim')
    stage.room.setPage({ ...page, labelSet: { ...page.labelSet, kinds } })
    expect(stage.focus.lock.get()).toBeNull()
    expect(notices.visibleToasts.at(-1)?.content.text).toMatch(/no longer has the label/)
    stage.room.setPage(page)
    stage.focus.lock.set(lock)
    stage.room.setPage({ ...page, project: { ...page.project, role: 'viewer' } })
    expect(stage.focus.lock.get()).toBeNull()
  })

  it('waits after a double click for a third, which wants the paragraph', async () => {
    stage.focus.lock.set({ kind: 'claim', isKept: true })
    drag(...stage.words('Monday'), { clicks: 2 })
    expect(marks()).toEqual([])
    const [from] = stage.words('He said')
    drag(from, stage.words('question.')[1], { clicks: 3 })
    expect(marks().map(([kind]) => kind)).toEqual(['claim'])
    drag(...stage.words('Monday'), { clicks: 2 })
    await expect.poll(() => marks().length).toBe(2)
  })
})

describe('words selected with keys', () => {
  it('grow by a word with each W and by a sentence with each S', async () => {
    const [at] = stage.words('Monday')
    stage.editor.view.dom.focus()
    select(stage.editor.view, stage.room.page.blocks, at, at)
    await userEvent.keyboard('w')
    expect(chosen()).toBe('Monday')
    await userEvent.keyboard('ww')
    expect(chosen()).toBe('Monday that no')
    await userEvent.keyboard('s')
    expect(chosen()).toBe('He said on Monday that no one was hurt.')
    expect(heard()).toBe(chosen())
  })

  it('lead with Tab to their labels, and back with Escape', async () => {
    await selectWords('no one')
    await userEvent.keyboard('{Tab}')
    expect(document.activeElement?.textContent).toMatch(/^Claim/)
    await userEvent.keyboard('{Escape}')
    expect(document.activeElement).toBe(stage.editor.view.dom)
    expect(chosen()).toBe('no one')
    await userEvent.keyboard('{Tab}{ArrowRight}{Enter}')
    expect(marks()).toEqual([['denial', ['no one']]])
    expect(document.activeElement).toBe(stage.editor.view.dom)
  })
})

describe('a mark of several parts', () => {
  it('takes selected words in with + and gives them back with -, an act each', async () => {
    const id = put('claim', 'no one')
    stage.editor.commands.selectAnnotation(id)
    await selectWords('hurt')
    await userEvent.keyboard('+')
    expect(stage.quotes(id)).toEqual(['no one', 'hurt'])
    expect([heard(), chosen(), stage.focus.selected.get()]).toEqual(['Added: hurt', null, id])
    await selectWords('was')
    await userEvent.keyboard('+')
    expect(stage.quotes(id)).toEqual(['no one was hurt'])
    await selectWords('one')
    await userEvent.keyboard('-')
    expect(stage.quotes(id)).toEqual(['no', 'was hurt'])
    await userEvent.keyboard('{Control>}zz{/Control}')
    expect(stage.quotes(id)).toEqual(['no one', 'hurt'])
  })

  it('is never emptied, nor made of more parts than a mark can have', async () => {
    stage.close()
    const words = Array.from({ length: 140 }, (_, i) => `w${i}`).join(' ')
    stage = await openStage(words)
    const spans = Array.from(
      { length: 64 },
      (_, i) => [words.indexOf(`w${2 * i}`), words.indexOf(`w${2 * i}`) + `w${2 * i}`.length] as [number, number],
    )
    const answer = stage.room.put('annotations', { kind: 'claim', spans, attributes: {} })
    if (!answer.ok) throw new Error(answer.reason)
    expect(stage.editor.commands.addFragment(answer.id, stage.words('w139'))).toBe(false)
    expect(stage.editor.commands.removeFragment(answer.id, [0, words.length])).toBe(false)
    expect(stage.quotes(answer.id).length).toBe(64)
    expect(stage.editor.commands.addFragment(answer.id, stage.words('w1 '))).toBe(true)
    expect(stage.quotes(answer.id).length).toBe(63)
  })
})

describe('what is deleted', () => {
  it('takes one’s own links along, and all comes back as one act', () => {
    const [denial, claim] = [put('denial', 'no one'), put('claim', 'hurt')]
    const type = stage.room.page.labelSet.relations.find((one) => one.from.includes('denial'))?.id ?? ''
    stage.room.put('relations', { type, from: denial, to: claim })
    stage.editor.commands.removeAnnotation(claim)
    const count = () => [stage.room.records.get().annotations.size, stage.room.records.get().relations.size]
    expect(count()).toEqual([1, 0])
    stage.editor.commands.undoOwn()
    expect(count()).toEqual([2, 1])
    // The notice brings it back also when other acts came after.
    stage.editor.commands.removeAnnotation(claim)
    put('claim', 'Monday')
    notices.visibleToasts[0]?.content.action?.run()
    expect(count()).toEqual([3, 1])
    expect(stage.focus.selected.get()).toBe(claim)
  })
})

describe('a mark that is duplicated', () => {
  it('is not made twice; one’s own gives its words for another label', async () => {
    const id = put('claim', 'no one')
    stage.editor.commands.selectAnnotation(id)
    stage.editor.view.dom.focus()
    await userEvent.keyboard('{Shift>}d{/Shift}')
    expect(chosen()).toBe('no one')
    await userEvent.keyboard('2')
    expect(marks()).toEqual([
      ['claim', ['no one']],
      ['denial', ['no one']],
    ])
  })
})

describe('in caret mode the text', () => {
  const shown = () => [...stage.editor.view.dom.children].map((block) => block.textContent).join('\n')

  beforeEach(async () => {
    stage.commands.run('caret')
    await expect.poll(() => stage.editor.view.dom.isContentEditable).toBe(true)
    stage.editor.view.dom.focus()
    select(stage.editor.view, stage.room.page.blocks, ...stage.words('Monday'))
  })
  afterEach(() => localStorage.removeItem('attest-caret:ada'))

  it('says that it is read only, and keeps that for the person', async () => {
    for (const [name, value] of Object.entries(caretAttributes))
      expect(stage.editor.view.dom.getAttribute(name)).toBe(value)
    stage.close()
    stage = await openStage(text)
    await expect.poll(() => stage.editor.view.dom.isContentEditable).toBe(true)
    stage.commands.run('caret')
    await expect.poll(() => stage.editor.view.dom.getAttribute('role')).toBe('article')
    expect(localStorage.getItem('attest-caret:ada')).toBeNull()
  })

  it('cannot be changed by typing, pasting, cutting, dropping or commands of the browser', async () => {
    await userEvent.keyboard('xyz{Enter}{Backspace}{Delete}')
    await userEvent.keyboard('{Control>}x{/Control}{Control>}v{/Control}')
    for (const command of ['insertText', 'delete', 'insertHTML', 'insertParagraph', 'bold', 'cut', 'undo'])
      document.execCommand(command, false, 'x')
    const { dom } = stage.editor.view
    const clipboard = new DataTransfer()
    clipboard.setData('text/html', '<p data-pm-slice="1 1 []">pasted</p>')
    dom.dispatchEvent(new ClipboardEvent('paste', { clipboardData: clipboard, bubbles: true, cancelable: true }))
    dom.dispatchEvent(new DragEvent('drop', { dataTransfer: clipboard, bubbles: true, cancelable: true }))
    await expect.poll(shown).toBe(text)
    expect(stage.editor.getText({ blockSeparator: '\n' })).toBe(text)
  })

  it('cannot be changed by an input method', async () => {
    const session = cdp() as unknown as { send: (method: string, params: object) => Promise<unknown> }
    let begun = 0
    stage.editor.view.dom.addEventListener('compositionstart', () => begun++)
    await session.send('Input.imeSetComposition', { text: 'にほん', selectionStart: 3, selectionEnd: 3 })
    await session.send('Input.insertText', { text: '日本' })
    expect(begun).toBeGreaterThan(0)
    await expect.poll(shown).toBe(text)
    expect(stage.editor.getText({ blockSeparator: '\n' })).toBe(text)
  })

  it('is marked with the same keys, and its caret is the browser’s', async () => {
    await expect.poll(chosen).toBe('Monday')
    await userEvent.keyboard('1')
    expect(marks()).toEqual([['claim', ['Monday']]])
    await userEvent.keyboard('{Shift>}{ArrowLeft}{ArrowLeft}{/Shift}')
    await expect.poll(chosen).toBe('ay')
    await expect.poll(shown).toBe(text)
  })
})
