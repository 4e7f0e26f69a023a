import type { ArticlePage } from '@attest/schema/api'
import { toPosition } from '@attest/schema/article'
import type { Editor } from '@tiptap/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import seedText from '../../../../seeds/article.txt?raw'
import type { ArticleRoom } from '../live/article-room.ts'
import type { Focus } from './focus.ts'
import { characterRect, cursorOffset, offsetAtDom, rangeOf, select } from './places.ts'
import { openStage, type Stage } from './testing.tsx'

let stage: Stage
let room: ArticleRoom
let focus: Focus
let editor: Editor

async function open(text: string, inlines?: ArticlePage['inlines']): Promise<void> {
  stage = await openStage(text, inlines ? { inlines } : {})
  ;({ room, focus, editor } = stage)
}

const words = (needle: string, text = room.page.text): [number, number] => {
  const start = text.indexOf(needle)
  if (start < 0) throw new RangeError(`“${needle}” is not in the text`)
  return [start, start + needle.length]
}
const marked = () => [...document.querySelectorAll('mark')].map((mark) => mark.textContent)
const mark = (needle: string, kind: string) => editor.commands.annotate(kind, words(needle))

afterEach(() => stage.close())

describe('the seed article on the page', () => {
  beforeEach(() => open(seedText))

  it('shows every paragraph, and its text is the text', () => {
    const { blocks, text } = room.page
    expect(editor.state.doc.childCount).toBe(blocks.length)
    expect(editor.getText({ blockSeparator: '\n' })).toBe(text)
    for (const block of blocks) expect(editor.state.doc.resolve(toPosition(blocks, block.start)).parentOffset).toBe(0)
  })

  it('is read as an article and can have the focus, but is no text box', () => {
    expect(editor.view.dom.getAttribute('role')).toBe('article')
    expect(editor.view.dom.tabIndex).toBe(0)
    expect(editor.view.dom.isContentEditable).toBe(false)
  })

  it('draws one mark where two lie over each other in flat pieces, each naming all over it', async () => {
    mark('Claims Russian jets killed civilians in Syria', 'claim')
    mark('Russian jets', 'attribution')
    await expect.poll(marked).toEqual(['Claims ', 'Russian jets', ' killed civilians in Syria'])
    const middle = document.querySelectorAll('mark')[1]
    expect(middle?.getAttribute('aria-description')).toBe('Claim by Ada; Attribution by Ada')
    expect(middle?.className).toBe('lane0-claim lane1-attribution tint-attribution')
  })

  it('draws a mark across paragraphs in both', async () => {
    mark('October 1, 2015\nThe Russian leader', 'citation')
    await expect.poll(marked).toEqual(['October 1, 2015', 'The Russian leader'])
  })

  it('shows that more marks lie over a place than there are lanes', async () => {
    for (const needle of ['media reports claiming', 'reports claiming that', 'claiming that the', 'claiming'])
      mark(needle, 'claim')
    await expect.poll(() => document.querySelector('mark.deep')?.textContent).toBe('claiming')
  })

  it('moves no glyph when marks come and go', async () => {
    const last = words('LISTEN MORE')
    const place = () => {
      const { left, top } = rangeOf(editor.view, room.page.blocks, last).getBoundingClientRect()
      return [left, top]
    }
    // What is far from the window has only an estimated height; here all of it is laid out.
    const sheet = new CSSStyleSheet()
    sheet.replaceSync('.tiptap > * { content-visibility: visible !important }')
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
    await document.fonts.ready
    const before = place()
    mark('media reports claiming', 'attribution')
    mark('Dozens of videos allegedly showing', 'attribution')
    mark('Putin', 'denial')
    await expect.poll(() => marked().length).toBe(3)
    for (const [i, now] of place().entries()) expect(Math.abs(now - (before[i] ?? 0))).toBeLessThan(0.1)
  })

  it('moves no word when a hundred deep marks come and go', async () => {
    const { blocks, text } = room.page
    const sheet = new CSSStyleSheet()
    sheet.replaceSync('.tiptap > * { content-visibility: visible !important }')
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
    await document.fonts.ready
    const starts = Array.from(text.matchAll(/\S+/g), ({ index }) => index)
    const places = () =>
      starts.flatMap((start) => {
        const { left, top } = characterRect(editor.view, blocks, start)
        return [left, top]
      })
    const furthest = (from: readonly number[]) => Math.max(...places().map((now, i) => Math.abs(now - (from[i] ?? 0))))
    const before = places()
    const kinds = ['claim', 'denial', 'attribution', 'citation']
    const made = room.act(
      Array.from({ length: 100 }, (_, i) => {
        const start = starts[(i * 7) % starts.length] ?? 0
        const spans: [number, number][] = [[start, Math.min(text.length, start + 12 + i * 5)]]
        return { root: 'annotations', put: { kind: kinds[i % 4] ?? '', spans, attributes: {} } }
      }),
    )
    await expect.poll(() => document.querySelectorAll('mark.deep').length).toBeGreaterThan(20)
    expect(furthest(before)).toBeLessThanOrEqual(0.1)
    room.remove('annotations', made.ok ? made.ids : [])
    await expect.poll(marked).toEqual([])
    expect(furthest(before)).toBeLessThanOrEqual(0.1)
  })

  it('picks the mark under the pointer where marks that look the same share an element', async () => {
    // Two lanes are taken, and the third; what lies deeper is one hatched line, wherever each begins.
    for (const needle of ['media reports claiming that the', 'media reports claiming', 'media reports'])
      mark(needle, 'claim')
    const [start] = words('media reports')
    const deep = [
      [start, start + 5],
      [start, start + 8],
    ].map(
      ([from = 0, to = 0]) =>
        room.put('annotations', { kind: 'claim', spans: [[from, to]], attributes: {} }) as { ok: true; id: string },
    )
    await expect.poll(() => document.querySelectorAll('mark.deep').length).toBe(1)
    document.querySelector('mark.deep')?.scrollIntoView({ block: 'center' })
    const pointAt = (offset: number) => {
      const { left, top, width, height } = characterRect(editor.view, room.page.blocks, offset)
      const [x, y] = [left + width / 2, top + height / 2]
      const target = document.elementFromPoint(x, y)
      target?.dispatchEvent(new PointerEvent('pointermove', { bubbles: true, clientX: x, clientY: y }))
      return focus.hovered.get()
    }
    expect(pointAt(start + 2)).toBe(deep[0]?.id)
    expect(pointAt(start + 6)).toBe(deep[1]?.id)
  })

  it('shows all parts of a mark of several pieces when it is selected', async () => {
    const parts = [words('media reports'), words('Syria')].sort((a, b) => a[0] - b[0])
    const made = room.put('annotations', { kind: 'claim', spans: parts, attributes: {} })
    editor.commands.selectAnnotation(made.ok ? made.id : null)
    const shown = () => [...(CSS.highlights.get('selected') ?? [])].length
    await expect.poll(marked).toHaveLength(2)
    expect(shown()).toBe(2)
  })

  it('keeps what is selected while a mark of somebody comes in over it', async () => {
    const span = words('the alleged civilian casualties')
    editor.view.dom.focus()
    select(editor.view, room.page.blocks, ...span)
    await expect.poll(() => focus.draft.get()).toEqual(span)
    mark('civilian', 'claim')
    // `annotate` lets go of one's own draft, so select again and let the next come without it.
    select(editor.view, room.page.blocks, ...span)
    room.put('annotations', { kind: 'denial', spans: [words('alleged civilian')], attributes: {} })
    await expect.poll(() => document.querySelectorAll('mark').length).toBe(2)
    expect(document.getSelection()?.toString()).toBe('the alleged civilian casualties')
    expect(focus.draft.get()).toEqual(span)
  })

  it('cannot be changed by typing, pasting, cutting, dropping or commands of the browser', async () => {
    const before = editor.getText()
    const { dom } = editor.view
    dom.focus()
    select(editor.view, room.page.blocks, ...words('Putin'))
    await userEvent.keyboard('xyz{Enter}{Backspace}{Control>}x{/Control}{Control>}v{/Control}')
    for (const command of ['insertText', 'delete', 'insertHTML', 'insertParagraph', 'undo', 'cut'])
      document.execCommand(command, false, 'x')
    const clipboard = new DataTransfer()
    clipboard.setData('text/html', '<p data-pm-slice="1 1 []">pasted</p>')
    dom.dispatchEvent(new ClipboardEvent('paste', { clipboardData: clipboard, bubbles: true, cancelable: true }))
    dom.dispatchEvent(new DragEvent('drop', { dataTransfer: clipboard, bubbles: true, cancelable: true }))
    dom.dispatchEvent(
      new InputEvent('beforeinput', { inputType: 'insertText', data: 'x', bubbles: true, cancelable: true }),
    )
    editor.commands.setContent({
      type: 'doc',
      content: [{ type: 'paragraph', content: [{ type: 'text', text: 'other' }] }],
    })
    editor.commands.insertContent('x')
    editor.view.dispatch(editor.state.tr.insertText('x', 1))
    expect(editor.getText()).toBe(before)
    expect(dom.textContent).toBe(room.page.blocks.map(({ start, end }) => room.page.text.slice(start, end)).join(''))
  })

  it('is marked with the keyboard alone: to the sentence, label it, undo, do it again', async () => {
    editor.view.dom.focus()
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}s')
    const sentence = focus.draft.get()
    expect(sentence && room.page.text.slice(...sentence)).toMatch(/^Reports of alleged casualties .*attacks\.'$/)
    await userEvent.keyboard('2')
    await expect
      .poll(() => [...room.records.get().annotations.values()].map((one) => [one.kind, one.spans]))
      .toEqual([['denial', [sentence]]])
    await userEvent.keyboard('{Control>}z{/Control}')
    expect(room.records.get().annotations.size).toBe(0)
    await userEvent.keyboard('{Control>}{Shift>}z{/Shift}{/Control}')
    expect(room.records.get().annotations.size).toBe(1)
  })

  it('extends a selection by word and by character, exactly as asked', async () => {
    editor.view.dom.focus()
    await userEvent.keyboard(
      '{Control>}{Home}{/Control}{Shift>}{Control>}{ArrowRight}{/Control}{/Shift}{Shift>}{ArrowLeft}{/Shift}',
    )
    const draft = focus.draft.get()
    expect(draft?.[0]).toBe(0)
    expect(['Puti', 'Putin', 'Putin:']).toContain(room.page.text.slice(...(draft ?? [0, 0])))
  })

  it('goes to the ends of the article and selects up to them', async () => {
    editor.view.dom.focus()
    await userEvent.keyboard('{Control>}{End}{/Control}')
    expect(focus.cursor.get()).toBe(room.page.text.length)
    await userEvent.keyboard('{Control>}{Shift>}{Home}{/Shift}{/Control}')
    expect(focus.draft.get()).toEqual([0, room.page.text.length])
    await userEvent.keyboard('{Escape}{Control>}a{/Control}')
    expect(focus.draft.get()).toEqual([0, room.page.text.length])
  })

  it('leaves the blanks at both ends of a selection outside, however it was made', async () => {
    select(editor.view, room.page.blocks, ...words(' Russian jets '))
    editor.view.dom.focus()
    await userEvent.keyboard('{Shift>}{ArrowRight}{ArrowLeft}{/Shift}1')
    await expect.poll(marked).toEqual(['Russian jets'])
  })

  it('takes a selection that runs out of the article as one up to its end', async () => {
    const after = document.body.appendChild(document.createElement('p'))
    after.textContent = 'Something else'
    const range = rangeOf(editor.view, room.page.blocks, words('LISTEN MORE:'))
    getSelection()?.setBaseAndExtent(range.startContainer, range.startOffset, after, 0)
    await expect.poll(() => focus.draft.get()).toEqual(words('LISTEN MORE:'))
  })

  it('paints nothing under a running drag, and everything after it', async () => {
    const paragraph = document.querySelectorAll('.tiptap > p')[0]
    paragraph?.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, button: 0 }))
    mark('Reports of alleged', 'attribution')
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(marked()).toEqual([])
    document.dispatchEvent(new PointerEvent('pointerup', { bubbles: true }))
    await expect.poll(marked).toEqual(['Reports of alleged'])
  })

  it('selects the mark that is there already instead of making it twice', () => {
    mark('Putin', 'claim')
    mark('Putin', 'claim')
    expect(room.records.get().annotations.size).toBe(1)
    mark('Putin', 'denial')
    expect(room.records.get().annotations.size).toBe(2)
  })

  it('goes to the next mark and back, and takes the selected one away with Delete', async () => {
    mark('Putin', 'attribution')
    mark('information warfare', 'denial')
    focus.selected.set(null)
    editor.view.dom.focus()
    const selected = () => room.records.get().annotations.get(focus.selected.get() ?? '')?.kind
    await userEvent.keyboard('j')
    expect(selected()).toBe('attribution')
    await userEvent.keyboard('j')
    expect(selected()).toBe('denial')
    expect(focus.cursor.get()).toBe(words('information warfare')[0])
    await expect.poll(() => cursorOffset(editor.view, room.page.blocks)).toBe(words('information warfare')[0])
    await userEvent.keyboard('k')
    expect(selected()).toBe('attribution')
    await userEvent.keyboard('{Delete}')
    expect([...room.records.get().annotations.values()].map((one) => one.kind)).toEqual(['denial'])
  })
})

describe('a mark of one’s own', () => {
  beforeEach(() => open(seedText))

  it('becomes another kind, and keeps of its attributes what that kind knows', () => {
    const put = room.put('annotations', {
      kind: 'denial',
      spans: [words('Putin')],
      attributes: { mode: 'explicit', cue: 'not' },
    })
    if (!put.ok) throw new Error(put.reason)
    expect(editor.commands.relabel(put.id, 'attribution')).toBe(true)
    expect(room.records.get().annotations.get(put.id)).toMatchObject({
      kind: 'attribution',
      attributes: { cue: 'not' },
    })
  })
})

describe('a link in the article', () => {
  beforeEach(() => open('Title\nread this', [{ type: 'link', start: 11, end: 15, href: 'https://example.org/' }]))

  it.each(['{Enter}', ' '])('keeps the key %s, which is the browser’s there', async (key) => {
    const link = editor.view.dom.querySelector('a')
    const left: boolean[] = []
    // The browser would open it in a new tab; whether it may is what is looked at.
    link?.addEventListener('click', (event) => event.preventDefault())
    document.addEventListener('keydown', (event) => left.push(!event.defaultPrevented), { once: true })
    focus.cursor.set(0)
    link?.focus()
    await userEvent.keyboard(key)
    expect(left).toEqual([true])
    expect(focus.isPeeking.get()).toBe(false)
  })
})

describe('what shows for a moment', () => {
  beforeEach(() => open(seedText))

  it('is gone with the article', async () => {
    mark('Putin', 'claim')
    focus.hovered.set(focus.selected.get())
    expect([...CSS.highlights.keys()]).toEqual(['selected', 'hovered'])
    stage.close()
    await expect.poll(() => [...CSS.highlights.keys()]).toEqual([])
  })

  it('is shown to others a few times a second, and how it ended always', async () => {
    const select = vi.spyOn(room, 'select')
    const [start, end] = words('alleged civilian casualties')
    for (let to = start + 1; to <= end; to++) focus.draft.set([start, to])
    expect(select.mock.calls).toEqual([[[start, start + 1]]])
    await expect.poll(() => select.mock.calls).toEqual([[[start, start + 1]], [[start, end]]])
  })
})

describe('what a screen reader is told', () => {
  beforeEach(() => open('Title\nhello'))

  it('is told again when the same comes twice', async () => {
    const heard: string[] = []
    focus.spoken.subscribe(() => heard.push(focus.spoken.get().text))
    editor.view.dom.focus()
    select(editor.view, room.page.blocks, 7, 7)
    await userEvent.keyboard('{ArrowRight}{ArrowRight}{ArrowRight}')
    expect(heard).toEqual(['l', 'l', 'o'])
    mark('hello', 'claim')
    mark('Title', 'claim')
    heard.length = 0
    await userEvent.keyboard('{Control>}zz{/Control}')
    expect(heard).toEqual(['Undone', 'Undone'])
  })
})

describe('a text that is hard to count', () => {
  const text = 'Наш 👨‍👩‍👧‍👦 title\n🇩🇪🇫🇷 café नमस्ते said\nمرحبا بالعالم قال الوزير'

  it('keeps pixels, positions and offsets together', async () => {
    await open(text)
    const { blocks } = room.page
    for (const needle of ['👨‍👩‍👧‍👦', 'café', 'नमस्ते', 'بالعالم']) {
      const span = words(needle)
      const range = rangeOf(editor.view, blocks, span)
      expect(range.toString()).toBe(needle)
      expect(offsetAtDom(editor.view, blocks, range.startContainer, range.startOffset)).toBe(span[0])
      expect(offsetAtDom(editor.view, blocks, range.endContainer, range.endOffset)).toBe(span[1])
    }
    mark('🇩🇪🇫🇷 café', 'claim')
    await expect.poll(marked).toEqual(['🇩🇪🇫🇷 café'])
  })
})
