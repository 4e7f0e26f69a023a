/** The marks in which two people differ, behind a figure: what each has said of which words, and the way there. */
import { goldId } from '@attest/schema/agreement-api'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Loading, Trouble } from '../ui/states.tsx'
import styles from './agreement.module.css'
import { type Cell, differencesQuery, listed } from './api.ts'
import type { AgreementSearch } from './search.ts'
import { listWords as words } from './wording.ts'

interface Props {
  project: string
  search: AgreementSearch
  cell: Cell | null
  nameOf: (person: string) => string
  labelOf: (kind: string) => string
  onClose: () => void
}

export function DifferencesDialog({ cell, nameOf, onClose, ...rest }: Props) {
  return (
    <Dialog
      title={cell ? words.title(nameOf(cell.a), nameOf(cell.b)) : ''}
      size="wide"
      isOpen={cell !== null}
      onOpenChange={(isOpen) => !isOpen && onClose()}
    >
      {() => cell && <List cell={cell} nameOf={nameOf} {...rest} />}
    </Dialog>
  )
}

const ways = ['borders', 'kind', 'missing'] as const

/** A cell of the confusion matrix is of one kind of difference already; of a whole pair one can be chosen. */
function List({ cell, ...props }: Omit<Props, 'onClose' | 'cell'> & { cell: Cell }) {
  const [what, setWhat] = useState<Cell['what']>()
  const isWhole = cell.row === undefined && cell.column === undefined
  return (
    <>
      {isWhole && (
        <fieldset className={styles['choices']} aria-label={words.ways}>
          {ways.map((way) => (
            <Button key={way} isPressedState={what === way} onPress={() => setWhat(what === way ? undefined : way)}>
              {words.what[way]}
            </Button>
          ))}
        </fieldset>
      )}
      <Found key={what} cell={what ? { ...cell, what } : cell} isWhole={isWhole} {...props} />
    </>
  )
}

interface FoundProps extends Omit<Props, 'onClose' | 'cell'> {
  cell: Cell
  isWhole: boolean
}

function Found({ project, search, cell, isWhole, nameOf, labelOf }: FoundProps) {
  const [limit, setLimit] = useState<number>(listed.first)
  const found = useQuery({ ...differencesQuery(project, search, cell, limit), placeholderData: keepPreviousData })
  if (found.isPending) return <Loading what={words.loading} />
  if (!found.data) return <Trouble isPart error={found.error} onRetry={() => void found.refetch()} />
  const { total, differences } = found.data
  if (total === 0) return <p>{words.none}</p>
  const byArticle = Map.groupBy(differences, ({ article }) => article)
  return (
    <>
      <p role="status">{(isWhole ? words.total : words.totalCell)(differences.length, total)}</p>
      {Array.from(byArticle, ([article, own]) => (
        <section key={article} className={styles['differing']}>
          <h3 dir="auto">
            {own[0]?.title}{' '}
            <Link
              to="/articles/$article/compare"
              params={{ article }}
              search={{
                who: [cell.a, cell.b]
                  .filter((one) => one !== goldId)
                  .concat(cell.a === goldId ? goldId : [])
                  .join(','),
              }}
            >
              {words.compare}
            </Link>
          </h3>
          <ul>
            {own.map(({ what, a, b }) => (
              <li key={`${a?.id} ${b?.id}`}>
                <span className={styles['what']} data-what={what}>
                  {words.what[what]}
                </span>
                <blockquote dir="auto">
                  {what === 'borders' || what === 'both' ? (
                    <>
                      <q>{a?.quote}</q> <q>{b?.quote}</q>
                    </>
                  ) : (
                    <q>{(a ?? b)?.quote}</q>
                  )}
                </blockquote>
                <span>
                  {words.says(nameOf(cell.a), a ? labelOf(a.kind) : words.nothing)} ·{' '}
                  {words.says(nameOf(cell.b), b ? labelOf(b.kind) : words.nothing)}
                </span>{' '}
                <Link to="/articles/$article" params={{ article }} search={{ mark: (b ?? a)?.id }}>
                  {words.open}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {differences.length < total && limit < listed.most && (
        <Button isDisabled={found.isPlaceholderData} onPress={() => setLimit(listed.most)}>
          {words.more(Math.min(total, listed.most))}
        </Button>
      )}
    </>
  )
}
