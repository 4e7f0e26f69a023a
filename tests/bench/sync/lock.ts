/** Keeps others who measure or test on the same machine waiting: an exclusive flock on a file, where one is named. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Resolves once it is held; the answer lets go. */
export async function holdLock(file: string | undefined): Promise<() => void> {
  if (file === undefined) return () => {}
  const holder = spawn('flock', ['-x', file, 'sh', '-c', 'echo; cat'], { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(holder.stdout, 'data')
  return () => void holder.stdin.end()
}
