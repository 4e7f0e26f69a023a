import { describe, expect, it } from 'vitest'
import { type ArticleContent, blocksOf, flawOf, hashText } from './article.ts'
import { keepFormat, Revised } from './reanchor.ts'
import { isGraphemeBoundary, misfit, quotesOf, type Span, snapToGraphemes } from './span.ts'

/** What became of the words between the brackets; those of the new text that are sure or proposed. */
function follow(before: string, after: string): string {
  const [start, end] = [before.indexOf('['), before.indexOf(']') - 1]
  const place = new Revised(before.replace(/[[\]]/g, ''), after).place([[start, end]])
  if (place.is === 'sure') return `sure: ${quotesOf(after, place.spans).join(' … ')}`
  const proposals = place.proposals.map((spans) => quotesOf(after, spans).join(' … '))
  return [place.reason, ...proposals].join(': ')
}

/** Draws the same numbers for the same seed. */
function chance(seed: number) {
  let state = seed
  const next = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  return { next, pick: <T>(all: readonly T[]): T => all[next(all.length)] as T }
}

describe('a mark in a new revision', () => {
  it('stays on its words when others around it change', () => {
    expect(follow('He saw [the old dog] there.', 'Yesterday he saw the old dog over there.')).toBe('sure: the old dog')
  })

  it('goes with a paragraph that was moved', () => {
    const [one, two, three] = ['First of all, the weather was fine.', 'Then the bridge fell down.', 'Nobody was hurt.']
    const before = [one, two, three, 'The end.'].join('\n').replace('the bridge fell', '[the bridge fell]')
    expect(follow(before, [one, three, 'The end.', two].join('\n'))).toBe('sure: the bridge fell')
  })

  it('is doubtful where its words were changed, with what became of them', () => {
    expect(follow('They say [the red house burned] down.', 'They say the blue house burned down.')).toBe(
      'changed: the blue house burned',
    )
  })

  it('is offered what took the place of its words, also when none of them was kept', () => {
    expect(follow('Reports of [casualties] came.', 'Reports of dead people came.')).toBe('changed: dead people')
    expect(follow('Now [Russian jets] flew.', 'Now Syrian jets flew.')).toBe('changed: Syrian jets')
    expect(follow('Now [they flew] away.', 'Now they drove away.')).toBe('changed: they drove')
  })

  it('is doubtful where its words are gone', () => {
    expect(follow('One thing. [Another thing entirely.] A third.', 'One thing. A third.')).toBe('gone')
  })

  it('does not go to the same words elsewhere that were there before', () => {
    expect(
      follow(
        'Paris, 3 May. [The minister declined to comment.] Later on.\nThe minister declined to comment.',
        'Paris, 3 May. Later on.\nThe minister declined to comment.',
      ),
    ).toBe('gone: The minister declined to comment.')
  })

  it('is doubtful where its words now stand in several places', () => {
    const [one, two] = ['One.\nAlpha beta gamma.', 'Delta epsilon zeta!\nTwo.']
    const said = follow(
      `${one}\n[the very same words]\n${two}`,
      `the very same words\n${one}\n${two}\nthe very same words`,
    )
    expect(said).toBe('ambiguous: the very same words: the very same words')
  })

  it('is doubtful when a sign was put on its last letter', () => {
    expect(follow('a [cafe] b', 'a cafe\u0301 b')).toMatch(/^(changed|gone)/)
  })

  it('keeps parts that belong together in their order, or asks', () => {
    const before = 'He says that, so far, nothing has happened here.'
    const parts: Span[] = [
      [0, 7],
      [22, 34],
    ]
    expect(new Revised(before, `Now. ${before}`).place(parts)).toEqual({
      is: 'sure',
      spans: [
        [5, 12],
        [27, 39],
      ],
    })
    expect(new Revised(before, before.replace('nothing', 'something')).place(parts)).toMatchObject({ is: 'doubtful' })
  })

  it('takes CRLF that became LF for the same lines', () => {
    expect(follow('One.\r\nThe [second line] here.\r\nThree.', 'One.\nThe second line here.\nThree.')).toBe(
      'sure: second line',
    )
  })

  it('works in scripts without blanks, from right to left, and with emoji', () => {
    expect(follow('昨日、[犬が走った]。終わり。', '昨日の朝、犬が走った。終わり。')).toBe('sure: 犬が走った')
    expect(follow('قال إن [الجسر انهار] أمس.', 'وقد قال إن الجسر انهار أمس.')).toBe('sure: الجسر انهار')
    expect(follow('Look [👩‍👩‍👧 here] now', 'Oh look 👩‍👩‍👧 here now')).toBe('sure: 👩‍👩‍👧 here')
  })
})

const pieces = [
  ...[
    'the dog',
    'a cat',
    'said',
    'Paris',
    'not',
    '1917',
    '“no”',
    'the dog',
    'e\u0301te\u0301',
    '👩‍👩‍👧',
    '🇫🇷🇩🇪',
    'الجسر',
    '犬が',
    'שלום',
  ],
  ...[' ', ' ', ' ', '. ', ', ', '\n', '\n', '\r\n', '\u0301', '\u200d'],
]

function draw(seed: number) {
  const { next, pick } = chance(seed)
  const list = Array.from({ length: 5 + next(60) }, () => pick(pieces))
  const before = list.join('')
  const edited = [...list]
  for (let edits = next(8); edits > 0; edits--) {
    const at = next(edited.length + 1)
    const what = next(4)
    if (what === 0) edited.splice(at, 1 + next(3))
    else if (what === 1) edited.splice(at, 0, pick(pieces), pick(pieces))
    else if (what === 2) edited.splice(at, 1, pick(pieces))
    else edited.splice(next(edited.length + 1), 0, ...edited.splice(at, 1 + next(6)))
  }
  const spans: Span[] = Array.from({ length: 12 }, () => {
    const start = next(before.length)
    return snapToGraphemes(before, [start, Math.min(before.length, start + 1 + next(30))])
  }).filter(([start, end]) => start < end)
  return { before, after: edited.join(''), spans }
}

describe('whatever is changed', () => {
  const seeds = Array.from({ length: 400 }, (_, i) => i + 1)

  it('keeps every mark where nothing was', () => {
    for (const seed of seeds) {
      const { before, spans } = draw(seed)
      const same = new Revised(before, before)
      for (const span of spans) expect(same.place([span]), `seed ${seed}`).toEqual({ is: 'sure', spans: [span] })
    }
  })

  it('is only sure of the same words, and cuts no character in what it says', () => {
    let [sure, doubtful] = [0, 0]
    for (const seed of seeds) {
      const { before, after, spans } = draw(seed)
      if (after === '') continue
      const revised = new Revised(before, after)
      for (const span of spans) {
        const place = revised.place([span])
        if (place.is === 'sure') {
          sure++
          expect(quotesOf(after, place.spans), `seed ${seed}`).toEqual(quotesOf(before, [span]))
          expect(misfit(after, place.spans), `seed ${seed}`).toBe(null)
        } else {
          doubtful++
          for (const spans of place.proposals) {
            expect(misfit(after, spans), `seed ${seed}`).toBe(null)
            for (const [start, end] of spans) expect(start < end, `seed ${seed}`).toBe(true)
          }
        }
      }
    }
    expect(Math.min(sure, doubtful)).toBeGreaterThan(500)
  })

  it('tells a difference of which the one side is the old text, and the other the new', () => {
    for (const seed of seeds) {
      const { before, after } = draw(seed)
      const { difference } = new Revised(before, after).tell(10_000)
      const sides = { old: '', fresh: '' }
      const lines = before.split(/(?<=\n)/)
      let line = 0
      for (const part of difference) {
        if ('same' in part) {
          const text = lines.slice(line, line + part.same).join('')
          line += part.same
          sides.old += text
          sides.fresh += text
          continue
        }
        for (const { is, text } of part.paragraph) {
          if (is !== 'added') {
            sides.old += text
            line += text.split('\n').length - 1
          }
          if (is !== 'removed') sides.fresh += text
        }
      }
      expect(sides, `seed ${seed}`).toEqual({ old: before, fresh: after })
    }
  })
})

it('keeps headings and links whose words were kept', () => {
  const text = 'A title\nA heading\nSome linked words here.'
  const start = text.indexOf('linked')
  const old: ArticleContent = {
    title: 'A title',
    language: 'en',
    direction: 'auto',
    text,
    sha256: hashText(text),
    blocks: blocksOf(text).map((block, i) => (i === 1 ? { ...block, type: 'heading' } : block)),
    inlines: [{ type: 'link', start, end: start + 12, href: 'https://example.org' }],
  }
  const after = 'A title\nSomething new.\nA heading\nSome linked words there.'
  const kept = keepFormat(old, new Revised(text, after))
  expect(kept.blocks.map(({ type }) => type)).toEqual(['title', 'paragraph', 'heading', 'paragraph'])
  expect(kept.inlines.map((link) => after.slice(link.start, link.end))).toEqual(['linked words'])
  expect(flawOf({ ...old, ...kept, text: after, sha256: hashText(after) })).toBe(null)
})

// A megabyte with ten thousand marks takes two to three seconds on a quiet machine; the bound is for a busy one.
it('takes no longer than the text is long, also when every paragraph is another', { timeout: 60_000 }, () => {
  const { next, pick } = chance(7)
  const paragraph = () =>
    Array.from({ length: 40 + next(60) }, () => pick(['the', 'of', 'war', 'peace', `w${next(4000)}`])).join(' ')
  const paragraphs = Array.from({ length: 750 }, paragraph)
  const before = paragraphs.join('\n')
  const after = paragraphs.map((one) => one.replace(/ (\w+)$/, ' changed $1')).join('\n')
  expect(before.length).toBeGreaterThan(170_000)
  const from = performance.now()
  const revised = new Revised(before, after)
  let sure = 0
  for (let i = 0; i < 2500; i++) {
    const start = before.indexOf(' ', next(before.length - 200)) + 1
    const end = before.indexOf(' ', start + 10 + next(60))
    if (revised.place([[start, end]]).is === 'sure') sure++
    if (!isGraphemeBoundary(before, end)) throw new Error('the text has clusters')
  }
  expect(sure).toBeGreaterThan(2125)
  expect(performance.now() - from).toBeLessThan(20_000)
})
