/** Starts Recogito's text annotator as its documentation does, and offers it to the gauges. */
const { renderer, text, spans, spots, start } = await (await fetch('/load.json')).json()
const container = document.querySelector('#text')
let hovers = 0
let hoversBefore = 0
let shownBefore = 0
let isReady = false

// Its offsets count the text content, where our markup has a line feed between paragraphs just as the text has.
const makeOne = (id, [start, end]) => ({
  id,
  bodies: [],
  target: { annotation: id, selector: [{ start, end, quote: text.slice(start, end) }] },
})

const annotator = RecogitoJS.createTextAnnotator(container, {
  renderer,
  style: (_, state) => {
    if (state?.hovered) hovers++
    return state?.hovered ? { fill: '#0055ff', fillOpacity: 0.5 } : { fill: '#00aa55', fillOpacity: 0.2 }
  },
})
annotator.setAnnotations(spans.map((span, i) => makeOne(`mark-${i}`, span)))
isReady = true

function shown() {
  if (renderer === 'SPANS') return document.querySelectorAll('.r6o-annotation').length
  return [...CSS.highlights.values()].reduce((sum, one) => sum + one.size, 0)
}

function placeOf(offset) {
  const walker = document.createTreeWalker(container, NodeFilter.SHOW_TEXT)
  let left = offset
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (left < node.length) return { node, left }
    left -= node.length
  }
  return null
}

window.bench = {
  isPainted: () => isReady && (spans.length === 0 || shown() > 0),
  add(step) {
    shownBefore = shown()
    const from = start + 3 + step * 9
    annotator.addAnnotation(makeOne(`added-${step}`, [from, from + 11]))
  },
  isAdded: () => shown() > shownBefore,
  spotAt(step) {
    const place = spots[step] === undefined ? null : placeOf(spots[step])
    if (!place) return null
    const range = document.createRange()
    range.setStart(place.node, place.left)
    range.setEnd(place.node, place.left + 1)
    const { left, top, width, height } = range.getBoundingClientRect()
    return top + height < innerHeight ? { x: left + width / 2, y: top + height / 2 } : null
  },
  beforeHover() {
    hoversBefore = hovers
  },
  isHovered: () => hovers > hoversBefore,
}
