/** How well what was typed fits a name: a person types the beginnings of words, or a few letters of them. */

/** Higher fits better; null fits not at all. Nothing typed fits everything alike. */
export function rank(typed: string, name: string, alsoKnownAs = ''): number | null {
  const words = plain(typed).split(/\s+/u).filter(Boolean)
  const [main, other] = [plain(name), plain(alsoKnownAs)]
  let sum = 0
  for (const word of words) {
    const best = Math.max(fit(word, main), fit(word, other) * 0.6)
    if (best === 0) return null
    sum += best
  }
  // Of two that fit alike, the shorter name is the more likely one.
  return sum - Math.min(main.length, 99) / 100
}

function fit(word: string, text: string): number {
  if (text.startsWith(word)) return 100
  const words = text.split(/[^\p{L}\p{N}]+/u).filter(Boolean)
  if (words.some((one) => one.startsWith(word))) return 80
  if (text.includes(word)) return 50
  if (word.length < 2) return 0
  if (isIn(word, words.map((one) => one.charAt(0)).join(''))) return 40
  return word.length > 2 && isIn(word, text) ? 10 : 0
}

/** Whether the letters come in this order, with whatever between them. */
function isIn(letters: string, text: string): boolean {
  let from = 0
  for (const letter of letters) {
    const at = text.indexOf(letter, from)
    if (at < 0) return false
    from = at + 1
  }
  return true
}

function plain(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
}
