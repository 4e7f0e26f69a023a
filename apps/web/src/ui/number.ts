/** How a count is written, everywhere. */
export function countText(count: number): string {
  return count.toLocaleString('en')
}
