/** Keeps what was gone to in the window while what is drawn around it turns out higher than it was taken for. */

/** How high the bar is that stays over the text, in pixels. */
const BAR_PX = 48

/** So many frames it is looked after. */
const FRAMES = 12

/** Puts a row back into the window if it is moved out of it. Returns the way to stop. */
export function keepInSight(find: () => Element | null): () => void {
  let frame = 0
  const look = (left: number) => {
    const rect = find()?.getBoundingClientRect()
    if (rect && (rect.top < BAR_PX || rect.top > window.innerHeight * 0.75))
      window.scrollBy({ top: rect.top - window.innerHeight / 3, behavior: 'instant' })
    if (left > 0) frame = requestAnimationFrame(() => look(left - 1))
  }
  frame = requestAnimationFrame(() => look(FRAMES))
  return () => cancelAnimationFrame(frame)
}
