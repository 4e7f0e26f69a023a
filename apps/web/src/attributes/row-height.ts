/** How high a line of a list over the page is, in pixels: two lines of text, and for a finger more room around them. */
export function rowHeight(): number {
  const line = 1.4 * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
  return Math.round(2 * line * 0.9375 + (window.matchMedia('(pointer: coarse)').matches ? 20 : 14))
}
