/**
 * What refuses a claim in so many words: verbs of denying with what they deny, labels that brand something as false, “no
 * evidence that”, and negations in what somebody is given as saying. Whether a claim is there that they refuse is for a
 * person to see.
 */
import type { FoundAttribution } from './attributing.ts'
import {
  adverbs,
  assertions,
  branding,
  denying,
  disagreeing,
  discrediting,
  grounds,
  rejecting,
  reporting,
  withheld,
} from './lexicon.ts'
import { Phrases, type Reading, type Stretch, type Token, wordsOf } from './reading.ts'

export type DenialRule =
  | 'denying'
  | 'rejecting'
  | 'disagreeing'
  | 'branding'
  | 'label'
  | 'no-evidence'
  | 'never'
  | 'negation'

export interface FoundDenial {
  rule: DenialRule
  stretch: Stretch
  mode: 'explicit' | 'discrediting'
  cue: string
  source: string | undefined
}

const labels = new Phrases(discrediting)

export function findDenials(reading: Reading, attributions: readonly FoundAttribution[]): FoundDenial[] {
  const byQuotation = new Map<number, FoundAttribution>()
  for (const one of attributions) {
    const quotation = quotationOf(reading, one)
    if (quotation >= 0 && !byQuotation.has(quotation)) byQuotation.set(quotation, one)
  }
  const bySentence = new Map<number, FoundAttribution[]>()
  for (const one of attributions) {
    const { sentence } = reading.tokens[one.at] as Token
    bySentence.set(sentence, [...(bySentence.get(sentence) ?? []), one])
  }
  return reading.sentences.flatMap((sentence, i) =>
    new Sentence(reading, sentence, bySentence.get(i) ?? [], byQuotation).denials(),
  )
}

/** The quotation that an act of attribution is about; -1 where it is about none. */
function quotationOf({ tokens, quotations }: Reading, { rule, stretch: [from, to] }: FoundAttribution): number {
  if (rule === 'quoted-before' || rule === 'inverted') {
    for (let i = from - 1; i >= from - 2; i--) if ((tokens[i]?.quotation ?? -1) >= 0) return tokens[i]?.quotation ?? -1
  } else
    for (let i = to; i < to + 3; i++)
      if (quotations[tokens[i]?.quotation ?? -1]?.[0] === i) return tokens[i]?.quotation ?? -1
  return -1
}

class Sentence {
  readonly #reading: Reading
  readonly #tokens: readonly Token[]
  readonly #from: number
  readonly #to: number
  readonly #attributions: readonly FoundAttribution[]
  readonly #byQuotation: ReadonlyMap<number, FoundAttribution>
  #last: FoundDenial | undefined

  constructor(
    reading: Reading,
    [from, to]: Stretch,
    attributions: readonly FoundAttribution[],
    byQuotation: ReadonlyMap<number, FoundAttribution>,
  ) {
    this.#reading = reading
    this.#tokens = reading.tokens
    this.#from = from
    this.#to = to
    this.#attributions = attributions
    this.#byQuotation = byQuotation
  }

  denials(): FoundDenial[] {
    const found: FoundDenial[] = []
    for (let i = this.#from; i < this.#to; i++) {
      const denial = this.#at(i)
      if (!denial) continue
      const [from, to] = denial.stretch
      if (found.some(({ stretch }) => from < stretch[1] && stretch[0] < to)) continue
      this.#last = denial
      found.push(denial)
    }
    return found
  }

  #word(at: number): string {
    return at >= this.#from && at < this.#to ? (this.#tokens[at]?.word ?? '') : ''
  }

  #is(at: number, signs: RegExp): boolean {
    return this.#tokens[at]?.kind === 'sign' && signs.test(this.#word(at))
  }

  #at(at: number): FoundDenial | null {
    const word = this.#word(at)
    if (denying.has(word)) return this.#denying(at)
    if (rejecting.has(word)) return this.#branding(at) ?? this.#rejecting(at)
    if (branding.has(word)) return this.#branding(at)
    if (disagreeing.has(word)) return this.#disagreeing(at)
    if (word === 'no' || word === 'any' || word === 'without') return this.#noEvidence(at) ?? this.#negation(at)
    return this.#label(at) ?? this.#negation(at)
  }

  // ---- Verbs ----

  #denying(at: number): FoundDenial | null {
    const next = this.#word(at + 1)
    if (/^(?:is|was|were|are|been|being|be|'s)$/.test(this.#word(at - 1)) && next !== 'by') return null
    for (let i = at + 1; i < at + 5; i++) if (withheld.has(this.#word(i))) return null
    const end = this.#objectEnd(at)
    return end <= at + 1 ? null : this.#made('denying', [at, end], 'explicit', [at, at + 1])
  }

  #rejecting(at: number): FoundDenial | null {
    for (let i = at + 1; i < Math.min(at + 6, this.#to); i++) {
      const word = this.#word(i)
      if (!assertions.has(word)) continue
      return this.#made('rejecting', [at, this.#objectEnd(at)], 'explicit', [at, at + 1])
    }
    return null
  }

  #disagreeing(at: number): FoundDenial | null {
    return this.#is(at + 1, /^[.,;]$/) || this.#word(at + 1) === ''
      ? this.#made('disagreeing', [at, at + 1], 'explicit', [at, at + 1])
      : null
  }

  /** “branding such reports 'information attacks'”. */
  #branding(at: number): FoundDenial | null {
    for (let i = at + 2; i < Math.min(at + 16, this.#to); i++) {
      if (this.#is(i, /^[.;:]$/) || (this.#is(i, /^,$/) && !this.#is(i + 1, /^["“'‘]$/))) return null
      const length = labels.at(this.#reading, i)
      if (length === 0 || this.#word(i - 1) === 'not') continue
      let end = this.#closing(i + length)
      const rest = this.#objectEnd(at)
      if (end === i + length && rest > end) end = rest
      return this.#made(
        'branding',
        [at, end],
        /^reject/.test(this.#word(at)) ? 'explicit' : 'discrediting',
        /^(?:call|describ)/.test(this.#word(at)) ? [i, i + length] : [at, at + 1],
      )
    }
    return null
  }

  /** With the quotation marks that were opened after the verb, and the sign inside them. */
  #closing(from: number): number {
    let end = from
    if (this.#is(end, /^[.,]$/) && this.#is(end + 1, /^["”'’]$/)) end++
    return this.#is(end, /^["”'’]$/) ? end + 1 : from
  }

  /** Where ends what a verb is about: with its clause, or where the next verb of the same subject begins. */
  #objectEnd(at: number): number {
    for (let i = at + 1; i < this.#to; i++) {
      const word = this.#word(i)
      if (this.#is(i, /^[.,;:!?()–—…]$/) && this.#tokens[i]?.start !== this.#tokens[i - 1]?.start) return i
      if (this.#is(i, /^["“”]$/) && this.#tokens[at]?.quotation === this.#tokens[i]?.quotation) return i
      if (this.#is(i, /^["”]$/) && this.#is(i + 1, /^[.,;]$/)) return i + 1
      if (word === 'but' || (word === 'and' && this.#isVerb(i + 1))) return i
    }
    return this.#to
  }

  #isVerb(at: number): boolean {
    const word = this.#word(at)
    return (
      denying.has(word) ||
      branding.has(word) ||
      rejecting.has(word) ||
      (reporting.get(word)?.form === 'finite' && !/s$/.test(word)) ||
      /^\p{L}{3,}ed$/u.test(word)
    )
  }

  // ---- Statements ----

  #label(at: number): FoundDenial | null {
    const length = labels.at(this.#reading, at)
    if (length === 0) return null
    const clause = this.#clause(at)
    const cue: Stretch = [at, at + length]
    // “not a lie”, “the false alarm”: what is no statement that something is one.
    let be = at - 1
    while (
      be >= clause[0] &&
      this.#word(be) !== 'not' &&
      (adverbs.has(this.#word(be)) ||
        /ly$/.test(this.#word(be)) ||
        /^(?:a|an|all|just|pure|complete|total|utter|sheer|nothing|but|more|than|to|us|so|deliberate|blatant|outright|such|these|the|of|full|absolute|very)$/.test(
          this.#word(be),
        ))
    )
      be--
    const before = this.#word(be)
    const isSaid =
      /^(?:is|are|was|were|be|been|'re)$/.test(before) ||
      (before === "'s" && /^(?:that|this|it|he|she|there|what)$/.test(this.#word(be - 1)))
    if (before === 'not' || before === 'no' || this.#isBeforeNoun(at + length)) return null
    if (isSaid) {
      const from = this.#word(be - 1) === 'to' ? be - 2 : clause[0]
      const end = this.#clauseEnd(at, clause[1])
      if (be <= clause[0]) return null
      return this.#made('label', [from, end], 'discrediting', [
        /^(?:complete|total|utter|pure|sheer)$/.test(this.#word(at - 1)) ? at - 1 : at,
        cue[1],
      ])
    }
    // “we are prepared for such information attacks”
    if (this.#word(at - 1) === 'such' && clause[1] - clause[0] > 3)
      return this.#made('label', clause, 'discrediting', [at - 1, cue[1]])
    return null
  }

  /** “a false alarm” calls no statement false, but “a false claim” does. */
  #isBeforeNoun(end: number): boolean {
    const next = this.#word(end)
    return adjectives.has(this.#word(end - 1)) && /^\p{L}/u.test(next) && !goesOn.test(next) && !assertions.has(next)
  }

  /** “There is no evidence that …”. */
  #noEvidence(at: number): FoundDenial | null {
    if (this.#word(at) === 'any') return null
    for (let i = at + 1; i <= at + 2; i++) {
      if (!grounds.has(this.#word(i))) continue
      if (!/^(?:that|of|to|for|whatsoever|in|behind)$/.test(this.#word(i + 1))) return null
      if (this.#word(at) === 'without') return null
      const clause = this.#clause(at)
      return this.#made('no-evidence', [clause[0], this.#clauseEnd(at, clause[1])], 'explicit', [at, i + 1])
    }
    return null
  }

  /** A negation in what somebody is given as saying. */
  #negation(at: number): FoundDenial | null {
    const word = this.#word(at)
    const isStrong =
      word === 'never' ||
      word === 'neither' ||
      (word === 'at' && this.#word(at + 1) === 'no' && /^(?:point|time)$/.test(this.#word(at + 2)))
    const isPlain = /^(?:did|does|has|have|was|were|is|are)$/.test(this.#word(at - 1)) && word === 'not'
    const isShort = /^(?:didn't|doesn't|hasn't|haven't|wasn't|weren't|isn't)$/.test(word)
    if (!isStrong && !isPlain && !isShort) return null
    const own = this.#tokens[at]?.quotation ?? -1
    const said = this.#attributions.find(({ stretch }) => at < stretch[0] || at >= stretch[1])
    const clause = this.#clause(at)
    // “No, it does not …”: the answer to a rumour.
    const isAnswer = this.#word(clause[0]) === 'no' && this.#is(clause[0] + 1, /^,$/)
    if (!said && own < 0 && !isAnswer) return null
    if (
      this.#attributions.some(({ stretch, rule }) => rule === 'no-comment' && at >= stretch[0] - 1 && at < stretch[1])
    )
      return null
    if (
      /^(?:know|yet|want|wish|respond|reply|comment|answer|say|clear|sure|immediately|only|going|expect|expected)$/.test(
        this.#word(at + 1),
      )
    )
      return null
    if (!isStrong && /^(?:i|you|if|when|who|which)$/.test(this.#word(clause[0]))) return null
    const cue: Stretch = word === 'at' ? [at, at + 3] : isPlain ? [at - 1, at + 1] : [at, at + 1]
    const made = this.#made(
      isStrong ? 'never' : 'negation',
      [clause[0], this.#clauseEnd(at, clause[1])],
      'explicit',
      cue,
    )
    if (word !== 'neither') return made
    for (let i = at; i < clause[1]; i++) if (this.#word(i) === 'nor') return { ...made, cue: 'neither … nor' }
    return made
  }

  // ---- Clauses ----

  /** The clause around a token: between quotation marks, acts of attribution, and dashes. */
  #clause(at: number): Stretch {
    let [from, to] = [this.#from, this.#to]
    const quotation = this.#tokens[at]?.quotation ?? -1
    for (let i = at - 1; i >= this.#from; i--)
      if (
        this.#isBorder(i, at, quotation) ||
        this.#is(i, /^:$/) ||
        (this.#word(i) === 'that' && this.#isReported(i)) ||
        (this.#is(i, /^,$/) && this.#isApart(i, at))
      ) {
        from = i + 1
        break
      }
    for (let i = at + 1; i < this.#to; i++)
      if (this.#isBorder(i, at, quotation)) {
        to = i
        break
      }
    for (const { stretch, at: verb } of this.#attributions) {
      if (stretch[1] <= at && stretch[1] > from && verb < at) from = stretch[1]
      if (stretch[0] > at && stretch[0] < to && this.#is(stretch[0] - 1, /^[,"”–—]$/)) to = stretch[0]
    }
    while (from < at && (this.#is(from, /./) || this.#leadsIn(from))) from++
    while (to > at + 1 && this.#is(to - 1, /^[.,;:!?"“”–—…-]$/)) to--
    return [from, to]
  }

  #leadsIn(at: number): boolean {
    const word = this.#word(at)
    // In “That is a lie” it is what is one.
    if (word === 'that') return !/^(?:'s|is|was|are|were|has)$/.test(this.#word(at + 1))
    return word === 'and' || word === 'but' || word === 'because'
  }

  #isBorder(i: number, at: number, quotation: number): boolean {
    if (this.#is(i, /^;$/)) return true
    if (this.#is(i, /^[–—-]$/)) return /\s/.test(this.#reading.text.charAt((this.#tokens[i]?.start ?? 0) - 1))
    const token = this.#tokens[i] as Token
    return (
      this.#is(i, /^["“”„«»]$/) &&
      (quotation >= 0 || (i < at && token.quotation >= 0 && this.#reading.quotations[token.quotation]?.[1] === i + 1))
    )
  }

  #isReported(that: number): boolean {
    return this.#attributions.some(({ stretch }) => stretch[1] === that || stretch[1] === that - 1)
  }

  /** Whether a comma parts what leads in from the clause: “As for the reports, we …”. */
  #isApart(comma: number, at: number): boolean {
    return /^(?:we|they|it|he|she|there|this|that|i)$/.test(this.#word(comma + 1)) && comma + 1 < at
  }

  /** A clause with a label or a negation ends before what only goes on. */
  #clauseEnd(at: number, to: number): number {
    for (let i = at + 1; i < to; i++)
      if (this.#is(i, /^,$/) && /^(?:and|but|which|who|while|so)$/.test(this.#word(i + 1))) return i
    return to
  }

  #made(rule: DenialRule, stretch: Stretch, mode: FoundDenial['mode'], cue: Stretch): FoundDenial {
    let [from, to] = stretch
    while (to > from + 1 && this.#is(to - 1, /^[,;:–—-]$/)) to--
    return { rule, stretch: [from, to], mode, cue: wordsOf(this.#reading, cue), source: this.#source(rule, from) }
  }

  /** Who denies: before the verb, or who is given as saying the clause. */
  #source(rule: DenialRule, from: number): string | undefined {
    const isVerb = /^(?:denying|rejecting|branding|disagreeing)$/.test(rule)
    if (isVerb) {
      if (this.#word(from - 1) === 'and' && this.#last) return this.#last.source
      if (/ing$/.test(this.#word(from))) return this.#saidBefore(from)
      return this.#subject(from)
    }
    const quotation = this.#tokens[from]?.quotation ?? -1
    const speaker = quotation >= 0 ? this.#byQuotation.get(quotation) : undefined
    const after = this.#attributions.find(
      ({ at, rule }) => at > from && /^(?:quoted-before|reported-before|inverted)$/.test(rule),
    )
    return speaker?.source ?? after?.source ?? this.#saidBefore(from)
  }

  #saidBefore(from: number): string | undefined {
    return this.#attributions.findLast(({ at, source }) => at < from && source)?.source ?? undefined
  }

  #subject(verb: number): string | undefined {
    let to = verb
    while (to > this.#from && isBetween.test(this.#word(to - 1))) to--
    if (this.#is(to - 1, /^,$/)) {
      // “Tom Brannigan, who has worked there, disagreed”: who that is stands before.
      do to--
      while (to > this.#from && !this.#is(to - 1, /^,$/))
      to = Math.max(this.#from, to - 1)
    }
    let from = to
    while (from > this.#from && to - from < 12 && !this.#is(from - 1, /^[,;:"“”()–—]$/)) {
      if (/^(?:but|and|while|that|as)$/.test(this.#word(from - 1))) break
      from--
    }
    return from < to ? wordsOf(this.#reading, [from, to]) : undefined
  }
}

const adjectives = new Set(
  'false fake misleading untrue ridiculous absurd bogus incorrect inaccurate wrong baseless unfounded groundless fabricated fictitious preposterous laughable slanderous defamatory'.split(
    ' ',
  ),
)

const goesOn = /^(?:and|but|or|about|in|on|that|to|as|for|from|because|since|when|if|by|at|with)$/

/** What may stand between somebody and what they do. */
const isBetween = /^(?:has|have|had|also|on|(?:mon|tues|wednes|thurs|fri|satur|sun)day|later|\p{L}{2,40}ly)$/u
