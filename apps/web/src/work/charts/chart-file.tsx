/** A picture of the dashboard as an SVG file that needs nothing else: light, with every style written where it is used. */
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import { textWidth } from '../../ui/text-width.ts'
import { chartWords as words } from '../wording.ts'
import type { ChartProps } from './Chart.tsx'
import styles from './charts.module.css'
import { fillOf } from './Drawing.tsx'

const SVG = 'http://www.w3.org/2000/svg'
const WIDTH = 800
const MARGIN = 24
// What no XML file may have in it, in whatever form: with it nothing could read the file.
const NOT_XML = /[^\t\n\r\u{20}-\u{fffd}\u{10000}-\u{10ffff}]/gu
const written = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'color',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
] as const

type FileProps = Pick<
  ChartProps,
  'title' | 'hint' | 'axis' | 'data' | 'series' | 'draw' | 'hasEvents' | 'keyOf' | 'note'
>

export function chartFile({ title, hint, axis, data, series, draw, hasEvents, keyOf, note }: FileProps): string {
  const host = document.body.appendChild(document.createElement('div'))
  // Dark is for screens; on paper and in slides it is light.
  host.style.cssText =
    'color-scheme: light; position: absolute; visibility: hidden; inset-block-start: 0; width: 0; height: 0; overflow: hidden'
  const svg = host.appendChild(document.createElementNS(SVG, 'svg'))
  svg.setAttribute('class', styles['svg'] ?? '')
  const root = createRoot(svg)
  try {
    const id = 'chart'
    const drawn = draw({ id, data, series, width: WIDTH - 2 * MARGIN, active: null, axis })
    const keys = [...series.map(({ name }) => name), ...(hasEvents ? [words.reviews] : [])]
    const rows = Math.ceil(keys.length / KEYS_A_ROW)
    const told = [hint, note ?? ''].flatMap((text) => linesOf(text))
    const more = Math.max(0, told.length - 1) * HINT_LINE
    const top = MARGIN + 52 + more + (keys.length > 1 ? rows * 22 : 0)
    const height = top + drawn.height + MARGIN
    const wide = Math.max(WIDTH, drawn.width + 2 * MARGIN)
    flushSync(() =>
      root.render(
        <>
          <text x={MARGIN} y={MARGIN + 14} className={styles['fileTitle']}>
            {title}
          </text>
          {told.map((line, i) => (
            <text key={line} x={MARGIN} y={MARGIN + 34 + i * HINT_LINE} className={styles['fileHint']}>
              {line}
            </text>
          ))}
          {keys.length > 1 &&
            keys.map((name, i) => {
              const x = MARGIN + (i % KEYS_A_ROW) * ((WIDTH - 2 * MARGIN) / KEYS_A_ROW)
              const y = MARGIN + 46 + more + Math.floor(i / KEYS_A_ROW) * 22
              const one = series[i]
              return (
                <g key={one ? `series ${one.id}` : 'events'}>
                  {one && keyOf ? (
                    <g transform={`translate(${x} ${y - 1})`}>{keyOf(one)}</g>
                  ) : one ? (
                    <rect
                      x={x}
                      y={y}
                      width={20}
                      height={12}
                      fill={fillOf(id, one.id)}
                      stroke={one.color}
                      className={styles['part']}
                    />
                  ) : (
                    <path className={styles['event']} d={`M${x + 10} ${y + 1}l5 5l-5 5l-5 -5z`} />
                  )}
                  <text x={x + 26} y={y + 10} className={styles['name']}>
                    {name.length > 22 ? `${name.slice(0, 21).toWellFormed()}…` : name}
                  </text>
                </g>
              )
            })}
          <g transform={`translate(${MARGIN} ${top})`}>{drawn.svg}</g>
        </>,
      ),
    )
    const file = svg.cloneNode(true) as SVGSVGElement
    file.removeAttribute('class')
    const [shown, copied] = [svg.querySelectorAll('*'), file.querySelectorAll('*')]
    for (const [i, element] of [...shown].entries()) writeStyle(element, copied[i])
    file.setAttribute('viewBox', `0 0 ${wide} ${height}`)
    file.setAttribute('width', String(wide))
    file.setAttribute('height', String(height))
    const name = document.createElementNS(SVG, 'title')
    name.textContent = title
    const ground = document.createElementNS(SVG, 'rect')
    for (const [key, value] of [
      ['width', '100%'],
      ['height', '100%'],
      ['fill', '#ffffff'],
    ] as const)
      ground.setAttribute(key, value)
    file.prepend(name, ground)
    return new XMLSerializer().serializeToString(file).replaceAll(NOT_XML, '')
  } finally {
    root.unmount()
    host.remove()
  }
}

const KEYS_A_ROW = 4
const HINT_LINE = 16
/** Somewhat wider than it will be in most fonts: a reader of the file may have others. */
const HINT_FONT = '400 12px system-ui, sans-serif'

/** SVG does not wrap its text. */
function linesOf(text: string): string[] {
  const lines: string[] = []
  for (const word of text.split(' ').filter(Boolean)) {
    const longer = `${lines.at(-1) ?? ''} ${word}`.trim()
    if (lines.length > 0 && textWidth(longer, HINT_FONT) <= WIDTH - 2 * MARGIN - 40) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}

function writeStyle(shown: Element, copy: Element | undefined): void {
  if (!copy) return
  const style = getComputedStyle(shown)
  for (const name of ['class', 'style', 'data-active', 'data-full', 'data-anchor']) copy.removeAttribute(name)
  if (['g', 'defs', 'pattern'].includes(copy.localName)) return
  for (const name of written) {
    // A pattern is found by its address in the file, not by the one in the page.
    if (name === 'fill' && shown.getAttribute('fill')?.startsWith('url(')) continue
    copy.setAttribute(name, style.getPropertyValue(name))
  }
}

/** Lets the browser save it. */
export function save(name: string, type: string, text: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type }))
  link.download = name.replaceAll(/[^\p{L}\p{N} .-]+/gu, '').slice(0, 80)
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
