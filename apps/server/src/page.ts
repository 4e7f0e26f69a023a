/**
 * The built page. A request path is only ever looked up among the files that were found in the folder, never joined to
 * it, so no spelling of a path leads out. Files under assets/ carry a hash of their content in their name.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Context } from 'hono'
import { makeNonce, pagePolicy } from './guard.ts'
import { HttpProblem } from './problem.ts'

interface Asset {
  path: string
  type: string
  /** Read when first asked for. */
  content?: { plain: Buffer<ArrayBuffer>; gzip: Buffer<ArrayBuffer> | null; etag: string }
}

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  ico: 'image/x-icon',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  map: 'application/json',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
  webmanifest: 'application/manifest+json',
  webp: 'image/webp',
  woff2: 'font/woff2',
}
const compressible = /^(text\/|application\/|image\/svg)/

export function createPage(folder: string): (c: Context) => Response {
  let files = new Map<string, Asset>()
  let builtAt = Number.NaN

  /** The files as of the build that is there now: `npm run dev` and a second build replace them under us. */
  function currentFiles(): Map<string, Asset> {
    const index = statSync(join(folder, 'index.html'), { throwIfNoEntry: false })
    if (!index) throw new HttpProblem(503, 'The page is not built yet; `npm start` builds it.')
    if (index.mtimeMs !== builtAt) {
      files = listFiles(folder)
      builtAt = index.mtimeMs
    }
    return files
  }

  return (c) => {
    const { path } = c.req
    const files = currentFiles()
    const file = path === '/index.html' ? undefined : files.get(path)
    if (file) return answerFile(c, file, path.startsWith('/assets/'))
    // What has a dot in its last part, or is spelled in an odd way, is a file that is not here and no place in the page.
    const isPlace = /^\/([\w-]+(\/[\w-]+)*\/?)?$/.test(path) && !path.startsWith('/assets/')
    // A person who followed a broken link gets the page, which says so and knows the way back.
    if (!isPlace && !/\btext\/html\b/.test(c.req.header('accept') ?? ''))
      throw new HttpProblem(404, 'There is nothing at this address.')
    if (!isPlace) c.status(404)
    return answerIndex(c, files)
  }
}

function listFiles(folder: string): Map<string, Asset> {
  const files = new Map<string, Asset>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = types[entry.name.slice(entry.name.lastIndexOf('.') + 1)]
    if (!entry.isFile() || !type) continue
    const path = join(entry.parentPath, entry.name)
    files.set(path.slice(folder.length).replaceAll('\\', '/'), { path, type })
  }
  return files
}

function contentOf(file: Asset): NonNullable<Asset['content']> {
  if (!file.content) {
    const plain = readFileSync(file.path)
    const gzip = compressible.test(file.type) && plain.length > 1400 ? gzipSync(plain) : null
    const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`
    file.content = { plain, gzip, etag }
  }
  return file.content
}

function answerFile(c: Context, file: Asset, isImmutable: boolean): Response {
  const { plain, gzip, etag } = contentOf(file)
  c.header('Cache-Control', isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache')
  c.header('ETag', etag)
  c.header('Vary', 'Accept-Encoding')
  // A worker is held to the policy of its own file, not to that of the page; ours has to fetch what the page asks it for.
  if (file.type.startsWith('text/javascript') && !isImmutable)
    c.header('Content-Security-Policy', "default-src 'none'; connect-src 'self'")
  if (c.req.header('if-none-match') === etag) return c.body(null, 304)
  c.header('Content-Type', file.type)
  if (gzip && /\bgzip\b/.test(c.req.header('accept-encoding') ?? '')) {
    c.header('Content-Encoding', 'gzip')
    return c.body(gzip)
  }
  return c.body(plain)
}

function answerIndex(c: Context, files: Map<string, Asset>): Response {
  const index = files.get('/index.html')
  if (!index) throw new RangeError('no /index.html among the files of the page')
  const nonce = makeNonce()
  c.header('Content-Security-Policy', pagePolicy(nonce))
  c.header('Cache-Control', 'no-cache')
  return c.html(contentOf(index).plain.toString('utf8').replaceAll('__CSP_NONCE__', nonce))
}
