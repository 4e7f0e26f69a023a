import { createRoot, type Root } from 'react-dom/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { actionOf, type KeyStore, openKeys } from './bindings.ts'
import { type Commands, makeCommands } from './commands.ts'
import { KeysDialog } from './KeysDialog.tsx'
import { type Entry, Palette } from './Palette.tsx'
import '../ui/tokens.css'

let root: Root
let commands: Commands
let keys: KeyStore

function show(what: React.ReactNode): void {
  root = createRoot(document.body.appendChild(document.createElement('div')))
  root.render(what)
}

beforeEach(() => {
  commands = makeCommands()
  keys = openKeys(crypto.randomUUID())
})

afterEach(() => {
  root.unmount()
  document.body.replaceChildren()
})

describe('the palette', () => {
  const done: string[] = []
  const entry = (id: string, label: string, more: Partial<Entry> = {}): Entry => ({
    id,
    label,
    group: 'Moving',
    run: () => void done.push(id),
    ...more,
  })
  const entries = [
    entry('next', 'Next mark', { shortcut: 'J' }),
    entry('article', 'Next article'),
    entry('hide', 'Hide all marks', { group: 'Seeing' }),
    entry('delete', 'Delete the marks', { isDisabled: true }),
  ]
  const open = (recent: string[] = []) =>
    show(
      <Palette isOpen onOpenChange={() => {}} recent={recent} onChoose={(chosen) => chosen.run()}>
        {(finder) => finder(entries)}
      </Palette>,
    )
  const field = () => page.getByRole('combobox')
  const options = () => [...document.querySelectorAll('[role="option"]')].map((one) => one.textContent)
  const active = () =>
    document.getElementById(field().element().getAttribute('aria-activedescendant') ?? '')?.textContent

  beforeEach(() => {
    done.length = 0
  })

  it('lists what can be done by group, what was used last before the rest, and moves without leaving the field', async () => {
    open(['hide', 'gone'])
    await expect.element(field()).toHaveFocus()
    expect(options()).toEqual(['Hide all marks', 'Next markJ', 'Next article'])
    expect(active()).toBe('Hide all marks')
    await userEvent.keyboard('{ArrowDown}{ArrowDown}')
    expect(active()).toBe('Next article')
    await userEvent.keyboard('{ArrowDown}')
    expect(active()).toBe('Hide all marks')
    await userEvent.keyboard('{ArrowUp}{Enter}')
    expect(done).toEqual(['article'])
  })

  it('finds by parts of words, and says of what cannot be done now that it cannot', async () => {
    open()
    await userEvent.type(field(), 'marks')
    await expect.poll(options).toEqual(['Hide all marks', 'Delete the marksnot now'])
    await userEvent.keyboard('{ArrowDown}')
    expect(active()).toBe('Hide all marks')
    await userEvent.fill(field(), 'dlt')
    await expect.poll(options).toEqual(['Delete the marksnot now'])
    await userEvent.keyboard('{Enter}')
    expect(done).toEqual([])
    await userEvent.fill(field(), '<img src=x onerror=alert(1)>')
    await expect.element(page.getByText('Nothing is called “<img src=x onerror=alert(1)>”.').first()).toBeVisible()
  })
})

describe('the choice of keys', () => {
  beforeEach(async () => {
    show(<KeysDialog commands={commands} keys={keys} />)
    await expect.poll(() => commands.run('keys')).toBe(true)
    await expect.element(page.getByRole('dialog', { name: 'Your keys' })).toBeVisible()
  })
  const pressed = (chord: string) => actionOf(keys.bindings.get(), chord, 'article')
  const button = (name: string) => page.getByRole('button', { name })

  it('takes the key that is pressed, and leaves the focus where it was', async () => {
    await userEvent.click(button('Change J, “Next mark”'))
    await userEvent.keyboard('q')
    await expect.element(page.getByRole('status')).toHaveTextContent('Q does “Next mark” now.')
    expect(pressed('Q')).toBe('next')
    expect(pressed('J')).toBeNull()
    await expect.element(button('Change Q, “Next mark”')).toHaveFocus()
    await userEvent.click(button('The keys of “Next mark” as they were'))
    expect(pressed('J')).toBe('next')
  })

  it('asks before it takes a key from another action', async () => {
    await userEvent.click(button('Add a key for “Next mark”'))
    await userEvent.keyboard('k')
    await expect.element(page.getByRole('alert')).toHaveTextContent('K is the key of “Previous mark”.')
    expect(pressed('K')).toBe('previous')
    await userEvent.click(button('Leave it there'))
    expect(pressed('K')).toBe('previous')
    await userEvent.click(button('Add a key for “Next mark”'))
    await userEvent.keyboard('k')
    await userEvent.keyboard('{Enter}')
    await expect.poll(() => pressed('K')).toBe('next')
    expect(keys.bindings.get().next).toEqual(['J', 'K'])
  })

  it('refuses the browser’s own keys, and Esc leaves all as it was without closing', async () => {
    await userEvent.click(button('Change J, “Next mark”'))
    await userEvent.keyboard('{Control>}c{/Control}')
    await expect
      .element(page.getByRole('status'))
      .toHaveTextContent('Ctrl+C is the browser’s own, moves in the text, or stands for a label. Press another one.')
    await userEvent.keyboard('{Escape}')
    await expect.element(page.getByRole('status')).toHaveTextContent('As it was.')
    await expect.element(page.getByRole('dialog')).toBeVisible()
    expect(pressed('J')).toBe('next')
  })

  it('turns all keys of one character off without forgetting them', async () => {
    await userEvent.click(page.getByText('Keys of one character'))
    await expect.poll(() => pressed('J')).toBeNull()
    expect(pressed('Ctrl+Z')).toBe('undo')
    await userEvent.click(button('Turn J off, “Next mark”'))
    await userEvent.click(page.getByText('Keys of one character'))
    await expect.poll(() => pressed('K')).toBe('previous')
    expect(pressed('J')).toBeNull()
    await userEvent.click(button('All as they were'))
    expect(pressed('J')).toBe('next')
  })
})
