/** How wide words are in a font (as CSS writes it), in pixels: SVG neither wraps nor shortens them. */
export function textWidth(text: string, font: string): number {
  if (!context) return text.length * 7
  // Reading the font back gives it as the browser would write it, so what was asked for is kept.
  if (asked !== font) {
    context.font = font
    asked = font
  }
  return context.measureText(text).width
}

/** The words, cut with an ellipsis where they would be wider than this. */
export function fitText(text: string, width: number, font: string): string {
  if (textWidth(text, font) <= width) return text
  let [fits, tooMany] = [0, text.length]
  while (tooMany - fits > 1) {
    const half = (fits + tooMany) >> 1
    if (textWidth(`${text.slice(0, half).trimEnd()}…`, font) <= width) fits = half
    else tooMany = half
  }
  return `${text.slice(0, fits).toWellFormed().trimEnd()}…`
}

let asked = ''
const context = typeof document === 'undefined' ? null : document.createElement('canvas').getContext('2d')
