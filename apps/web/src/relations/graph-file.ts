/** The claim graph as an SVG file that needs nothing else: light, with every style written where it is used. */
import { createElement, Fragment } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import type { ArticleRoom } from '../live/article-room.ts'
import { saveFile } from '../ui/save-file.ts'
import { PartPicture } from './GraphPicture.tsx'
import type { Layout } from './use-layout.ts'
import { graphWords as words } from './wording.ts'

const SVG = 'http://www.w3.org/2000/svg'
// What no XML file may have in it, in whatever form: with it nothing could read the file.
const NOT_XML = /[^\t\n\r\u{20}-\u{fffd}\u{10000}-\u{10ffff}]/gu
const written = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linecap',
  'font-family',
  'font-size',
  'font-weight',
] as const

/** Lets the browser save it. */
export function saveGraph(room: ArticleRoom, layout: Layout): void {
  const name = words
    .file(room.page.title)
    .replaceAll(/[^\p{L}\p{N} .-]+/gu, '')
    .slice(0, 80)
  saveFile(new Blob([graphFile(room, layout)], { type: 'image/svg+xml' }), `${name}.svg`)
}

export function graphFile(room: ArticleRoom, { placed, width, height }: Layout): string {
  const host = document.body.appendChild(document.createElement('div'))
  // Dark is for screens; on paper and in slides it is light.
  host.style.cssText =
    'color-scheme: light; position: absolute; visibility: hidden; inset-block-start: 0; width: 0; height: 0; overflow: hidden'
  const svg = host.appendChild(document.createElementNS(SVG, 'svg'))
  const root = createRoot(svg)
  try {
    const parts = placed.map((part) =>
      createElement(PartPicture, { key: part.part.id, room, part, hot: null, selected: null, active: null }),
    )
    flushSync(() => root.render(createElement(Fragment, null, parts)))
    const file = svg.cloneNode(true) as SVGSVGElement
    const [shown, copied] = [svg.querySelectorAll('*'), file.querySelectorAll('*')]
    for (const [i, element] of [...shown].entries()) writeStyle(element, copied[i])
    file.setAttribute('viewBox', `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`)
    file.setAttribute('width', String(Math.ceil(width)))
    file.setAttribute('height', String(Math.ceil(height)))
    const title = document.createElementNS(SVG, 'title')
    title.textContent = `${words.title}: ${room.page.title}`
    const ground = document.createElementNS(SVG, 'rect')
    for (const [name, value] of [
      ['width', '100%'],
      ['height', '100%'],
      ['fill', '#ffffff'],
    ] as const)
      ground.setAttribute(name, value)
    file.prepend(title, ground)
    return new XMLSerializer().serializeToString(file).replaceAll(NOT_XML, '')
  } finally {
    root.unmount()
    host.remove()
  }
}

function writeStyle(shown: Element, copy: Element | undefined): void {
  if (!copy) return
  const style = getComputedStyle(shown)
  for (const name of ['class', 'style', 'data-none', 'data-selected', 'data-faint']) copy.removeAttribute(name)
  if (copy.localName === 'g' || copy.localName === 'title') return
  for (const name of written) copy.setAttribute(name, style.getPropertyValue(name))
}
