/**
 * What the talk does without being shown: its commands, what is kept in this browser, and telling what comes in. Only
 * what concerns a person is said aloud; nothing takes the focus or moves what they are writing.
 */

import type { Annotation } from '@attest/schema/annotation'
import { MOST_CHARACTERS } from '@attest/schema/comment'
import { useEffect } from 'react'
import { useCommand } from '../commands/commands.ts'
import { speak } from '../editor/focus.ts'
import type { Workbench } from '../editor/workbench.ts'
import { tell } from '../ui/notices.ts'
import { keepTalk } from './keep.ts'
import { newsFor } from './news.ts'
import { askFor, newPlace, placeFor, setRemark } from './places.ts'
import { panelPlace } from './TalkPanel.tsx'
import { talkRefusal, words } from './wording.ts'

/** So long a card may take to open with the field in it, in milliseconds; then the panel, which always has one, opens. */
const CARD_MS = 3000
/** How much of the selected words is taken over into a comment on the article. */
const QUOTED = 300

interface Props {
  bench: Workbench
  /** Whether cards stand beside the text, so that a list beside it leaves room for the open one. */
  isWide: boolean
  /** Whether the filters let a mark through: without a line beside the text it has no card there. */
  isShown: (annotation: Annotation) => boolean
}

export function Talk({ bench, isWide, isShown }: Props) {
  const { editor, room, focus, commands } = bench

  useEffect(() => keepTalk(focus, room.me.id, room.page.id), [focus, room])

  useCommand(commands, 'talk', {
    run() {
      const isOpen = focus.panel.get() === 'talk'
      focus.panel.set(isOpen ? null : 'talk')
      if (isOpen) editor.view.dom.focus({ preventScroll: true })
      else askFor(focus, panelPlace, null)
      return true
    },
  })

  useCommand(commands, 'comment', {
    run() {
      const bar = room.barred.get()
      if (bar) {
        tell(talkRefusal(bar), { tone: 'problem' })
        return true
      }
      const draft = focus.draft.get()
      const selected = draft ? null : focus.selected.get()
      const mark = selected === null ? undefined : room.records.get().annotations.get(selected)
      if (selected === null || focus.panel.get() === 'talk' || (mark && !isShown(mark))) {
        if (draft && !quote(room.page.text.slice(...draft))) return true
        if (draft) focus.selected.set(null)
        focus.panel.set('talk')
        askFor(focus, newPlace(selected ?? 'article'), selected ?? 'article')
        return true
      }
      if (focus.panel.get() !== null && !(isWide && focus.panel.get() === 'list')) focus.panel.set(null)
      const place = placeFor(room.records.get(), selected)
      askFor(focus, place, selected)
      setTimeout(() => {
        // Whatever keeps the card away: what was asked for is there in the panel.
        if (focus.asked.get() !== place || focus.selected.get() !== selected) return
        focus.panel.set('talk')
        askFor(focus, newPlace(selected), selected)
      }, CARD_MS)
      return true
    },
  })

  /** Puts words of the article into the comment on it; false when there is no room for them. */
  const quote = (text: string): boolean => {
    const short = text.length > QUOTED ? `${text.slice(0, QUOTED).toWellFormed()}…` : text
    const place = newPlace('article')
    const before = focus.remarks.get().get(place)
    const body = `${before ? `${before.body.trimEnd()}\n` : ''}“${short.replaceAll(/\s+/g, ' ')}”\n`
    if (body.length > MOST_CHARACTERS) {
      tell(words.quoteTooLong, { tone: 'problem' })
      return false
    }
    setRemark(focus, place, { on: 'article', body, mentions: before?.mentions ?? [] })
    return true
  }

  useEffect(() => {
    const ofMine = () => newsFor(room.me.id, room.records.get().threads, focus.seen.get()).remarks
    let known = new Set(ofMine().keys())
    return room.onRecords((changed) => {
      const { annotations, relations } = room.records.get()
      const deleted = [
        ...[...(changed.get('annotations') ?? [])].filter((id) => !annotations.has(id)),
        ...[...(changed.get('relations') ?? [])].filter((id) => !relations.has(id)),
      ]
      if (deleted.length > 0) keepFocus(deleted)
      const ids = changed.get('comments')
      if (!ids) return
      const news = ofMine()
      const fresh = [...ids].filter((id) => news.has(id) && !known.has(id))
      known = new Set(news.keys())
      // What was there when the page was opened is counted in the bar.
      if (!room.status.get().isLoaded || fresh.length === 0) return
      const [id = ''] = fresh
      const remark = room.records.get().comments.get(id)
      if (fresh.length > 1) speak(focus, words.heard.several(fresh.length))
      else if (remark && 'body' in remark)
        speak(focus, words.heard[news.get(id) ?? 'answer'](room.nameOf(remark.author), remark.body.slice(0, 200)))
    })

    /** Where somebody was writing about a mark or link that goes: what they wrote stays, and they are told where. */
    function keepFocus(deleted: readonly string[]): void {
      const { on, place } =
        (document.activeElement instanceof HTMLElement ? document.activeElement.dataset : null) ?? {}
      if (on !== undefined && place !== undefined && deleted.includes(on)) {
        // Should the field be nowhere, the keys go on where the focus is.
        editor.view.dom.focus({ preventScroll: true })
        if (!room.barred.get() && moveOn(place, on)) return
      }
      const isDrafted = [...focus.remarks.get().values()].some(({ on }) => deleted.includes(on))
      if (isDrafted) tell(words.draftKept, { action: { label: words.show, run: () => void focus.panel.set('talk') } })
    }

    /** Has what is being written about something that is gone go on in the panel; false when there is no room for it. */
    function moveOn(place: string, on: string): boolean {
      const isNew = place === newPlace(on)
      const [next, about] = isNew ? [newPlace('article'), 'article'] : [place, on]
      const draft = focus.remarks.get().get(place)
      if (isNew && draft) {
        const before = focus.remarks.get().get(next)
        const start = before ? `${before.body.trimEnd()}\n\n` : ''
        if (start.length + draft.body.length > MOST_CHARACTERS) return false
        const moved = draft.mentions.map(({ person, at }) => ({ person, at: at + start.length }))
        setRemark(focus, next, {
          on: about,
          body: start + draft.body,
          mentions: [...(before?.mentions ?? []), ...moved],
        })
        setRemark(focus, place, null)
      }
      focus.selected.set(null)
      focus.panel.set('talk')
      askFor(focus, next, about)
      tell(words.draftMoved)
      return true
    }
  }, [room, focus, editor])

  return null
}
