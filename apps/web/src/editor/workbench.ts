/** What every part of an article's page works with. It is one object for as long as the article is open. */
import type { Editor } from '@tiptap/react'
import type { Commands } from '../commands/commands.ts'
import type { ArticleRoom } from '../live/article-room.ts'
import type { Focus } from './focus.ts'

export interface Workbench {
  editor: Editor
  room: ArticleRoom
  focus: Focus
  commands: Commands
}
