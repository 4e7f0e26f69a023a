/** That the open article is a test: what is to be reached, handing in, and how it went. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { Banner } from '../article/Banner.tsx'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { articleTrainingQuery } from './api.ts'
import { HandIn } from './HandIn.tsx'
import { ResultDialog } from './ResultDialog.tsx'
import styles from './training.module.css'
import { barText, bannerWords as words } from './wording.ts'

/** In a test nothing is ever revealed, so what is said of blind articles (the children) is said of all others only. */
export function TestBanner({ bench, children }: { bench: Workbench; children?: ReactNode }) {
  const { id, blind, project } = useLive(bench.room.article)
  // Every test is blind, so nothing is asked where nothing can be.
  const { data, isPending } = useQuery({ ...articleTrainingQuery(id), enabled: blind === 'blind' })
  const [dialog, setDialog] = useState<'hand-in' | 'result' | null>(null)
  if (blind === 'blind' && isPending) return null
  if (blind !== 'blind' || !data?.test) return children
  const { test, isTested, tries, left } = data
  if (!isTested)
    return (
      <Banner tone="quiet" text={words.owner}>
        {bench.commands.registered.get().has('gold') && (
          <Button onPress={() => bench.commands.run('gold')}>{words.gold}</Button>
        )}
        <Link to="/projects/$project/training" params={{ project: project.id }} className={styles['link']}>
          {words.toTests}
        </Link>
      </Banner>
    )
  const hasPassed = tries.some(({ passed }) => passed)
  const parts = [words.tested(barText(test.bar))]
  if (tries.length > 0) parts.push(hasPassed ? words.passed : words.failed)
  if (left !== null) parts.push(words.left(left))
  return (
    <>
      <Banner tone={hasPassed ? 'good' : 'quiet'} text={parts.join(' ')}>
        {left !== 0 && <Button onPress={() => setDialog('hand-in')}>{words.handIn}</Button>}
        {tries.length > 0 && <Button onPress={() => setDialog('result')}>{words.result}</Button>}
      </Banner>
      {dialog === 'hand-in' && <HandIn bench={bench} onClose={() => setDialog(null)} />}
      {dialog === 'result' && (
        <ResultDialog bench={bench} bar={test.bar} tries={tries} onClose={() => setDialog(null)} />
      )}
    </>
  )
}
