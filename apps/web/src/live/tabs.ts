/**
 * The other tabs in which the same person has the same article open. They share the copy in the browser, and each sends
 * what was done in it. What a tab has left there that was closed before it could send it, one of the others takes over.
 */
import * as z from 'zod'

const messageSchema = z.union([
  z.object({ type: z.enum(['who', 'bye', 'tray']) }),
  /** With the keys of what it will send itself. */
  z.object({ type: z.literal('here'), tab: z.string(), keys: z.array(z.string()) }),
])

type Message = z.infer<typeof messageSchema>

export interface TabsOptions {
  /** The keys of what this tab has yet to send. */
  waitingKeys: () => Iterable<string>
  /** A tab was closed, and may have left something. */
  onLeft: () => void
  /** What was refused is not what it was. */
  onTray: () => void
}

export interface Tabs {
  /** Which of these keys no open tab will send, where it is for this one to do so; none where it is another's turn. */
  orphans(keys: readonly string[]): Promise<string[]>
  /** Tells the others to read the tray anew. */
  tellTray(): void
  close(): void
}

/** An open tab answers in a few milliseconds. */
const ANSWER_MS = 300

export function openTabs(name: string, { waitingKeys, onLeft, onTray }: TabsOptions): Tabs {
  const tab = crypto.getRandomValues(new Uint32Array(2)).join('-')
  const channel = new BroadcastChannel(name)
  const answers = new Set<Message & { type: 'here' }>()
  let isClosed = false
  const say = (message: Message) => isClosed || channel.postMessage(message)
  const farewell = () => void say({ type: 'bye' })
  channel.addEventListener('message', ({ data }) => {
    const message = messageSchema.safeParse(data).data
    if (message?.type === 'who') say({ type: 'here', tab, keys: [...waitingKeys()] })
    else if (message?.type === 'here') answers.add(message)
    else if (message?.type === 'bye') onLeft()
    else if (message?.type === 'tray') onTray()
  })
  globalThis.addEventListener?.('pagehide', farewell)
  return {
    async orphans(keys) {
      if (keys.length === 0) return []
      answers.clear()
      say({ type: 'who' })
      await new Promise((resolve) => setTimeout(resolve, ANSWER_MS))
      const isOurTurn = [...answers].every((answer) => tab < answer.tab)
      const taken = new Set([...answers].flatMap((answer) => answer.keys))
      return isOurTurn ? keys.filter((key) => !taken.has(key)) : []
    },
    tellTray: () => void say({ type: 'tray' }),
    close() {
      globalThis.removeEventListener?.('pagehide', farewell)
      farewell()
      isClosed = true
      channel.close()
    },
  }
}
