/**
 * What is compared in an article, computed from its layers as the server gives them out: who can be, who is, what they
 * make of the same words, and where it lies. It is the part of the worker that needs no worker.
 */
import type { ArticlePage } from '@attest/schema/api'
import type { BlindState, Layers } from '@attest/schema/layer'
import { sentencesIn } from '@attest/schema/reading'
import {
  type Compared,
  compareParties,
  countTypes,
  type DifferenceType,
  GOLD,
  isShown,
  partiesByDefault,
} from './differences.ts'
import { goldParty, type Judged, judge, readLayers } from './layers.ts'
import { type PartyShown, partiesOf } from './parties.ts'
import { type CompareSearch, listIn, partiesIn, typesIn } from './search.ts'
import { type Laid, layStrips } from './strips.ts'

/** What has to be known of the article. */
export type PageCompared = Pick<ArticlePage, 'blocks' | 'text' | 'labelSet' | 'people' | 'project'>

/** What is asked for, of all that the address says. */
export type Asked = Pick<CompareSearch, 'who' | 'kind' | 'how'>

export type Question =
  | { type: 'open'; page: PageCompared; me: string }
  /** The layers, as JSON. */
  | { type: 'layers'; json: string }
  /** Whoever asks again before there is an answer gets that to the last question only. */
  | { type: 'ask'; asked: Asked }

export interface Overview {
  /** What this is the answer to. */
  asked: Asked
  state: BlindState
  /** How many people have a layer. */
  layers: number
  /** Who can be compared, and who is. */
  known: readonly PartyShown[]
  ids: readonly string[]
  /** Of all that is compared, whatever the filters say: how many differ in each way, and the kinds that occur. */
  all: number
  counts: Record<DifferenceType, number>
  kinds: readonly string[]
  laid: Laid
}

/** The overview, then what is shown, in lots: one message with all of it would hold up the page. */
export type Answer =
  | { type: 'overview'; overview: Overview }
  | { type: 'shown'; shown: readonly Compared[]; isLast: boolean }
  /** The layers are not as they should be. */
  | { type: 'unreadable' }

/** So many comparisons are told at a time. */
const LOT = 200

export class Comparer {
  readonly #page: PageCompared
  readonly #me: string
  readonly #sentences: ReturnType<typeof sentencesIn>
  #told: Layers | null = null
  #judged: Judged | null = null
  #known: PartyShown[] = []
  #compared: { who: string; all: readonly Compared[] } | null = null

  constructor(page: PageCompared, me: string) {
    this.#page = page
    this.#me = me
    this.#sentences = sentencesIn(page.text)
  }

  /** False when they are not as they should be. */
  take(json: string): boolean {
    this.#told = readLayers(json)
    this.#compared = null
    if (!this.#told) return false
    this.#judged = judge(this.#page, this.#told)
    this.#known = partiesOf(this.#page, this.#told, this.#judged.gold.annotations.length)
    return true
  }

  /** Nothing before there are layers. */
  *answer(asked: Asked): Generator<Answer> {
    const told = this.#told
    if (!told) return
    const ids = partiesIn(asked, new Set(this.#known.map(({ id }) => id))) ?? partiesChosenFrom(this.#known, this.#me)
    const all = this.#compare(ids)
    const filter = { kinds: new Set(listIn(asked, 'kind')), types: typesIn(asked) }
    const shown = all.filter((one) => isShown(one, filter))
    const overview: Overview = {
      asked,
      state: told.state,
      layers: told.layers.length,
      known: this.#known,
      ids,
      all: all.length,
      counts: countTypes(all),
      kinds: [...new Set(all.flatMap(({ annotations }) => annotations.map(({ kind }) => kind)))],
      laid: layStrips(this.#page, this.#sentences, ids, shown),
    }
    yield { type: 'overview', overview }
    for (let from = 0; from === 0 || from < shown.length; from += LOT)
      yield { type: 'shown', shown: shown.slice(from, from + LOT), isLast: from + LOT >= shown.length }
  }

  #compare(ids: readonly string[]): readonly Compared[] {
    const who = ids.join(',')
    const [told, judged] = [this.#told, this.#judged]
    if (!told || !judged) return []
    if (this.#compared?.who === who) return this.#compared.all
    const parties = ids.map((id) =>
      id === GOLD
        ? goldParty(judged.gold)
        : { id, annotations: told.layers.find(({ person }) => person === id)?.annotations ?? [] },
    )
    const isOpen = (id: string) => ['open', 'disputed'].includes(judged.rulings.get(id)?.outcome ?? 'open')
    const all = compareParties(parties, isOpen)
    this.#compared = { who, all }
    return all
  }
}

/** Whoever marked something; with only one of them, against gold, and layers that are nobody's where there is nobody. */
function partiesChosenFrom(known: readonly PartyShown[], me: string): string[] {
  const marked = known.filter(({ id, marks }) => id !== GOLD && marks > 0)
  const people = marked.filter(({ isSource }) => !isSource)
  const chosen = partiesByDefault(
    (people.length > 0 ? people : marked).map(({ id }) => id),
    me,
  )
  return chosen.length === 1 ? [...chosen, GOLD] : chosen
}
