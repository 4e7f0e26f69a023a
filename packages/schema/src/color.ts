/**
 * What colours are to eyes: the contrast that WCAG asks for, how far apart two look, also to the colour-blind, and
 * whether one will do for a kind on the page. The page's own colours stand in tokens.css; those that the rule is about
 * are said again here, because the server cannot read a style sheet, and a test holds the two together.
 */
import type { Kind } from './labelset.ts'

export const themes = ['light', 'dark'] as const

export type Theme = (typeof themes)[number]

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
  const [one, other] = [labOf(a), labOf(b)]
  return Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2])
}

function labOf(color: Triple): Triple {
  const l = Math.cbrt(dot([0.4122214708, 0.5363325363, 0.0514459929], color))
  const m = Math.cbrt(dot([0.2119034982, 0.6806995451, 0.1073969566], color))
  const s = Math.cbrt(dot([0.0883024619, 0.2817188376, 0.6299787005], color))
  return [
    dot([0.2104542553, 0.793617785, -0.0040720468], [l, m, s]),
    dot([1.9779984951, -2.428592205, 0.4505937099], [l, m, s]),
    dot([0.0259040371, 0.7827717662, -0.808675766], [l, m, s]),
  ]
}

/** The colour as #rrggbb; null for one that no screen of sRGB can show. */
function hexOf([lightness, a, b]: Triple): string | null {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  const channels = [
    dot([4.0767416621, -3.3077115913, 0.2309699292], [l, m, s]),
    dot([-1.2684380046, 2.6097574011, -0.3413193965], [l, m, s]),
    dot([-0.0041960863, -0.7034186147, 1.707614701], [l, m, s]),
  ].map((value) => (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055))
  if (channels.some((value) => value < -0.001 || value > 1.001)) return null
  const bytes = channels.map((value) => Math.round(255 * Math.min(1, Math.max(0, value))))
  return `#${bytes.map((value) => value.toString(16).padStart(2, '0')).join('')}`
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

/** How much of a kind's tint and of somebody's selection covers what is below, and what lies behind words. */
export const pageColors = {
  light: {
    paper: '#fcfbf8',
    ink: '#1d2126',
    hover: '#f3dfa0',
    selected: '#ffd86b',
    draft: '#c3d8ff',
    tintShare: 0.13,
    peerShare: 0.26,
  },
  dark: {
    paper: '#14171a',
    ink: '#eceae4',
    hover: '#443b15',
    selected: '#594806',
    draft: '#294278',
    tintShare: 0.22,
    peerShare: 0.6,
  },
} as const satisfies Record<Theme, Record<string, string | number>>

/** The colours of people, the same in both themes. */
export const personColors = [
  '#8a4b00',
  '#0b6b57',
  '#4b4ba8',
  '#9c2463',
  '#2f6a1f',
  '#1d5f96',
  '#7a3ea3',
  '#a33620',
  '#5c6200',
  '#00666e',
  '#6d4c41',
  '#44546a',
] as const

/** What WCAG asks for between words and what is behind them, and between a line and what is beside it. */
export const leastContrast = { words: 4.5, lines: 3 } as const

type Colored = Pick<Kind, 'id' | 'label' | 'color'>

export interface Ground {
  /** What one would call it. */
  name: string
  color: string
}

/** Everything on which the line of a kind is drawn: the paper, what is highlighted, and the tints of all kinds. */
export function groundsOf(kinds: readonly Colored[], theme: Theme): Ground[] {
  const { paper, hover, selected, draft, tintShare } = pageColors[theme]
  return [
    { name: 'the page', color: paper },
    { name: 'a mark under the pointer', color: hover },
    { name: 'the selected mark', color: selected },
    { name: 'selected words', color: draft },
    ...kinds.map(({ label, color }) => ({
      name: `the tint of “${label}”`,
      color: over(paper, color[theme], tintShare),
    })),
  ]
}

export interface ColorFlaw {
  theme: Theme
  /** What it cannot be told from. */
  on: string
  contrast: number
  needs: number
}

/**
 * What is wrong with the colour of a kind among these kinds, of which it may be one; the worst first. Its line must be
 * seen wherever it is drawn, its name be read on the page, and words be read through its tint, also where somebody else
 * has selected them.
 */
export function colorFlaws(kind: Colored, kinds: readonly Colored[], theme: Theme): ColorFlaw[] {
  const { paper, ink, tintShare, peerShare } = pageColors[theme]
  const color = kind.color[theme]
  const all = kinds.some(({ id }) => id === kind.id) ? kinds : [...kinds, kind]
  const tint = over(paper, color, tintShare)
  const asked: { on: string; contrast: number; needs: number }[] = [
    { on: 'the page, as words', contrast: contrast(color, paper), needs: leastContrast.words },
    ...groundsOf(all, theme).map(({ name, color: ground }) => ({
      on: name,
      contrast: contrast(color, ground),
      needs: leastContrast.lines,
    })),
    { on: 'the words over its tint', contrast: contrast(ink, tint), needs: leastContrast.words },
    ...personColors.map((person) => ({
      on: 'the words over its tint, selected by somebody',
      contrast: contrast(ink, over(tint, person, peerShare)),
      needs: leastContrast.words,
    })),
  ]
  return asked
    .filter((one) => one.contrast < one.needs)
    .map((one) => ({ theme, ...one }))
    .sort((a, b) => a.contrast / a.needs - b.contrast / b.needs)
}

/** The colour nearest to that of the kind which will do, with its hue if there is one; null where none will. */
export function nearestColor(kind: Colored, kinds: readonly Colored[], theme: Theme): string | null {
  const wanted = kind.color[theme]
  const others = kinds.filter(({ id }) => id !== kind.id)
  const willDo = (hex: string) => {
    const tried = { ...kind, color: { ...kind.color, [theme]: hex } }
    return colorFlaws(tried, [...others, tried], theme).length === 0
  }
  if (willDo(wanted)) return wanted
  const [lightness, a, b] = labOf(linear(wanted))
  const found: { hex: string; away: number }[] = []
  for (let l = 0; l <= 1.0001; l += 0.01)
    for (let share = 1; share >= -0.001; share -= 0.1) {
      const lab: Triple = [l, a * share, b * share]
      const hex = hexOf(lab)
      // A hue that is given up is missed more than a shade.
      if (hex) found.push({ hex, away: Math.hypot(l - lightness, 2 * (1 - share) * Math.hypot(a, b)) })
    }
  found.sort((one, other) => one.away - other.away)
  return found.find(({ hex }) => willDo(hex))?.hex ?? null
}

/** Two colours closer than this look alike to somebody. */
const LOOK_ALIKE = 0.1

/** Kinds of the same pattern whose colours somebody cannot tell apart, with whose eyes; colour is all that parts them. */
export function lookAlikes(
  kinds: readonly (Colored & Pick<Kind, 'pattern'>)[],
): { one: string; other: string; theme: Theme; eye: string }[] {
  return kinds.flatMap((one, i) =>
    kinds.slice(i + 1).flatMap((other) => {
      if (one.pattern !== other.pattern) return []
      for (const theme of themes)
        for (const eye of Object.keys(eyes))
          if (distance(seenBy(eye, one.color[theme]), seenBy(eye, other.color[theme])) < LOOK_ALIKE)
            return [{ one: one.id, other: other.id, theme, eye }]
      return []
    }),
  )
}
