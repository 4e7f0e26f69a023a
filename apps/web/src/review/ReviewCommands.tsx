/** The keys of the review: a verdict about the selected mark and on to the next undecided; the panels. It draws nothing. */
import { isHidden } from '@attest/schema/layer'
import { canJudge } from '@attest/schema/roles'
import type { Decision } from '@attest/schema/verdict'
import { useCommand } from '../commands/commands.ts'
import { speak } from '../editor/focus.ts'
import type { Workbench } from '../editor/workbench.ts'
import { answerSuggestion } from '../suggest/answer.ts'
import { tell } from '../ui/notices.ts'
import { whyNot } from './decide.ts'
import { judge, startCorrecting } from './judge.ts'
import { reviewWords, verdictWords as words } from './wording.ts'

export function ReviewCommands({ bench }: { bench: Workbench }) {
  const { editor, room, focus, commands } = bench
  const selected = () => room.records.get().annotations.get(focus.selected.get() ?? '')
  const mayJudge = () => canJudge(room.role, room.page.project) && room.barred.get() === null
  const say = (decision: Decision) => {
    const mark = selected()
    if (!mark) return false
    // What a model proposes an annotator takes as a mark of their own, or waves away.
    if (answerSuggestion(bench, mark, decision)) return true
    // Whoever took something back wants to look at it again.
    if (judge(bench, mark.id, decision) === 'said') {
      const { text } = focus.spoken.get()
      editor.commands.stepAnnotation(1, 'undecided')
      const next = focus.selected.get() === mark.id ? '' : ` ${focus.spoken.get().text}`
      speak(focus, `${text}.${next}`)
    }
    return true
  }
  const isPossible = () => selected() !== undefined
  useCommand(commands, 'accept', { run: () => say('accept'), isPossible })
  useCommand(commands, 'reject', { run: () => say('reject'), isPossible })
  useCommand(commands, 'unsure', { run: () => say('unsure'), isPossible })
  useCommand(commands, 'duplicateOf', {
    isPossible,
    run() {
      const mark = selected()
      // The key is also that of whoever makes another's mark their own.
      const reason = mark && whyNot(room, mark)
      return reason === 'own-mark' || reason === 'may-not-judge' ? commands.run('duplicate') : say('duplicate')
    },
  })
  useCommand(commands, 'undecided', {
    run: () => editor.commands.stepAnnotation(1, 'undecided'),
  })
  useCommand(commands, 'correct', {
    isPossible: () => mayJudge() && selected() !== undefined && selected()?.author !== room.me.id,
    run() {
      const mark = selected()
      if (!mark) {
        tell(words.selectOne)
        return true
      }
      // Elsewhere than in the list, an open panel has taken the card's place.
      if (focus.panel.get() !== 'list') focus.panel.set(null)
      return startCorrecting(bench, mark.id)
    },
  })
  const toggle = (panel: 'review' | 'corrections') => {
    focus.panel.set(focus.panel.get() === panel ? null : panel)
    return true
  }
  useCommand(commands, 'review', {
    run() {
      if (!isHidden(room.page.blind)) return toggle('review')
      tell(reviewWords.blind)
      return true
    },
    isPossible: () => canJudge(room.role, room.page.project),
  })
  useCommand(commands, 'corrections', { run: () => toggle('corrections') })
  return null
}
