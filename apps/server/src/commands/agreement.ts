/** `attest agreement`: how far the people of a project agree, as its page has it. */
import type { AgreementDone } from '@attest/schema/agreement-api'
import { many } from '../articles/report.ts'
import type { Done } from './command.ts'
import { connectTo, explained, type RemoteOptions } from './remote.ts'

export interface AgreementOptions extends RemoteOptions {
  project: string
  /** As the server takes them: `kinds`, `people`, `against=gold` … */
  query: Readonly<Record<string, string>>
}

export function tellAgreement({ project, query, ...remote }: AgreementOptions): Promise<Done> {
  return explained(
    remote.url,
    connectTo(remote)
      .agreement(project, query)
      .then((value) => ({ say: linesOf(value).join('\n'), value })),
  )
}

type Estimate = AgreementDone['overall']['exact']['pooled']

function linesOf({ overall, pairs, people, articles, shared }: AgreementDone): string[] {
  const names = new Map(people.map(({ id, name }) => [id, name]))
  const rows: [name: string, estimate: Estimate][] = [
    ['F1, exact borders', overall.exact.mean],
    ['F1, partial overlap', overall.partial.mean],
    ['kappa, characters', overall.characters.mean],
    ['kappa, tokens', overall.tokens.mean],
    ['alpha, nominal, characters', overall.alphaCharacters.pooled],
    ['alpha, unitizing, pairs', overall.unitizing.mean],
    ['F1, relations', overall.relations.aligned],
  ]
  return [
    `${many(articles, 'article')}, ${shared} of them marked by two or more.`,
    ...rows.map(([name, estimate]) => `${name}\t${told(estimate)}`),
    ...pairs.map(
      ({ a, b, articles: both, exact, partial }) =>
        `${names.get(a) ?? a} and ${names.get(b) ?? b}\t${many(both, 'article')}\texact ${told(exact.pooled)}\tpartial ${told(partial.pooled)}`,
    ),
  ]
}

function told(estimate: Estimate): string {
  if (estimate.value === null) return `not defined (${estimate.reason})`
  const { interval } = estimate
  return `${estimate.value.toFixed(3)}${interval ? ` [${interval.low.toFixed(3)}, ${interval.high.toFixed(3)}]` : ''}`
}
