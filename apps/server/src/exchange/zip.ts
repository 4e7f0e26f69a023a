/**
 * An archive written as it comes, file after file. The same files give the same bytes: no times are in it. Deflating is
 * zlib's, which takes a third of what it takes in JavaScript.
 */
import { constants, deflateRawSync } from 'node:zlib'
import { Zip, ZipPassThrough } from 'fflate'

/** What an archive without extensions can hold. */
const MOST = { files: 65_000, bytes: 0xf000_0000 }

/** More than an archive can hold, in a sentence. */
export class TooMuch extends Error {
  override name = 'TooMuch'
}

export class ZipFile {
  readonly #zip: Zip
  #open: Deflated | null = null
  #files = 0
  #bytes = 0

  /** `write` is given what the archive is made of, in order. */
  constructor(write: (chunk: Uint8Array) => void) {
    this.#zip = new Zip((error, chunk) => {
      if (error) throw error
      this.#bytes += chunk.length
      if (this.#bytes > MOST.bytes)
        throw new TooMuch('The archive would be larger than 4 GB. Export fewer articles at a time.')
      write(chunk)
    })
  }

  add(name: string, text: string): void {
    this.begin(name)
    this.more(text)
    this.end()
  }

  /** A file that comes in parts. */
  begin(name: string): void {
    if (++this.#files > MOST.files)
      throw new TooMuch(`The archive would have more than ${MOST.files} files. Export fewer articles at a time.`)
    const file = new Deflated(name)
    file.mtime = new Date(1980, 0, 1)
    this.#zip.add(file)
    this.#open = file
  }

  more(text: string): void {
    this.#open?.push(Buffer.from(text, 'utf8'))
  }

  end(): void {
    this.#open?.push(new Uint8Array(0), true)
    this.#open = null
  }

  close(): void {
    this.#zip.end()
  }
}

class Deflated extends ZipPassThrough {
  override compression = 8

  protected override process(chunk: Uint8Array, final: boolean): void {
    // Blocks that end on a byte can stand one behind the other; only the last says that it is.
    const finishFlush = final ? constants.Z_FINISH : constants.Z_SYNC_FLUSH
    if (chunk.length > 0 || final) this.ondata(null, deflateRawSync(chunk, { finishFlush, level: 6 }), final)
  }
}
