/** The tests of a project: owners set the bar and see who passed, others find what they can be tested in. */
import { canManage } from '@attest/schema/roles'
import type { ProjectTraining } from '@attest/schema/training'
import { canAssign } from '@attest/schema/work'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useProject } from '../projects/ProjectFrame.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { tell } from '../ui/notices.ts'
import { Empty, Loading, Trouble } from '../ui/states.tsx'
import { endTest, projectTrainingQuery, refreshTraining } from './api.ts'
import { TestDialog } from './TestDialog.tsx'
import styles from './training.module.css'
import { barText, figure, pageWords as words } from './wording.ts'

type Test = ProjectTraining['tests'][number]

export function TrainingPage() {
  const project = useProject()
  const training = useQuery(projectTrainingQuery(project.id))
  useEffect(() => {
    document.title = `${words.title} · ${project.name} · Attest`
  }, [project.name])
  if (training.isPending) return <Loading what={words.what} />
  if (!training.data) return <Trouble isPart error={training.error} onRetry={() => void training.refetch()} />
  return <Training project={project.id} memberRole={project.memberRole} training={training.data} />
}

interface Props {
  project: string
  memberRole: ProjectTraining['role']
  training: ProjectTraining
}

function Training({ project, memberRole, training: { role, tests, people } }: Props) {
  const queries = useQueryClient()
  const [dialog, setDialog] = useState<{ is: 'make' } | { is: 'change' | 'end'; test: Test } | null>(null)
  const mayManage = canManage(role)
  const seesAll = canAssign(memberRole)
  const ending = useMutation({
    mutationFn: (test: Test) => endTest(test.article),
    onSuccess: () => tell(words.ended),
    onError: (error) => tell(error.message, { tone: 'problem' }),
    onSettled: () => {
      setDialog(null)
      return refreshTraining(queries)
    },
  })
  return (
    <div className={styles['page']}>
      <h2>{words.title}</h2>
      <p className={styles['hint']}>{seesAll ? words.hint : words.hintTested}</p>
      {mayManage && (
        <p>
          <Button variant="primary" onPress={() => setDialog({ is: 'make' })}>
            {words.make}
          </Button>
        </p>
      )}
      {tests.length === 0 && (
        <Empty title={words.none}>
          <p>{seesAll ? words.noneHint : words.noneTested}</p>
        </Empty>
      )}
      <ul className={styles['tests']}>
        {tests.map((test) => (
          <li key={test.article}>
            <div>
              <Link to="/articles/$article" params={{ article: test.article }} search={{}}>
                <strong dir="auto">{test.title}</strong>
              </Link>
              <p className={styles['hint']}>
                {barText(test.bar)} · {words.tries(test.tries)}
                {test.gold !== null && ` · ${words.gold(test.gold)}`}
                {!seesAll && ` · ${resultText(test.results)}`}
              </p>
            </div>
            {mayManage && (
              <div className={styles['choices']}>
                <Button onPress={() => setDialog({ is: 'change', test })}>{words.change}</Button>
                <Button onPress={() => setDialog({ is: 'end', test })}>{words.end}</Button>
              </div>
            )}
          </li>
        ))}
      </ul>
      {seesAll && tests.length > 0 && (
        <div>
          <h3>{words.results}</h3>
          {people.length === 0 ? (
            <p>{words.nobody}</p>
          ) : (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways is reached by the keyboard too
            <section className={styles['scroll']} tabIndex={0} aria-label={words.results}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{words.person}</th>
                    {tests.map(({ article, title }) => (
                      <th key={article} scope="col" dir="auto">
                        {title}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {people.map(({ id, name }) => (
                    <tr key={id}>
                      <th scope="row" dir="auto">
                        {name}
                      </th>
                      {tests.map(({ article, results }) => {
                        const own = results.filter(({ person }) => person === id)
                        return (
                          <td key={article} data-passed={own.some(({ passed }) => passed) || undefined}>
                            {resultText(own)}
                          </td>
                        )
                      })}
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          )}
        </div>
      )}
      {dialog?.is === 'make' && <TestDialog project={project} tests={tests} onClose={() => setDialog(null)} />}
      {dialog?.is === 'change' && (
        <TestDialog project={project} tests={tests} test={dialog.test} onClose={() => setDialog(null)} />
      )}
      {dialog?.is === 'end' && (
        <Dialog title={words.endOf(dialog.test.title)} isOpen onOpenChange={(isOpen) => isOpen || setDialog(null)}>
          {() => (
            <div className={styles['form']}>
              <p>{words.endWhat}</p>
              <div className={styles['choices']}>
                <Button variant="bad" isDisabled={ending.isPending} onPress={() => ending.mutate(dialog.test)}>
                  {words.endIt}
                </Button>
              </div>
            </div>
          )}
        </Dialog>
      )}
    </div>
  )
}

/** The first try that passed, or the best of those that did not. */
function resultText(results: Test['results']): string {
  const passed = results.findLast((one) => one.passed)
  if (passed) return words.passed(figure(passed.score.f1), passed.number)
  if (results.length === 0) return words.notTried
  return words.failed(figure(Math.max(...results.map(({ score }) => score.f1 ?? 0))), results.length)
}
