import { type ReactNode, useContext } from 'react'
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
  Tooltip,
  TooltipTrigger,
} from 'react-aria-components'
import { Shortcuts } from './shortcuts.ts'
import styles from './ui.module.css'

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'children'> {
  variant?: 'plain' | 'primary' | 'quiet' | 'good' | 'bad'
  /** The action that a key does as well, by its id in the table, or a key that is always the same; shown in the tooltip. */
  shortcut?: string
  /** What the tooltip says; needed where the button shows only an icon. */
  hint?: string
  isPressedState?: boolean
  children: ReactNode
}

/** A button with an optional tooltip that names its key. */
export function Button({ variant = 'plain', shortcut, hint, isPressedState, children, ...props }: ButtonProps) {
  const findKey = useContext(Shortcuts)
  const key = shortcut ? findKey(shortcut) : null
  const button = (
    <AriaButton
      {...props}
      className={styles['button'] ?? ''}
      data-variant={variant}
      {...(isPressedState === undefined ? {} : { 'aria-pressed': isPressedState })}
    >
      {children}
    </AriaButton>
  )
  if (!hint && !key) return button
  return (
    <TooltipTrigger delay={500}>
      {button}
      <Tooltip className={styles['tooltip'] ?? ''} offset={6}>
        {hint}
        {key && <kbd>{key}</kbd>}
      </Tooltip>
    </TooltipTrigger>
  )
}
