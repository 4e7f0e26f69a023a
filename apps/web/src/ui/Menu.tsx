import { Fragment, type ReactElement, type ReactNode, useContext, useState } from 'react'
import { Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover, Separator } from 'react-aria-components'
import { useAfterClosing } from './after-closing.ts'
import { Shortcuts } from './shortcuts.ts'
import styles from './ui.module.css'

export interface MenuEntry {
  id: string
  label: string
  icon?: ReactNode
  /** The action whose key stands beside it. */
  shortcut?: string
  isDisabled?: boolean
  run: () => void
}

export interface MenuGroup {
  title?: string
  entries: readonly MenuEntry[]
}

export interface MenuOfProps {
  /** What the menu is called. */
  label: string
  /** The button that opens it. */
  trigger: ReactElement
  /** Asked while it is open, so that it offers what can be done just then. */
  groups: () => readonly MenuGroup[]
}

/** A button with a menu of things to do; each shows the key that does it too. */
export function MenuOf({ label, trigger, groups }: MenuOfProps) {
  const [isOpen, setIsOpen] = useState(false)
  const afterClosing = useAfterClosing(isOpen)
  return (
    <MenuTrigger isOpen={isOpen} onOpenChange={setIsOpen}>
      {trigger}
      <Popover className={styles['menuPopover'] ?? ''} placement="bottom end" offset={6}>
        <Entries label={label} groups={groups().filter(({ entries }) => entries.length > 0)} onRun={afterClosing} />
      </Popover>
    </MenuTrigger>
  )
}

function Entries({
  label,
  groups,
  onRun,
}: {
  label: string
  groups: readonly MenuGroup[]
  onRun: (run: () => void) => void
}) {
  const all = groups.flatMap((group) => group.entries)
  return (
    <Menu
      aria-label={label}
      className={styles['menu'] ?? ''}
      disabledKeys={all.filter((entry) => entry.isDisabled).map((entry) => entry.id)}
      onAction={(id) => {
        const entry = all.find((one) => one.id === id)
        if (entry) onRun(entry.run)
      }}
    >
      {groups.map((group, index) => (
        <Fragment key={group.title ?? index}>
          {index > 0 && <Separator />}
          <MenuSection aria-label={group.title ?? label}>
            {group.title && <Header>{group.title}</Header>}
            {group.entries.map((entry) => (
              <Item key={entry.id} entry={entry} />
            ))}
          </MenuSection>
        </Fragment>
      ))}
    </Menu>
  )
}

function Item({ entry: { id, label, icon, shortcut } }: { entry: MenuEntry }) {
  const findKey = useContext(Shortcuts)
  const key = shortcut ? findKey(shortcut) : null
  return (
    <MenuItem id={id} textValue={label} className={styles['menuItem'] ?? ''}>
      {icon && (
        <span className={styles['menuIcon']} aria-hidden="true">
          {icon}
        </span>
      )}
      <span className={styles['menuLabel']} dir="auto">
        {label}
      </span>
      {key && <kbd>{key}</kbd>}
    </MenuItem>
  )
}
