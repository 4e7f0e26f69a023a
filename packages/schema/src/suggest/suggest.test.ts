import { describe, expect, it } from 'vitest'
import labels from '../../../../seeds/label-set.json' with { type: 'json' }
import { foreignTerm, type LabelSet, labelSetSchema } from '../labelset.ts'
import { misfit } from '../span.ts'
import { type SuggestedKind, suggest } from './suggest.ts'

const labelSet: LabelSet = labelSetSchema.parse(labels)

function found(kind: SuggestedKind, text: string) {
  return suggest(text, labelSet, { kinds: [kind] }).map(({ spans, attributes }) => ({
    words: text.slice(...spans[0]),
    ...attributes,
  }))
}

const words = (kind: SuggestedKind, text: string) => found(kind, text).map((one) => one.words)

describe('attributions', () => {
  const first = (text: string) => found('attribution', text)[0]

  it('finds who has said what stands before, and whether in so many words', () => {
    expect(first('“We have tested it,” said Margaret Ellis, the chief executive.')).toEqual({
      words: 'said Margaret Ellis, the chief executive',
      source: 'Margaret Ellis, the chief executive',
      cue: 'said',
      mode: 'direct',
    })
    expect(first('The water is “perfectly clean,” the board said.')).toMatchObject({
      words: 'the board said',
      mode: 'mixed',
    })
    expect(first('The water is clean, the board said.')).toMatchObject({ words: 'the board said', mode: 'indirect' })
  })

  it('takes whom it was told to along, and when', () => {
    expect(first('She told the Carrow Mercury on Tuesday that nothing was wrong.')).toMatchObject({
      words: 'She told the Carrow Mercury on Tuesday',
      addressee: 'the Carrow Mercury',
    })
  })

  it('marks the cue alone where an aside stands before it', () => {
    expect(first('Paul Whitaker, who resigned in April, confirmed that the emails were genuine.')).toMatchObject({
      words: 'confirmed',
      source: 'Paul Whitaker',
    })
  })

  it.each([
    ['According to the World Health Organization, it is safe.', 'According to the World Health Organization'],
    ['Ortega: “I will not resign.”', 'Ortega:'],
    ['The minister declined to comment.', 'The minister declined to comment'],
    ['It was the alleged culprit.', 'alleged'],
    ['Russia was accused of killing civilians.', 'accused of'],
    ['They rejected suggestions that files were deleted.', 'suggestions'],
    ['A poll appears to show that he is ahead.', 'A poll appears to show'],
  ])('finds the one in “%s”', (text, mark) => expect(words('attribution', text)).toEqual([mark]))

  it.each([
    'Moscow announced a bombing campaign.',
    'Putin added that both must establish a mechanism.',
    'BREAKING: Several people were hurt at the harbour today',
    'The report was read by everybody.',
    'The film shows at eight.',
  ])('finds none in “%s”', (text) => expect(words('attribution', text)).toEqual([]))

  it('bears quotation marks that lack the other half, or have another one', () => {
    expect(first('"Every bed is dead,” he said.')).toMatchObject({ words: 'he said', mode: 'direct' })
    expect(words('attribution', 'It is dead,” he said.\n“Nobody came, she added.')).toEqual(['he said', 'she added'])
  })
})

describe('denials', () => {
  it('goes from a verb of denying to the end of what it denies', () => {
    expect(
      found('denial', 'The board denied that waste had been dumped and dismissed the pictures as misleading.'),
    ).toEqual([
      { words: 'denied that waste had been dumped', mode: 'explicit', cue: 'denied', source: 'The board' },
      { words: 'dismissed the pictures as misleading', mode: 'discrediting', cue: 'dismissed', source: 'The board' },
    ])
  })

  it('takes the clause that calls something false, and knows who says so', () => {
    expect(found('denial', '“That is simply not true. It is a hoax,” Cole said.')).toContainEqual({
      words: 'It is a hoax',
      mode: 'discrediting',
      cue: 'hoax',
      source: 'Cole',
    })
    expect(words('denial', 'There is no evidence that it harmed anybody.')).toEqual([
      'There is no evidence that it harmed anybody',
    ])
    expect(found('denial', 'The troops neither planned nor carried out attacks, he added.')).toEqual([
      {
        words: 'The troops neither planned nor carried out attacks',
        mode: 'explicit',
        cue: 'neither … nor',
        source: 'he',
      },
    ])
  })

  it.each([
    'He was denied entry.',
    'Parliament rejected the bill.',
    'It was a false alarm.',
    'The shop was not open on Sunday.',
    'It is not a lie.',
    "She apologised for the minister's incorrect remarks.",
  ])('finds none in “%s”', (text) => expect(words('denial', text)).toEqual([]))
})

describe('citations', () => {
  it('takes glued addresses and the signature of a post as one, with its date', () => {
    expect(found('citation', 'Look http://t.co/aBpic.twitter.com/cD\n— RT (@RT_com) October 1, 2015')).toEqual([
      {
        words: 'http://t.co/aBpic.twitter.com/cD\n— RT (@RT_com) October 1, 2015',
        citation_type: 'social-post',
        outlet: 'RT',
        url: 'http://t.co/aB',
        date: '2015-10-01',
      },
    ])
  })

  it.each([
    ['It hit targets, Klimov said as cited by TASS.', 'as cited by TASS'],
    ['The Springvale Tribune reported it. He told the Tribune more.', 'The Springvale Tribune'],
    ['A 2019 report by the Marine Institute had warned.', 'A 2019 report by the Marine Institute'],
    ['A white paper by the Marine Institute had warned.', 'A white paper by the Marine Institute'],
    ['It stated in a press release on 14 October 2022 that all was well.', 'a press release on 14 October 2022'],
    ["Follow RT's LIVE UPDATES on the war", "RT's LIVE UPDATES on the war"],
  ])('finds the one in “%s”', (text, mark) => expect(words('citation', text)).toEqual([mark]))

  it.each(['Media reports say so.', 'The sun told us nothing.', 'We read the report by candlelight.'])(
    'finds none in “%s”',
    (text) => expect(words('citation', text)).toEqual([]),
  )
})

it('proposes only what the label set of the project has', () => {
  const text = 'The board denied it, he said. See https://a.example/b.'
  const small: LabelSet = {
    ...labelSet,
    kinds: labelSet.kinds
      .filter(({ id }) => id === 'attribution')
      .map((kind) => ({ ...kind, attributes: kind.attributes.filter(({ id }) => id === 'source') })),
    relations: [],
  }
  const got = suggest(text, small)
  expect(got.map(({ kind, attributes }) => [kind, attributes])).toEqual([['attribution', { source: 'he' }]])
  for (const one of suggest(text, labelSet)) expect(foreignTerm(one, labelSet)).toBeNull()
})

it('leaves out what is less sure than asked for', () => {
  const text = 'I never took it, he said. See https://a.example/b.'
  const all = suggest(text, labelSet)
  const most = Math.max(...all.map(({ score }) => score))
  expect(suggest(text, labelSet, { threshold: most }).length).toBeLessThan(all.length)
  expect(all.every(({ score }) => score > 0 && score < 1)).toBe(true)
})

it('bears any text, and proposes nothing that cuts a character', () => {
  const odd = [
    '👩‍👩‍👧 said “é\u0301, \u202e"abc" \u2028he said: “”” ',
    '”'.repeat(400),
    'denied '.repeat(2000),
    "a'".repeat(500),
    '\r\n: @ ( (@) ',
  ]
  for (const text of odd) for (const { spans } of suggest(text, labelSet)) expect(misfit(text, spans)).toBeNull()
})

it('does not look through a long row again for each of its words', () => {
  // The best of several: other work on the machine can only add to it.
  const row = (times: number) => {
    const text = 'he denied no evidence of “never is false: said that '.repeat(times)
    const took = Array.from({ length: 4 }, () => {
      const began = performance.now()
      suggest(text, labelSet)
      return performance.now() - began
    })
    return Math.min(...took)
  }
  // Four times as much would take sixteen times as long.
  expect(row(1600)).toBeLessThan(10 * Math.max(row(400), 30))
})
