import { useEffect, useRef } from 'react'

/**
 * Runs what was chosen in a menu or a dialog once that is gone: until then it holds the focus, and would take it back
 * from whatever the choice opens.
 */
export function useAfterClosing(isOpen: boolean): (run: () => void) => void {
  const chosen = useRef<(() => void) | null>(null)
  useEffect(() => {
    if (isOpen) return
    const run = chosen.current
    chosen.current = null
    // A frame later: what closes is taken out of the page after this.
    if (run) requestAnimationFrame(run)
  }, [isOpen])
  return (run) => {
    chosen.current = run
  }
}
