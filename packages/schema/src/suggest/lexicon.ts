/**
 * The English words that the suggester goes by. Data and nothing else: which verbs report and which deny, which nouns stand
 * for something said, what brands a statement as false, and by what names newspapers can be known.
 */

/** How a verb must stand to report: `says` may take a bare clause, `shows` may be about a film as well and needs more. */
export type Strength = 'says' | 'shows'

export interface Reporting {
  lemma: string
  strength: Strength
  form: 'finite' | 'participle' | 'base'
}

const saying = `say said said, tell told told, add, claim, allege, insist, assert, contend, maintain, argue, state, stress,
  note, explain, remark, declare, admit, acknowledge, concede, believe, write wrote written, tweet, reply, respond, recall,
  predict, observe, emphasize, emphasise, reiterate, testify, joke, quip, caution, complain, boast, conclude, affirm, recount,
  counter, retort, opine, speculate, lament, confess, ask, underline, underscore, assure, inform`
const showing = `report, announce, confirm, warn, suggest, show showed shown, find found found, indicate, reveal, disclose,
  estimate, think thought thought, imply, hint, agree, mean meant meant, charge, accept, hear heard heard, learn,
  comment, post, read read read, hold held held, signal, tip, fear, expect, understand understood understood, doubt`

/** By each form, in lower case. Of a noun that is written the same there is no telling here. */
export const reporting: ReadonlyMap<string, Reporting> = new Map([
  ...formsOf(showing, 'shows'),
  ...formsOf(saying, 'says'),
])

function formsOf(verbs: string, strength: Strength): [string, Reporting][] {
  return verbs.split(',').flatMap((entry) => {
    const [lemma = '', past, participle] = entry.trim().split(/\s/)
    const made = (form: Reporting['form']) => ({ lemma, strength, form })
    return [
      [lemma, made('base')],
      [thirdPerson(lemma), made('finite')],
      [past ?? regularPast(lemma), made('finite')],
      [participle ?? regularPast(lemma), made('finite')],
      [present(lemma), made('participle')],
    ] as [string, Reporting][]
  })
}

function thirdPerson(verb: string): string {
  if (/[^aeiou]y$/.test(verb)) return `${verb.slice(0, -1)}ies`
  return /(?:s|x|ch|sh)$/.test(verb) ? `${verb}es` : `${verb}s`
}

function regularPast(verb: string): string {
  if (verb.endsWith('e')) return `${verb}d`
  if (/[^aeiou]y$/.test(verb)) return `${verb.slice(0, -1)}ied`
  return /^(?:admit|quip|tip)$/.test(verb) ? `${verb}${verb.slice(-1)}ed` : `${verb}ed`
}

function present(verb: string): string {
  if (/[^e]e$/.test(verb)) return `${verb.slice(0, -1)}ing`
  return /^(?:admit|quip|tip)$/.test(verb) ? `${verb}${verb.slice(-1)}ing` : `${verb}ing`
}

const words = (list: string) => new Set(list.split(/[\s]+/))
const phrases = (list: string) => list.split(',').map((one) => one.trim().split(/\s+/))

/** Forms that are nouns as often as verbs: they report only where what stands around them says so. */
export const nounLike = words(
  'claim claims report reports comment comments note notes state states show shows find finds post posts charge charges fear fears doubt doubts remark remarks tweet tweets signal signals tip tips estimate estimates reply replies counter hold holds means',
)

/** Nouns for something said, which hold it themselves: “claims that …”. */
export const saidNouns = words(
  'claim claims allegation allegations accusation accusations assertion assertions suggestion suggestions rumour rumours rumor rumors speculation insinuation insinuations',
)

/** Of what is said without anybody to say it. */
export const hearsay = words(
  'alleged allegedly reported reportedly purported purportedly supposed supposedly ostensibly',
)

export const denying = words(
  'deny denies denied denying refute refutes refuted refuting rebut rebuts rebutted rebutting disavow disavows disavowed repudiate repudiates repudiated repudiating debunk debunks debunked debunking dispute disputes disputed disputing contradict contradicts contradicted contradicting',
)
/** They deny where what is said is their object: one can reject a bill as well. */
export const rejecting = words('reject rejects rejected rejecting dismiss dismisses dismissed dismissing')
export const disagreeing = words('disagree disagrees disagreed')
/** What may be refused when somebody says no to it. */
export const assertions = words(
  'claim claims allegation allegations accusation accusations assertion assertions suggestion suggestions rumour rumours rumor rumors report reports charge charges notion idea theory narrative story stories criticism reporting picture pictures version account criticisms characterization characterisation complaint complaints finding findings',
)
/** What is denied to somebody, without a word about whether it is true. */
export const withheld = words(
  'access entry bail permission asylum visa visas service treatment parole admission entrance request requests boarding citizenship leave care aid coverage',
)

export const branding = words(
  'brand brands branded branding label labels labelled labeled labelling labeling call calls called calling describe describes described describing dismiss dismisses dismissed dismissing denounce denounces denounced denouncing slam slams slammed slamming decry decries decried decrying deride derides derided deriding characterize characterized characterizing characterise characterised characterising condemn condemns condemned condemning',
)

/** What makes a statement out to be false, or made up. */
export const discrediting: readonly (readonly string[])[] =
  phrases(`lie, lies, lying, false, fake, fakes, faked, hoax, hoaxes,
  nonsense, fabrication, fabrications, fabricated, propaganda, information attack, information attacks, information warfare,
  information war, smear, smears, smear campaign, fiction, fictitious, fairy tale, fairy tales, witch hunt, witch-hunt, baseless,
  unfounded, groundless, misleading, untrue, disinformation, misinformation, ridiculous, absurd, conspiracy theory,
  conspiracy theories, scaremongering, myth, myths, bogus, slander, slanderous, libel, libellous, defamatory, incorrect,
  inaccurate, wrong, politically motivated, fantasy, invention, inventions, garbage, rubbish, made up, provocation,
  unsubstantiated, discredited, debunked, sham, fraud, hogwash, baloney, distortion, distortions, preposterous, laughable`)

/** Nouns whose lack is a denial: “no evidence that”. */
export const grounds = words('evidence proof truth basis foundation indication grounds')

export const outlets: readonly (readonly string[])[] =
  phrases(`reuters, afp, agence france-presse, ap, associated press, bbc,
  bbc news, cnn, the guardian, guardian, new york times, nyt, washington post, wall street journal, financial times, bloomberg,
  tass, itar-tass, ria novosti, interfax, xinhua, al jazeera, rt, sputnik, der spiegel, spiegel, le monde, fox news, nbc, nbc news,
  abc news, cbs, cbs news, npr, politico, axios, sky news, itv, itv news, channel 4 news, telegraph, daily telegraph, daily mail,
  daily mirror, usa today, los angeles times, the economist, economist, time magazine, newsweek, vox, buzzfeed news, huffpost, vice news,
  kyodo, anadolu, press association, pa media, dpa, ansa, efe, kommersant, izvestia, novaya gazeta, haaretz, al arabiya, the lancet,
  nature, deutsche welle, radio free europe, voice of america, dozhd, meduza, ukrinform, belta, sana, irna, yonhap, ptv, propublica,
  bellingcat, mother jones, the atlantic, the new yorker, the independent, the sun, the times, the intercept, press trust of india`)

/** With these a newspaper's name ends, after at least one other word of a name. */
export const mastheads = words(
  'times post news tribune herald gazette mercury chronicle journal observer guardian telegraph mail mirror globe star weekly magazine courier examiner inquirer sentinel echo argus dispatch register monitor bulletin ledger advertiser reporter advocate',
)

export const documents = words(
  'report study audit paper survey review memo memorandum dossier investigation analysis release communiqué communique white-paper manifesto indictment judgment judgement ruling',
)

export const months = words(
  'january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec',
)
export const days = words('monday tuesday wednesday thursday friday saturday sunday today yesterday tonight')

export const auxiliaries = words(
  "has have had is are was were be been being will would can could may might must should shall did does do didn't doesn't hasn't haven't hadn't isn't aren't wasn't weren't won't wouldn't can't couldn't cannot",
)
export const beings = words("is are was were be been being 's 're isn't aren't wasn't weren't")
export const pronouns = words('i he she it they we you this that these those them him her us me there who which')
export const determiners = words(
  'a an the his her its their our my your this these those some any no many several all both each every another one two three four five six seven eight nine ten dozens hundreds thousands most',
)
export const prepositions = words(
  'of in on at to for from by with about against among between during after before over under into through since until within without near outside inside along across towards toward',
)
export const adverbs = words(
  "also later now then again never always still already once even just only simply previously recently first earlier not first-hand further too back instead meanwhile however soon often ago long n't ever",
)

/** What stands before a colon, and is nobody. */
export const labels = words(
  'more breaking update updates updated watch read listen note live exclusive video photo photos picture pictures opinion analysis explainer factbox sources source correction editor see related follow by rating verdict check conclusion background summary q a question answer time where when what who how why location date tags topics image credit',
)
