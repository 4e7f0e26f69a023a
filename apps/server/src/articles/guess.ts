/** What can be told of a text by looking at it: language, direction, the day it was published. All of it may be wrong. */
import type { ArticleContent } from '@attest/schema/article'

/** So much of a text is looked at. */
const SAMPLE = 20_000

/** Frequent words that few neighbours share. */
const words: Readonly<Record<string, string>> = {
  en: 'the and of to in that is was for with his on has he by are from they have which',
  de: 'der die und das den von ist mit nicht ein eine zu dem sich auf für wird auch als des',
  fr: 'le la les des et en du une est dans que pour qui pas sur au par il avec sont',
  es: 'el la los las de que y en un una por con para del se es su al como más',
  pt: 'o os as de que e em um uma para com não do da no na por mais dos foi',
  it: 'il la di che e un una per con non del della sono gli le nel alla è anche dei',
  nl: 'de het een en van is dat op te zijn niet voor met aan er ook door bij naar maar',
  sv: 'och att det som en är av för på inte med till den har de ett om var från men',
  da: 'og det at en er af på ikke til som med den der for har de et var fra men',
  no: 'og det som en er av på ikke til med for har den de et var fra men om ble',
  fi: 'ja on ei se että hän oli ovat myös mutta kun kuin sen joka mukaan vuonna ole tai siitä',
  pl: 'i w na z się nie do że jest to o jak po od za przez przy ale był dla',
  cs: 'a v se na je že s z do o k i jako by ale pro při které podle jsou',
  sk: 'a v sa na je že s z do o k aj ako by ale pre pri ktoré podľa sú',
  hu: 'a az és hogy nem is egy meg ez volt csak már van de mint még el ki azt aki',
  ro: 'de și în la a cu pe care nu din o un să este mai pentru că prin au fost',
  tr: 've bir bu da de için ile olarak çok daha olan gibi var kadar sonra ama ise ne göre en',
  hr: 'i u je na se da su za od s o kao koji što ne iz će nije bi sa',
  id: 'yang dan di itu dengan untuk tidak dari ini dalam pada akan juga oleh ke adalah telah karena bisa saat',
  vi: 'của và là các có được trong cho không một với người này đã những để khi về từ đến',
}

/** Scripts that one language, or one above all, is written in. */
const scripts: readonly (readonly [RegExp, string])[] = [
  [/\p{Script=Hebrew}/gu, 'he'],
  [/\p{Script=Greek}/gu, 'el'],
  [/\p{Script=Hangul}/gu, 'ko'],
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/gu, 'ja'],
  [/\p{Script=Han}/gu, 'zh'],
  [/\p{Script=Thai}/gu, 'th'],
  [/\p{Script=Devanagari}/gu, 'hi'],
  [/\p{Script=Bengali}/gu, 'bn'],
  [/\p{Script=Tamil}/gu, 'ta'],
  [/\p{Script=Georgian}/gu, 'ka'],
  [/\p{Script=Armenian}/gu, 'hy'],
  [/\p{Script=Ethiopic}/gu, 'am'],
]

/** Letters that only one of the languages of a script has; the last of each script is for texts without any. */
const letters: readonly (readonly [RegExp, readonly (readonly [RegExp, string])[]])[] = [
  [
    /\p{Script=Cyrillic}/gu,
    [
      [/ў/i, 'be'],
      [/[іїєґ]/i, 'uk'],
      [/ѓ|ќ|ѕ/i, 'mk'],
      [/[ђћџљњј]/i, 'sr'],
      [/[ыэ]/i, 'ru'],
      [/[ъ]/i, 'bg'],
      [/./, 'ru'],
    ],
  ],
  [
    /\p{Script=Arabic}/gu,
    [
      [/[ٹڈڑے]/, 'ur'],
      [/[پچژگ]/, 'fa'],
      [/./, 'ar'],
    ],
  ],
]

const dictionary = new Map<string, string[]>()
for (const [language, list] of Object.entries(words))
  for (const word of list.split(' ')) dictionary.set(word, [...(dictionary.get(word) ?? []), language])

/** The language of a text, as a tag; null when there is too little of it to tell. */
export function guessLanguage(text: string): string | null {
  const sample = text.slice(0, SAMPLE)
  const length = sample.match(/\p{L}/gu)?.length ?? 0
  if (length < 20) return null
  for (const [script, signs] of letters)
    if ((sample.match(script)?.length ?? 0) > length / 2) return signs.find(([sign]) => sign.test(sample))?.[1] ?? null
  for (const [script, language] of scripts) {
    const share = (sample.match(script)?.length ?? 0) / length
    // Japanese is written with Chinese characters as well, but not with them alone.
    if (share > (language === 'ja' ? 0.1 : 0.5)) return language
  }
  const scores = new Map<string, number>()
  let count = 0
  for (const [word] of sample.toLowerCase().matchAll(/[\p{L}\p{M}]+/gu)) {
    count++
    const among = dictionary.get(word) ?? []
    for (const language of among) scores.set(language, (scores.get(language) ?? 0) + 1 / among.length)
  }
  const [best, second] = [...scores].sort((a, b) => b[1] - a[1])
  if (!best || best[1] < 3 || best[1] < count * 0.04) return null
  return best[1] >= (second?.[1] ?? 0) * 1.15 ? best[0] : null
}

/** The tag in its usual spelling, with `_` taken for `-` as many files have it; null when it is none. */
export function languageTag(tag: string | null | undefined): string | null {
  const given = tag?.trim().replaceAll('_', '-').split(/[,;]/, 1)[0] ?? ''
  if (given === '' || given.length > 35) return null
  try {
    return Intl.getCanonicalLocales(given)[0] ?? null
  } catch {
    return null
  }
}

const rightToLeft =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/gu

/** By what most of the letters are; left to each paragraph when there are none. */
export function guessDirection(text: string): ArticleContent['direction'] {
  const sample = text.slice(0, SAMPLE)
  const letters = sample.match(/\p{L}/gu)?.length ?? 0
  if (letters === 0) return 'auto'
  return (sample.match(rightToLeft)?.length ?? 0) > letters / 2 ? 'rtl' : 'ltr'
}

const months = 'january february march april may june july august september october november december'.split(' ')
const monthName = `(${months.map((name) => `${name.slice(0, 3)}(?:${name.slice(3)})?`).join('|')})`
const dayFirst = new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)?[ .]{1,2}${monthName}\\.?,? (\\d{4})\\b`, 'i')
const monthFirst = new RegExp(`\\b${monthName}\\.? (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})\\b`, 'i')

/**
 * The first day that the words name, as 2015-10-01; null when they name none, or one that can be read in two ways, as
 * 01/02/2015.
 */
export function findDate(words: string): string | null {
  const found: { at: number; date: string | null }[] = []
  const iso = /(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)/.exec(words)
  if (iso) found.push({ at: iso.index, date: dateOf(iso[1], iso[2], iso[3]) })
  const day = dayFirst.exec(words)
  if (day) found.push({ at: day.index, date: dateOf(day[3], monthNumber(day[2]), day[1]) })
  const month = monthFirst.exec(words)
  if (month) found.push({ at: month.index, date: dateOf(month[3], monthNumber(month[1]), month[2]) })
  const dotted = /(?<!\d)(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)/.exec(words)
  if (dotted) found.push({ at: dotted.index, date: dateOf(dotted[3], dotted[2], dotted[1]) })
  const slashed = /(?<!\d)(\d{1,2})\/(\d{1,2})\/(\d{4})(?!\d)/.exec(words)
  if (slashed) {
    const [, a, b, year] = slashed
    if (Number(a) > 12) found.push({ at: slashed.index, date: dateOf(year, b, a) })
    else if (Number(b) > 12) found.push({ at: slashed.index, date: dateOf(year, a, b) })
  }
  const slashedIso = /(?<!\d)(\d{4})\/(\d{2})\/(\d{2})(?!\d)/.exec(words)
  if (slashedIso) found.push({ at: slashedIso.index, date: dateOf(slashedIso[1], slashedIso[2], slashedIso[3]) })
  const chinese = /(\d{4})年(\d{1,2})月(\d{1,2})日/.exec(words)
  if (chinese) found.push({ at: chinese.index, date: dateOf(chinese[1], chinese[2], chinese[3]) })
  return found.filter(({ date }) => date !== null).sort((a, b) => a.at - b.at)[0]?.date ?? null
}

function monthNumber(name: string | undefined): string {
  return String(months.findIndex((month) => month.startsWith(name?.toLowerCase().slice(0, 3) ?? '?')) + 1)
}

function dateOf(year: string | undefined, month: string | undefined, day: string | undefined): string | null {
  const [y, m, d] = [Number(year), Number(month), Number(day)]
  const date = new Date(Date.UTC(y, m - 1, d))
  // The 31st of February would become a day in March.
  if (y < 1500 || y > 2200 || date.getUTCMonth() !== m - 1 || date.getUTCDate() !== d) return null
  return date.toISOString().slice(0, 10)
}

/** Cut between two characters, with dots, when it is longer than so many code units. */
export function shorten(words: string, length: number): string {
  if (words.length <= length) return words
  let short = ''
  for (const { segment } of new Intl.Segmenter('und').segment(words.slice(0, length * 2))) {
    if (short.length + segment.length >= length) break
    short += segment
  }
  return `${short.trimEnd()}…`
}
