/**
 * Who is given as holding what: the acts of attribution in a text. It goes from the word that reports (a verb, “according
 * to”, “alleged”, a colon) to the one who does, and takes both as one where they touch, as the guideline of the kind has it.
 */
import {
  adverbs,
  auxiliaries,
  beings,
  days,
  determiners,
  hearsay,
  labels,
  months,
  nounLike,
  prepositions,
  pronouns,
  type Reporting,
  reporting,
  saidNouns,
} from './lexicon.ts'
import { type Reading, type Stretch, standsAt, type Token, wordsOf } from './reading.ts'

export type AttributionRule =
  | 'quoted-before'
  | 'reported-before'
  | 'inverted'
  | 'followed-by-quotation'
  | 'followed-by-that'
  | 'followed-by-clause'
  | 'participle'
  | 'according-to'
  | 'hearsay'
  | 'accused'
  | 'noun'
  | 'colon'
  | 'no-comment'
  | 'citing'

export interface FoundAttribution {
  rule: AttributionRule
  stretch: Stretch
  /** Null where the text names nobody; undefined where it was not found out. */
  source: string | null | undefined
  cue: string
  mode: 'direct' | 'indirect' | 'mixed' | undefined
  addressee?: string
  /** The token that reports. */
  at: number
}

/** No source that people read is longer. */
const LONGEST = 24

export function findAttributions(reading: Reading): FoundAttribution[] {
  const finder = new Finder(reading)
  for (const [from, to] of reading.sentences) finder.search(from, to)
  return finder.found
}

interface Subject {
  stretch: Stretch
  /** Whether it stands right before the verb: what is put in between does not belong to the mark. */
  touches: boolean
}

class Finder {
  readonly found: FoundAttribution[] = []
  readonly #reading: Reading
  readonly #tokens: readonly Token[]
  #from = 0
  #to = 0

  constructor(reading: Reading) {
    this.#reading = reading
    this.#tokens = reading.tokens
  }

  search(from: number, to: number) {
    this.#from = from
    this.#to = to
    let last = -1
    for (let i = from; i < to; i++) {
      const token = this.#tokens[i] as Token
      if (i < last) continue
      const one = token.kind === 'sign' ? this.#byColon(i) : token.kind === 'word' ? this.#byWord(i) : null
      if (!one) continue
      this.found.push(one)
      last = Math.max(i + 1, one.stretch[1])
    }
  }

  #word(at: number): string {
    return at >= this.#from && at < this.#to ? (this.#tokens[at]?.word ?? '') : ''
  }

  #isSign(at: number, signs: RegExp): boolean {
    return this.#tokens[at]?.kind === 'sign' && signs.test(this.#word(at))
  }

  #byWord(at: number): FoundAttribution | null {
    const word = this.#word(at)
    const verb = reporting.get(word)
    return (
      (word === 'according' && this.#accordingTo(at)) ||
      (hearsay.has(word) && this.#hearsay(at)) ||
      (/^accus(?:e|es|ed|ing)$/.test(word) && this.#accused(at)) ||
      (word === 'citing' && this.#citing(at)) ||
      this.#noComment(at) ||
      (saidNouns.has(word) && this.#noun(at)) ||
      (verb && this.#verb(at, verb)) ||
      null
    )
  }

  // ---- Verbs ----

  #verb(at: number, verb: Reporting): FoundAttribution | null {
    if (verb.form === 'participle') return this.#participle(at)
    if (this.#isPassive(at)) return this.#passive(at)
    const inverted = this.#inverted(at, verb)
    if (inverted) return inverted
    const apparent = this.#apparent(at)
    const first = apparent ?? this.#firstOfVerb(at)
    if (verb.form === 'base' && !apparent && this.#word(at - 1) === 'to') return null
    const subject = this.#subjectBefore(first)
    if (!subject) return null
    if (verb.form === 'base' && apparent === null && !this.#mayBePlural(subject, at, first)) return null
    const how = apparent !== null && this.#isDatum(subject.stretch) ? seemingly : this.#holds(at, verb, subject)
    if (!how) return null
    const after = this.#belongings(at, verb, how.rule)
    const stretch: Stretch = [subject.touches ? subject.stretch[0] : at, after.to]
    return {
      rule: how.rule,
      stretch,
      source: wordsOf(this.#reading, subject.stretch),
      cue: wordsOf(this.#reading, [apparent ?? at, at + 1]),
      mode: how.mode,
      ...(after.addressee && { addressee: wordsOf(this.#reading, after.addressee) }),
      at,
    }
  }

  /** Where the verb with its auxiliaries and adverbs begins. */
  #firstOfVerb(at: number): number {
    let first = at
    for (;;) {
      const word = this.#word(first - 1)
      if (auxiliaries.has(word) || adverbs.has(word) || (/ly$/.test(word) && word.length > 4)) first--
      else if (this.#isTime(first - 1)) first = this.#timeStart(first)
      else return first
    }
  }

  #isTime(at: number): boolean {
    return days.has(this.#word(at)) && !/^(?:'s|of)$/.test(this.#word(at + 1))
  }

  #timeStart(end: number): number {
    return /^(?:on|late|early|last)$/.test(this.#word(end - 2)) ? end - 2 : end - 1
  }

  /** “appears to show”, “seems to show”: where that begins. */
  #apparent(at: number): number | null {
    return this.#word(at - 1) === 'to' &&
      /^(?:appears?|appeared|seems?|seemed|purports?|purported)$/.test(this.#word(at - 2))
      ? at - 2
      : null
  }

  #isPassive(at: number): boolean {
    let before = at - 1
    while (adverbs.has(this.#word(before)) || /ly$/.test(this.#word(before))) before--
    return this.#isBeing(before)
  }

  #isBeing(at: number): boolean {
    const word = this.#word(at)
    if (word === "'s") return /^(?:that|it|he|she|there|this|who|what)$/.test(this.#word(at - 1))
    return beings.has(word)
  }

  /** “is believed to have”, “it was reported that”: said by nobody. */
  #passive(at: number): FoundAttribution | null {
    if (!/^(?:to|that)$/.test(this.#word(at + 1)) || !/ed$|^(?:said|thought|understood)$/.test(this.#word(at)))
      return null
    return this.#nobody('hearsay', at, [at, at + 1])
  }

  #nobody(rule: AttributionRule, at: number, stretch: Stretch, source: string | null = null): FoundAttribution {
    return { rule, stretch, source, cue: wordsOf(this.#reading, [at, stretch[1]]), mode: 'indirect', at }
  }

  /** A base form is a verb after “I” or several people, or with an auxiliary, and else most often a noun. */
  #mayBePlural({ stretch: [from, to] }: Subject, at: number, first: number): boolean {
    if (/^(?:i|we|they|you|who|which|anyone|anybody|nobody|one)$/.test(this.#word(to - 1))) return true
    for (let i = first; i < at; i++) if (auxiliaries.has(this.#word(i))) return true
    if (nounLike.has(this.#word(at)) && determiners.has(this.#word(from)) && to - from < 2) return false
    for (let i = from; i < to; i++) {
      const word = this.#word(i)
      if (prepositions.has(word) && i > from) return this.#isPluralHead(from, i)
      if (word === 'and') return true
    }
    return this.#isPluralHead(from, to)
  }

  #isPluralHead(from: number, to: number): boolean {
    return (
      to > from &&
      (/(?:[^s]s|men|people|police|data|media)$/.test(this.#word(to - 1)) || this.#word(to - 1) === 'those')
    )
  }

  /** Whether what stands around the verb is what it reports, and how. */
  #holds(
    at: number,
    { lemma }: Reporting,
    { stretch }: Subject,
  ): { rule: AttributionRule; mode: FoundAttribution['mode'] } | null {
    const before = this.#contentBefore(stretch[0])
    const end = this.#endAfter(at, lemma)
    const isNoun = nounLike.has(this.#word(at))
    // What follows on the verb comes first: “…,” he said: “…”.
    const next = end ?? at + 1
    const follows = this.#quotationAfter(at)
    if (
      before &&
      end !== null &&
      (before.isQuoted || !/^(?:read|respond|reply|counter|comment|post|accept)$/.test(lemma))
    )
      if (before.isQuoted || stretch[1] - stretch[0] <= 12)
        return { rule: before.isQuoted ? 'quoted-before' : 'reported-before', mode: before.mode }
    if (follows && lemma !== 'read' && lemma !== 'hold') return { rule: 'followed-by-quotation', mode: 'direct' }
    if (lemma === 'think' || lemma === 'hear' || lemma === 'hold') if (!this.#thatAfter(at, lemma)) return null
    if (this.#thatAfter(at, lemma))
      return this.#isWish(at) ? null : { rule: 'followed-by-that', mode: this.#modeAfter(next) }
    if (/^(?:add|ask|stress|explain|recall|write|post|reply|respond|comment|counter)$/.test(lemma)) return null
    if (lemma === 'report' && /ing$/.test(this.#word(at + 1)) && !reporting.has(this.#word(at + 1)))
      return { rule: 'followed-by-clause', mode: this.#modeAfter(at + 1) }
    if (lemma === 'warn' && /^(?:of|about)$/.test(this.#word(at + 1)))
      return { rule: 'followed-by-clause', mode: this.#modeAfter(at + 1) }
    if (/^(?:show|find|reveal|read|mean)$/.test(lemma) && !this.#isDatum(stretch)) return null
    // What is announced is most often what will be done.
    if (/^(?:announce|expect|fear|disclose|charge|agree|accept|tip|signal)$/.test(lemma)) return null
    if (!this.#isClauseAfter(at, lemma, isNoun)) return null
    return { rule: 'followed-by-clause', mode: this.#modeAfter(at + 1) }
  }

  /** Whether this is a thing from which something can be read. */
  #isDatum([from, to]: Stretch): boolean {
    for (let i = from; i < to; i++)
      if (
        /^(?:data|figures?|records?|reports?|stud(?:y|ies)|polls?|surveys?|documents?|emails?|videos?|footage|photos?|photographs?|images?|pictures?|statistics|tests?|results?|research|analysis|letters?|files?)$/.test(
          this.#word(i),
        )
      )
        return true
    return false
  }

  /** What was said stands before this place: a comma or a quotation ends there. */
  #contentBefore(at: number): { isQuoted: boolean; mode: FoundAttribution['mode'] } | null {
    const before = this.#tokens[at - 1]
    if (!before) return null
    if (/^["”»“]$/.test(before.word) && before.quotation >= 0 && this.#tokens[at]?.quotation !== before.quotation) {
      const [open] = this.#reading.quotations[before.quotation] as Stretch
      const sign = this.#tokens[at - 2]?.word ?? ''
      if (at - 1 < this.#from && !/[?!,]/.test(sign)) return null
      const isWhole = open <= this.#from || at - 1 < this.#from || /^[:,]$/.test(this.#tokens[open - 1]?.word ?? '')
      return { isQuoted: true, mode: isWhole ? 'direct' : 'mixed' }
    }
    if (at - 1 < this.#from || before.word !== ',' || at - this.#from < 4) return null
    const isQuoted = before.quotation >= 0
    for (let i = this.#from; i < at; i++) {
      const { quotation } = this.#tokens[i] as Token
      if (quotation >= 0 && !isQuoted) return { isQuoted: false, mode: 'mixed' }
    }
    return { isQuoted, mode: isQuoted ? 'direct' : 'indirect' }
  }

  /** Where the act ends that has nothing after it but where, when and to whom; null where something else follows. */
  #endAfter(at: number, lemma: string): number | null {
    let end = at + 1
    if (lemma === 'tell') end = this.#addresseeEnd(at + 1)
    for (;;) {
      const word = this.#word(end)
      if (word === '' || this.#isSign(end, /^[.,;:!?)"“”»…–—-]$/)) return end
      if (days.has(word) || adverbs.has(word) || /^\p{L}{3,}ly$/u.test(word)) end++
      else if (/^(?:in|on|at|during|to|from|via|through|outside|after|before|as)$/.test(word)) {
        if (word === 'as' && /^(?:cited|quoted|reported)$/.test(this.#word(end + 1))) return end
        const stop = this.#phraseEnd(end + 1)
        if (stop === null) return null
        end = stop
      } else return null
    }
  }

  /** To the next sign, where that is near and no clause begins before it. */
  #phraseEnd(from: number): number | null {
    for (let i = from; i < from + 14; i++) {
      const word = this.#word(i)
      if (word === '' || this.#isSign(i, /^[.,;:!?)"“”»…–—]$/)) return i > from ? i : null
      if (word === 'that' || word === 'as' || auxiliaries.has(word)) return i > from ? i : null
    }
    return null
  }

  #addresseeEnd(from: number): number {
    let i = from
    if (/^(?:me|him|her|us|them|you|it)$/.test(this.#word(i))) return i + 1
    for (; i < from + 12; i++) {
      const word = this.#word(i)
      if (word === '' || this.#isSign(i, /^[.,;:!?)"“”»…–—]$/)) return i
      if (/^(?:that|on|in|at|outside|during|of|after|he|she|they|it|there|we|i|how|what|why|to|about)$/.test(word)) {
        if (word === 'of') continue
        return i
      }
      if (days.has(word)) return i
      if (i > from && determiners.has(word) && !prepositions.has(this.#word(i - 1))) return i
    }
    return from + 1
  }

  /** What goes with the verb: whom it was said to, where and when. */
  #belongings(at: number, { lemma }: Reporting, rule: AttributionRule): { to: number; addressee?: Stretch } {
    const whom: Stretch | null = lemma === 'tell' ? [at + 1, this.#addresseeEnd(at + 1)] : null
    const addressee = whom && whom[1] > whom[0] ? { addressee: whom } : {}
    const end = this.#endAfter(at, lemma)
    if (end !== null && rule !== 'followed-by-clause') {
      const to = this.#lastToAddressee(at, end)
      return { to: end, ...addressee, ...(to && !whom && { addressee: to }) }
    }
    let to = whom ? whom[1] : at + 1
    // “said on Thursday that”
    const then = this.#timeEnd(to)
    if (then > to && (rule !== 'followed-by-clause' || this.#word(to) === 'on' || days.has(this.#word(to)))) to = then
    return { to, ...addressee }
  }

  #lastToAddressee(at: number, end: number): Stretch | null {
    for (let i = at + 1; i < end - 1; i++) if (this.#word(i) === 'to') return [i + 1, end]
    return null
  }

  #timeEnd(from: number): number {
    const isOn = /^(?:on|last|late|early)$/.test(this.#word(from))
    const day = isOn ? from + 1 : from
    if (days.has(this.#word(day))) return day + 1
    const isPlace = /^(?:in|at|to)$/.test(this.#word(from))
    const stop = isPlace ? this.#phraseEnd(from + 1) : null
    return stop !== null && stop - from < 8 && this.#word(stop) === 'that' ? stop : from
  }

  /** The verb's own quotation: right after it, or after a comma, a colon, “that”, where it was said. */
  #quotationAfter(at: number): boolean {
    let i = at + 1
    const lemma = reporting.get(this.#word(at))?.lemma
    if (lemma === 'tell') i = this.#addresseeEnd(i)
    const end = this.#endAfter(at, lemma ?? '')
    if (end !== null && this.#isSign(end, /^[,:]$/) && this.#opens(end + 1)) return true
    if (this.#isSign(i, /^[,:]$/)) i++
    return this.#opens(i)
  }

  #opens(at: number): boolean {
    const quotation = this.#tokens[at]?.quotation ?? -1
    return at < this.#to && quotation >= 0 && this.#reading.quotations[quotation]?.[0] === at
  }

  #thatAfter(at: number, lemma: string): boolean {
    let i = lemma === 'tell' || lemma === 'assure' || lemma === 'inform' ? this.#addresseeEnd(at + 1) : at + 1
    while (adverbs.has(this.#word(i))) i++
    i = this.#timeEnd(i)
    while (adverbs.has(this.#word(i)) || days.has(this.#word(i))) i++
    return this.#word(i) === 'that' || this.#word(i) === 'how'
  }

  /** “added that they must …”: what ought to be is no claim, so nothing is attributed. */
  #isWish(at: number): boolean {
    for (let i = at + 1; i < Math.min(at + 10, this.#to); i++)
      if (/^(?:must|should|ought)$/.test(this.#word(i))) return true
    return false
  }

  #modeAfter(from: number): 'indirect' | 'mixed' {
    const own = this.#tokens[from - 1]?.quotation
    for (let i = from; i < this.#to; i++) {
      const { quotation } = this.#tokens[i] as Token
      if (quotation >= 0 && quotation !== own) return 'mixed'
      // What the sentence goes on with is not what was said.
      if (
        this.#isSign(i, /^[,;]$/) &&
        (/^(?:but|while|although|though)$/.test(this.#word(i + 1)) || /ing$/.test(this.#word(i + 1)))
      )
        break
    }
    return 'indirect'
  }

  /** Whether what follows looks like a sentence of its own, with somebody who does something. */
  #isClauseAfter(at: number, lemma: string, isNoun: boolean): boolean {
    const from = lemma === 'tell' ? this.#addresseeEnd(at + 1) : at + 1
    const first = this.#word(from)
    const token = this.#tokens[from]
    if (!token || from >= this.#to || token.kind === 'sign') return this.#isSign(from, /^['‘]$/)
    if (prepositions.has(first) || first === 'as' || first === 'and')
      return /^(?:about|over|in)$/.test(first) && this.#hasVerb(from)
    // “Russia believes them to be …”
    if (/^(?:him|her|them|it)$/.test(first) && this.#word(from + 1) === 'to') return true
    if (first === 'to') return lemma === 'claim'
    if (lemma === 'report' && isNoun)
      return this.#isHeadline() && !reporting.has(first) && !determiners.has(this.#word(at - 1))
    return this.#hasVerb(from) && !(isNoun && !/^(?:he|she|they|it|there|the|a|this|we)$/.test(first))
  }

  #hasVerb(from: number): boolean {
    for (let i = from + 1; i < Math.min(this.#to, from + 25); i++) {
      if (this.#isSign(i, /^[.;:!?]$/)) return false
      const word = this.#word(i)
      if (this.#isBeing(i) || (auxiliaries.has(word) && word !== 'being')) return true
      if (/^\p{L}{2,}ed$/u.test(word) || irregular.has(word)) return true
      if (
        i > from &&
        i < from + 5 &&
        /^\p{L}{2,}[^s]s$/u.test(word) &&
        this.#tokens[i]?.isCapital === false &&
        /^(?:he|she|it|this|that)$/.test(this.#word(i - 1))
      )
        return true
    }
    return false
  }

  // ---- Who ----

  /** Those who stand before a verb; null where nobody does. */
  #subjectBefore(end: number): Subject | null {
    if (this.#isSign(end - 1, /^,$/)) return this.#withInsertion(end - 1)
    const from = this.#clauseStart(end)
    return from < end && this.#isSomebody(from, end) ? { stretch: [from, end], touches: true } : null
  }

  /** Somebody, who is described between commas, says …: what only describes does not belong to the mark. */
  #withInsertion(comma: number): Subject | null {
    let before = comma - 1
    while (before > this.#from && comma - before < LONGEST && !this.#isSign(before, /^[,;:"“”»(]$/)) before--
    if (!this.#isSign(before, /^,$/)) return null
    const first = this.#word(before + 1)
    const from = this.#clauseStart(before)
    if (from >= before || !this.#isSomebody(from, before)) return null
    const isAside =
      /^(?:who|whose|which|where|when|whom|speaking|also|meanwhile|however|though|too)$/.test(first) ||
      /ing$/.test(first) ||
      prepositions.has(first)
    return isAside ? { stretch: [from, before], touches: false } : { stretch: [from, comma], touches: true }
  }

  #clauseStart(end: number): number {
    let from = end
    for (; from > this.#from && end - from < LONGEST; from--) {
      const word = this.#word(from - 1)
      const token = this.#tokens[from - 1] as Token
      if (token.kind === 'sign' && /^[,;:!?"“”„«»()[\]–—…]$/.test(word)) break
      if (token.kind === 'sign' && word === '-' && this.#reading.text[token.start - 1] === ' ') break
      if (
        /^(?:but|while|because|although|though|when|if|since|unless|until|whereas|where|that|than|so|yet|after|whether|what|how|why)$/.test(
          word,
        )
      )
        break
      if (/^(?:and|or)$/.test(word) && this.#hasFinite(from - 1)) break
      if (/^(?:cited?|cites|quoted)$/.test(word)) break
      const verb = reporting.get(word)
      if (verb?.form === 'finite' && verb.strength === 'says' && !nounLike.has(word) && !this.#isReduced(from - 1))
        break
    }
    return this.#withoutLead(from, end)
  }

  /** “figures published by”, “a man found dead”: a participle after its noun, not a verb of its own. */
  #isReduced(at: number): boolean {
    return /^(?:by|in|on|to|from|at)$/.test(this.#word(at + 1))
  }

  /** Whether there is a verb of its own between the last border and here. */
  #hasFinite(end: number): boolean {
    for (let i = end - 1; i >= this.#from && end - i < LONGEST; i--) {
      if (this.#isSign(i, /^[,;:"“”»()–—]$/)) return false
      const word = this.#word(i)
      if (this.#isBeing(i) || auxiliaries.has(word) || (reporting.get(word)?.form === 'finite' && !nounLike.has(word)))
        return true
      if (
        /^\p{L}{2,}ed$/u.test(word) &&
        !determiners.has(this.#word(i - 1)) &&
        !/^(?:by|in|on|from|at)$/.test(this.#word(i + 1))
      )
        return true
      if (irregular.has(word)) return true
    }
    return false
  }

  /** Without what leads in: “but”, “on Thursday”, “as for”. */
  #withoutLead(given: number, end: number): number {
    let from = given
    for (;;) {
      const word = this.#word(from)
      if (
        /^(?:but|and|or|so|then|yet|while|as|however|meanwhile|later|earlier|still|now|also|here|for|that|nor|by|of|with|from|when|if|in|on|at|into|about)$/.test(
          word,
        )
      ) {
        const time = this.#timeEnd(from)
        from = time > from && time < end ? time : from + 1
      } else if (days.has(word) && from + 1 < end) from++
      else if (from < end && this.#isSign(from, /^[-–—'‘’]$/)) from++
      else return Math.min(from, end)
    }
  }

  #isSomebody(from: number, end: number): boolean {
    const token = this.#tokens[end - 1]
    if (!token || token.kind === 'line' || end - from >= LONGEST) return false
    let relative = 0
    let verbs = 0
    for (let i = from; i < end; i++) {
      const word = this.#word(i)
      // One that begins it has nobody before it: “which would allow …”.
      if (/^(?:who|which|whom)$/.test(word) && i > from) relative++
      if (this.#isBeing(i) || (auxiliaries.has(word) && word !== 'may' && word !== 'will')) verbs++
    }
    if (verbs > 0 && relative === 0) return false
    const last = this.#word(end - 1)
    if (this.#tokens[end - 1]?.kind === 'sign' && !/^[)'’]$/.test(last)) return false
    return (
      !(prepositions.has(last) || determiners.has(last) || /^(?:'s|to|not|such|false)$/.test(last)) ||
      /^(?:his|her|one|many|some|all|most|this|these|those|both|several)$/.test(last)
    )
  }

  // ---- Other ways ----

  /** “…,” said Igor Klimov, a Russian Air Force spokesman. */
  #inverted(at: number, verb: Reporting): FoundAttribution | null {
    const before = this.#contentBefore(at)
    if (!before || verb.form === 'base' || nounLike.has(this.#word(at))) return null
    const first = this.#tokens[at + 1]
    if (first?.kind !== 'word' || at + 1 >= this.#to) return null
    if (
      !(
        first.isCapital ||
        determiners.has(first.word) ||
        /^(?:he|she|they|we|i|it|one|officials|police)$/.test(first.word)
      )
    )
      return null
    if (!before.isQuoted && !first.isCapital) return null
    let end = at + 1
    let last = end
    for (; end < this.#to && end - at < LONGEST; end++) {
      const word = this.#word(end)
      if (this.#isSign(end, /^[.;:!?"“”»()–—…]$/)) break
      if (this.#isSign(end, /^,$/)) {
        // Only what says who that is: an apposition, not what the sentence goes on with.
        if (
          !/^(?:a|an|the|his|her|its|their|one|\d+|chief|head|director|spokes\p{L}+|president|professor|former)$/u.test(
            this.#word(end + 1),
          ) &&
          !this.#isPossessive(end + 1)
        )
          break
        last = end
      }
      if (
        /^(?:in|on|at|that|while|after|as|when|and|but|who|which)$/.test(word) &&
        !(word === 'and' && this.#tokens[end + 1]?.isCapital)
      ) {
        if (/^(?:in|at|on)$/.test(word) && last > at + 1) continue
        break
      }
      if (days.has(word)) break
    }
    if (this.#isSign(end - 1, /^,$/)) end--
    if (end <= at + 1) return null
    return {
      rule: 'inverted',
      stretch: [at, end],
      source: wordsOf(this.#reading, [at + 1, end]),
      cue: wordsOf(this.#reading, [at, at + 1]),
      mode: before.mode,
      at,
    }
  }

  #isPossessive(at: number): boolean {
    for (let i = at; i < at + 4; i++) if (this.#word(i) === "'s") return true
    return false
  }

  /** “…, stressing that …”, “media reports claiming that …”, “videos allegedly showing …”. */
  #participle(at: number): FoundAttribution | null {
    const lemma = reporting.get(this.#word(at))?.lemma ?? ''
    const isHeard = hearsay.has(this.#word(at - 1))
    const first = isHeard ? at - 1 : at
    const isThat = this.#thatAfter(at, lemma)
    const isQuoted = this.#quotationAfter(at)
    const isClause =
      /^(?:say|claim|allege|insist|assert|argue|add|note|warn|stress)$/.test(lemma) &&
      this.#isClauseAfter(at, lemma, false)
    if (!isThat && !isQuoted && !isClause && !isHeard) return null
    const mode: FoundAttribution['mode'] = isQuoted ? 'direct' : this.#modeAfter(at + 1)
    const cue = wordsOf(this.#reading, [first, at + 1])
    const base = { rule: 'participle' as const, cue, mode, at }
    const before = this.#word(first - 1)
    if (
      this.#isSign(first - 1, /^[,"”–—]$/) ||
      first === this.#from ||
      /^(?:and|while|by|before|after|when)$/.test(before)
    ) {
      const source = this.#lastSource()
      return { ...base, stretch: [first, at + 1], source }
    }
    if (this.#isBeing(first - 1) || adverbs.has(before)) {
      const subject = this.#subjectBefore(this.#firstOfVerb(first))
      return subject
        ? {
            ...base,
            stretch: [subject.touches ? subject.stretch[0] : first, at + 1],
            source: wordsOf(this.#reading, subject.stretch),
          }
        : null
    }
    const from = this.#clauseStart(first)
    // “the agency's reporting in a way that …” is a noun.
    if (this.#word(at + 1) !== 'that' && lemma === 'report') return null
    if (from >= first || !this.#isSomebody(from, first)) return null
    return { ...base, stretch: [from, at + 1], source: wordsOf(this.#reading, [from, first]) }
  }

  /** Who has said something in this sentence already; else whom it begins with. */
  #lastSource(): string | undefined {
    const last = this.found.at(-1)
    return last && last.at >= this.#from ? (last.source ?? undefined) : undefined
  }

  #accordingTo(at: number): FoundAttribution | null {
    if (this.#word(at + 1) !== 'to') return null
    let end = at + 2
    for (; end < this.#to && end - at < LONGEST; end++) {
      const word = this.#word(end)
      if (this.#isSign(end, /^[,.;:!?"“”»()–—…]$/)) {
        if (word !== ',' || !/^(?:a|an|who)$/.test(this.#word(end + 1))) break
        if (at < this.#from + 3) break
      }
      if (/^(?:that|which|and|but|while)$/.test(word) && end > at + 3 && !this.#tokens[end + 1]?.isCapital) break
    }
    if (end === at + 2) return null
    return {
      rule: 'according-to',
      stretch: [at, end],
      source: wordsOf(this.#reading, [at + 2, end]),
      cue: wordsOf(this.#reading, [at, at + 2]),
      mode: this.#modeAfter(end),
      at,
    }
  }

  #hearsay(at: number): FoundAttribution | null {
    const word = this.#word(at)
    const next = this.#word(at + 1)
    // “videos allegedly showing” is told of with its verb.
    if (reporting.get(next)?.form === 'participle') return null
    if (
      this.#word(at - 1) === 'of' &&
      /^(?:reports|claims|allegations|accusations|rumours|rumors)$/.test(this.#word(at - 2))
    )
      return this.#nobody('hearsay', at, [at - 2, at + 1], wordsOf(this.#reading, [at - 2, at - 1]))
    if (/ly$/.test(word)) return this.#nobody('hearsay', at, [at, at + 1])
    const isAdjective =
      this.#tokens[at + 1]?.kind === 'word' &&
      !prepositions.has(next) &&
      next !== 'that' &&
      !determiners.has(next) &&
      !pronouns.has(next) &&
      !/ing$/.test(next) &&
      !days.has(next)
    const before = this.#word(at - 1)
    const isBeforeNoun =
      determiners.has(before) ||
      before === 'of' ||
      before === "'s" ||
      at === this.#from ||
      (word === 'alleged' && !auxiliaries.has(before) && prepositions.has(before))
    return isAdjective && isBeforeNoun ? this.#nobody('hearsay', at, [at, at + 1]) : null
  }

  #accused(at: number): FoundAttribution | null {
    if (this.#word(at) !== 'accusing' && this.#word(at + 1) === 'of') return this.#nobody('accused', at, [at, at + 2])
    let of = -1
    for (let i = at + 1; i < Math.min(at + 14, this.#to); i++) if (this.#word(i) === 'of') of = i
    if (of < 0 || this.#word(at) === 'accuse') return null
    if (this.#word(at) === 'accusing')
      return {
        rule: 'accused',
        stretch: [at, at + 1],
        source: this.#lastSource(),
        cue: wordsOf(this.#reading, [at, at + 1]),
        mode: 'indirect',
        at,
      }
    const subject = this.#subjectBefore(this.#firstOfVerb(at))
    if (!subject || this.#isPassive(at)) return null
    return {
      rule: 'accused',
      stretch: [subject.touches ? subject.stretch[0] : at, at + 1],
      source: wordsOf(this.#reading, subject.stretch),
      cue: wordsOf(this.#reading, [at, at + 1]),
      mode: this.#modeAfter(at + 1),
      at,
    }
  }

  /** “citing internal emails”: what is cited is the source. */
  #citing(at: number): FoundAttribution | null {
    const end = this.#phraseEnd(at + 1)
    if (end === null) return null
    return {
      rule: 'citing',
      stretch: [at, end],
      source: wordsOf(this.#reading, [at + 1, end]),
      cue: wordsOf(this.#reading, [at, at + 1]),
      mode: 'indirect',
      at,
    }
  }

  /** Who declines to comment is given as having said so. */
  #noComment(at: number): FoundAttribution | null {
    if (!/^(?:declined|refused|not)$/.test(this.#word(at))) return null
    const rest = silences.find((phrase) => standsAt(this.#reading, at, phrase))
    if (!rest) return null
    let end = at + rest.length
    if (/^(?:further|publicly)$/.test(this.#word(end))) end++
    if (this.#word(at) === 'not' && !/^(?:did|does|has|have|do)$/.test(this.#word(at - 1))) return null
    const cueFrom = this.#word(at) === 'not' ? at - 1 : at
    const subject = this.#subjectBefore(this.#firstOfVerb(cueFrom))
    return {
      rule: 'no-comment',
      stretch: [subject?.touches ? subject.stretch[0] : cueFrom, end],
      source: subject ? wordsOf(this.#reading, subject.stretch) : this.#lastSource(),
      cue: wordsOf(this.#reading, [cueFrom, end]),
      mode: 'indirect',
      at,
    }
  }

  /** “claims that …”, “Putin's allegation that …”, and a headline that begins with “Claims”. */
  #noun(at: number): FoundAttribution | null {
    const word = this.#word(at)
    const isThat =
      this.#word(at + 1) === 'that' ||
      (/s$/.test(word) && this.#word(at + 1) === 'of' && /^(?:allegations|accusations)$/.test(word))
    const isFirst =
      /s$/.test(word) && (at === this.#from || this.#isSign(at - 1, /^:$/)) && this.#isClauseAfter(at, 'say', false)
    const before = this.#tokens[at - 1]
    if (!isThat && !isFirst) return null
    if (isThat && reporting.has(word) && before?.kind === 'word' && at > this.#from && this.#word(at + 1) === 'that') {
      // After somebody it is what they do: “the minister claims that”.
      const isNoun =
        determiners.has(before.word) ||
        before.word === "'s" ||
        prepositions.has(before.word) ||
        /(?:ed|ied|false|new|such|recent|earlier)$/.test(before.word)
      if (!isNoun) return null
    }
    if (before?.word === "'s" && at - 2 >= this.#from) {
      const from = this.#ownerStart(at - 1)
      return {
        rule: 'noun',
        stretch: [from, at + 1],
        source: wordsOf(this.#reading, [from, at - 1]),
        cue: wordsOf(this.#reading, [at, at + 1]),
        mode: 'indirect',
        at,
      }
    }
    return this.#nobody('noun', at, [at, at + 1])
  }

  #ownerStart(clitic: number): number {
    let from = clitic - 1
    while (from > this.#from && this.#tokens[from - 1]?.isCapital) from--
    if (determiners.has(this.#word(from - 1))) from--
    return from
  }

  /** “Putin: …”, and the headline that ends “…: Klimov”. */
  #byColon(at: number): FoundAttribution | null {
    if (this.#word(at) !== ':') return null
    if (this.#isHeadline() && this.#isName(at + 1, this.#to) && this.#to - at <= 6 && at - this.#from >= 4)
      return {
        rule: 'colon',
        stretch: [at, this.#to],
        source: wordsOf(this.#reading, [at + 1, this.#to]),
        cue: ':',
        mode: 'indirect',
        at,
      }
    const from = this.#from
    if (at - from > 6 || at === from || this.#to - at < 4) return null
    if (this.#tokens[at + 1]?.start === this.#tokens[at]?.end) return null
    if (!this.#isName(from, at) && !(this.#opens(at + 1) && this.#tokens[from]?.isCapital)) return null
    const isQuoted = this.#opens(at + 1) || this.#isSign(at + 1, /^['‘]$/)
    if (!isQuoted && !this.#isHeadline()) return null
    return {
      rule: 'colon',
      stretch: [from, at + 1],
      source: wordsOf(this.#reading, [from, at]),
      cue: ':',
      mode: isQuoted ? 'direct' : 'indirect',
      at,
    }
  }

  /** A line that is one sentence without an end. */
  #isHeadline(): boolean {
    const isAlone =
      (this.#from === 0 || this.#tokens[this.#from - 1]?.kind === 'line') &&
      (this.#to === this.#tokens.length || this.#tokens[this.#to]?.kind === 'line')
    return isAlone && !this.#isSign(this.#to - 1, /^[.:]$/)
  }

  #isName(from: number, to: number): boolean {
    let capitals = 0
    for (let i = from; i < to; i++) {
      const token = this.#tokens[i] as Token
      if (token.kind !== 'word' || labels.has(token.word) || months.has(token.word)) return false
      if (reporting.has(token.word) && !nounLike.has(token.word)) return false
      if (token.isCapital) capitals++
      else if (/\d/.test(token.word)) return false
    }
    return capitals > 0 && to - from <= 5
  }
}

const seemingly = { rule: 'followed-by-clause', mode: 'indirect' } as const

const silences: readonly (readonly string[])[] = [
  'declined to comment',
  'declined to say',
  'declined to answer',
  'refused to comment',
  'refused to say more',
  'refused to say',
  'refused to answer',
  'declined comment',
  'not immediately respond',
  'not immediately reply',
  'not immediately comment',
  'not respond',
  'not reply',
  'not comment',
  'not return calls',
].map((one) => one.split(' '))

const irregular = new Set(
  'went came got made took gave saw knew began broke brought built bought caught fell felt held kept led left lost met paid ran sent set shot sold spoke spent stood stole struck won wrote hit put cut shut hurt died lies lie died kills killed'.split(
    ' ',
  ),
)
