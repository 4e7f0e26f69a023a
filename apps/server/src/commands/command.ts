/** What the commands have in common: how they say that they cannot, what they tell meanwhile, files that stay. */
import { closeSync, fsyncSync, openSync } from 'node:fs'

/** Why a command cannot do what it was asked, as a sentence for the person who asked. */
export class CannotRun extends Error {
  override name = 'CannotRun'
  /** What a server has answered, where it was one. */
  readonly status: number | null

  constructor(message: string, status: number | null = null) {
    super(message)
    this.status = status
  }
}

/** What is stored is damaged: one line for each thing that is. */
export class Damaged extends Error {
  override name = 'Damaged'
  readonly flaws: readonly string[]

  constructor(message: string, flaws: readonly string[]) {
    super(message)
    this.flaws = flaws
  }
}

/** It was told to end, and has taken away what it had begun. */
export class Interrupted extends Error {
  override name = 'Interrupted'
  readonly exitCode: number

  constructor(exitCode: number) {
    super('Interrupted.')
    this.exitCode = exitCode
  }
}

/** What a command has come to. */
export interface Done {
  /** For a person: a sentence, or lines. */
  say: string
  /** For a program, with `--json`. */
  value: unknown
  /** Where some of it could not be done: that, to be said behind the rest, before it ends with 1. */
  failure?: string
}

export interface Progress {
  /** Told often; shown once in a while, and never for what is done within a second. */
  tell(doing: string): void
  /** Takes the line away again. */
  end(): void
}

const TELL_EVERY_MS = 1000

/** One line on standard error, written over and over where that is a terminal. */
export function showProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  let toldAt = performance.now()
  let isLineOpen = false
  return {
    tell(doing) {
      if (performance.now() - toldAt < TELL_EVERY_MS) return
      toldAt = performance.now()
      isLineOpen = stream.isTTY
      stream.write(stream.isTTY ? `\r\u001b[2K${doing} …` : `${doing} …\n`)
    },
    end() {
      if (isLineOpen) stream.write('\r\u001b[2K')
      isLineOpen = false
    },
  }
}

/** What was written to this file, or in this folder, outlives a power cut from here on. */
export function syncToDisk(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } catch (error) {
    // Windows does that for folders by itself, and does not let them be asked.
    if (!(codeOf(error) === 'EPERM' || codeOf(error) === 'EISDIR')) throw error
  } finally {
    closeSync(file)
  }
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
