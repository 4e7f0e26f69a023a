/** What colours are to eyes: the contrast that WCAG asks for, and how far apart two look, also to the colour-blind. */

type Triple = readonly [number, number, number]

/** How linear RGB is seen: Machado, Oliveira and Fernandes 2009, full severity. */
export const eyes: Record<string, readonly [Triple, Triple, Triple]> = {
  'full colour vision': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
}

function linear(hex: string): Triple {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return [channel(1), channel(3), channel(5)]
}

/** WCAG 2.2. */
export function contrast(a: string, b: string): number {
  const luminance = (hex: string) => dot([0.2126, 0.7152, 0.0722], linear(hex))
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

export function seenBy(eye: string, hex: string): Triple {
  const rows = eyes[eye]
  if (!rows) throw new RangeError(`no such eye: ${eye}`)
  const channel = (row: Triple) => Math.min(1, Math.max(0, dot(row, linear(hex))))
  return [channel(rows[0]), channel(rows[1]), channel(rows[2])]
}

/** Euclidean distance in OKLab, where 0.02 is about the least that can be seen side by side. */
export function distance(a: Triple, b: Triple): number {
  const lab = (color: Triple): Triple => {
    const l = Math.cbrt(dot([0.4122214708, 0.5363325363, 0.0514459929], color))
    const m = Math.cbrt(dot([0.2119034982, 0.6806995451, 0.1073969566], color))
    const s = Math.cbrt(dot([0.0883024619, 0.2817188376, 0.6299787005], color))
    return [
      dot([0.2104542553, 0.793617785, -0.0040720468], [l, m, s]),
      dot([1.9779984951, -2.428592205, 0.4505937099], [l, m, s]),
      dot([0.0259040371, 0.7827717662, -0.808675766], [l, m, s]),
    ]
  }
  const [one, other] = [lab(a), lab(b)]
  return Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2])
}

function dot(a: Triple, b: Triple): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/** What is seen where a colour lies over another that shows through: `share` is how much of it there is, up to 1. */
export function over(below: string, color: string, share: number): string {
  const mixed = [1, 3, 5].map((at) => {
    const [under, above] = [below, color].map((hex) => Number.parseInt(hex.slice(at, at + 2), 16)) as [number, number]
    return Math.round(above * share + under * (1 - share))
  })
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`
}
