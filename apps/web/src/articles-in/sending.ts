/** Many files on their way to the server, a few at a time. */
import { useState } from 'react'
import { beginImport, completeImport, type ImportSetting, sendFile } from './requests.ts'
import { sentence } from './tray.ts'

export type Sending =
  | { is: 'idle' }
  | { is: 'sending'; files: readonly File[]; sent: number }
  /** What could not be sent, and why; the import is not complete yet. */
  | { is: 'stopped'; files: readonly File[]; job: string; left: readonly File[]; problem: string }

const AT_ONCE = 3

export function useSending(project: string, onDone: () => void) {
  const [sending, setSending] = useState<Sending>({ is: 'idle' })

  async function send(files: readonly File[], job: string, todo: readonly File[]): Promise<void> {
    const waiting = [...todo]
    const left: File[] = []
    let sent = files.length - todo.length
    let problem = ''
    setSending({ is: 'sending', files, sent })
    const lane = async () => {
      for (let file = waiting.shift(); file; file = waiting.shift()) {
        try {
          await sendFile(project, job, file)
          setSending({ is: 'sending', files, sent: ++sent })
        } catch (error) {
          problem = sentence(error)
          left.push(file)
        }
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, lane))
    if (left.length > 0) return setSending({ is: 'stopped', files, job, left, problem })
    await complete(job)
  }

  async function complete(job: string): Promise<void> {
    await completeImport(project, job)
    setSending({ is: 'idle' })
    onDone()
  }

  return {
    sending,
    /** Rejects when it could not even begin. */
    async begin(files: readonly File[], setting: ImportSetting): Promise<void> {
      const { id } = await beginImport(project, setting)
      onDone()
      await send(files, id, files)
    },
    async again(): Promise<void> {
      if (sending.is === 'stopped') await send(sending.files, sending.job, sending.left)
    },
    /** Without those that could not be sent. */
    async without(): Promise<void> {
      if (sending.is === 'stopped') await complete(sending.job)
    },
  }
}
