import { createContext } from 'react'

/**
 * How the key beside a button is found: a part of the page names the action (`undo`), and is given the key as it is
 * bound now, or null where it has none. What names no action is a key already.
 */
export const Shortcuts = createContext<(shortcut: string) => string | null>((shortcut) => shortcut)
