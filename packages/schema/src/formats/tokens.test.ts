import { expect, it } from 'vitest'
import { cutAt, sentencesOf, tokensOf, tokensUnder } from './tokens.ts'

const words = (text: string, spans: readonly (readonly [number, number])[]) => spans.map((span) => text.slice(...span))

it('has words and signs as tokens, and blanks of whatever kind as none', () => {
  const text = '\u00a0He said: “no” 👩‍🚀\u2028\t\u0301漢字 don’t\r\n'
  expect(words(text, tokensOf(text))).toEqual(['He', 'said', ':', '“', 'no', '”', '👩‍🚀', '\u0301', '漢字', 'don’t'])
})

it('makes tokens of those blanks that a span begins or ends in, and of what comes before all others', () => {
  const text = '\n a  b c '
  const touched = (spans: [number, number][]) => words(text, tokensUnder(text, spans))
  expect(touched([])).toEqual(['\n ', 'a', 'b', 'c'])
  expect(touched([[3, 6]])).toEqual(['\n ', 'a', '  ', 'b', 'c'])
  expect(touched([[2, 4]])).toEqual(['\n ', 'a', '  ', 'b', 'c'])
  expect(touched([[5, 9]])).toEqual(['\n ', 'a', 'b', 'c', ' '])
  expect(words('  a', tokensUnder('  a', []))).toEqual(['a'])
  expect(words(' \n', tokensUnder(' \n', []))).toEqual([' \n'])
})

it('cuts tokens where a border is, and nowhere else', () => {
  expect(
    cutAt(
      [
        [0, 4],
        [5, 8],
      ],
      [0, 1, 1, 3, 4, 5, 6, 9],
    ),
  ).toEqual([
    [0, 1],
    [1, 3],
    [3, 4],
    [5, 6],
    [6, 8],
  ])
})

it('has the tokens of each sentence together', () => {
  const text = 'He said no. She!\nAnd then… a\u2029b'
  const sentences = sentencesOf(text, tokensOf(text))
  expect(sentences.map((tokens) => words(text, tokens).join('|'))).toEqual([
    'He|said|no|.',
    'She|!',
    'And|then|…|a',
    'b',
  ])
})

it('has tokens of a megabyte in a moment', () => {
  const text = 'A b. '.repeat(200_000)
  expect(sentencesOf(text, tokensUnder(text, [[1, 2]]))).toHaveLength(200_000)
})
