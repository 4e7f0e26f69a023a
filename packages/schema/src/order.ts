/** By UTF-16 code units: no locale, because two machines must agree. */
export function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
