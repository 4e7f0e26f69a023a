/** The configuration in deploy/nginx.conf, in a real nginx with TLS, in front of the program as people start it. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { syncPath } from '@attest/schema/protocol'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import WebSocket from 'ws'
import { bare, main } from '../support/environment.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const nginx = ['/usr/sbin/nginx', join(root, '.cache/nginx/usr/sbin/nginx')].find((path) => existsSync(path))
const host = 'attest.example.org'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  server.close()
  await once(server, 'close')
  return port
}

interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

describe.skipIf(nginx === undefined)('Attest behind nginx', () => {
  const folder = mkdtempSync(join(tmpdir(), 'attest-nginx-'))
  const ends: (() => void)[] = [() => rmSync(folder, { recursive: true, force: true })]
  let certificate = Buffer.alloc(0)
  let httpsPort = 0
  let httpPort = 0
  let cookie = ''

  beforeAll(async () => {
    ;[httpPort, httpsPort] = [await freePort(), await freePort()]
    const innerPort = await freePort()
    const pem = (name: string) => join(folder, `${name}.pem`)
    execFileSync(
      'openssl',
      `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=${host} -addext subjectAltName=DNS:${host} -keyout ${pem('key')} -out ${pem('cert')}`.split(
        ' ',
      ),
      { stdio: 'ignore' },
    )
    certificate = readFileSync(pem('cert'))
    const site = readFileSync(join(root, 'deploy/nginx.conf'), 'utf8')
      .replaceAll('127.0.0.1:4321', `127.0.0.1:${innerPort}`)
      .replace(/ssl_certificate .*;/, `ssl_certificate ${pem('cert')};`)
      .replace(/ssl_certificate_key .*;/, `ssl_certificate_key ${pem('key')};`)
      .replaceAll(/ *listen \[::\].*\n/g, '')
      .replaceAll('/var/log/nginx/', `${folder}/`)
      .replace('listen 80;', `listen 127.0.0.1:${httpPort};`)
      .replace('listen 443 ssl', `listen 127.0.0.1:${httpsPort} ssl`)
    for (const name of ['logs', 'body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']) mkdirSync(join(folder, name))
    const paths = ['proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`)
    writeFileSync(
      join(folder, 'nginx.conf'),
      `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/logs/error.log;
       events {}
       http { access_log off; client_body_temp_path ${folder}/body; ${paths.join(' ')} ${site} }`,
    )

    const attest = spawn(process.execPath, [main], {
      env: {
        ...bare,
        PORT: String(innerPort),
        DATA_DIR: join(folder, 'data'),
        ORIGIN: `https://${host}`,
        JOIN_BY_NAME: 'on',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    ends.push(() => attest.kill('SIGKILL'))
    await once(attest.stdout, 'data')
    const proxy = spawn(
      nginx ?? '',
      ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'early.log')],
      {
        stdio: 'inherit',
      },
    )
    ends.push(() => proxy.kill('SIGKILL'))
    await vi.waitFor(async () => expect((await ask('GET', '/readyz')).status).toBe(200), { timeout: 20_000 })
    const { headers } = await ask('POST', '/api/join', { name: 'Ada' })
    cookie = ([headers['set-cookie']].flat()[0] ?? '').split(';')[0] ?? ''
  })

  afterAll(() => {
    for (const end of ends.reverse()) end()
  })

  function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const asking = request(
      {
        host: '127.0.0.1',
        port: httpsPort,
        servername: host,
        ca: certificate,
        method,
        path,
        headers: {
          host,
          cookie,
          ...(method !== 'GET' && { origin: `https://${host}`, 'content-type': 'application/json' }),
          ...headers,
        },
      },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (chunk: string) => {
          text += chunk
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }))
      },
    )
    asking.on('error', reject)
    asking.end(body === undefined ? undefined : JSON.stringify(body))
    return promise
  }

  it('sends whoever comes without TLS to the address with it', async () => {
    const answer = await fetch(`http://127.0.0.1:${httpPort}/articles/x`, { headers: { host }, redirect: 'manual' })
    expect(answer.status).toBe(301)
    expect(answer.headers.get('location')).toMatch(/^https:\/\/.*\/articles\/x$/)
  })

  it('signs people in with a cookie that only TLS carries, and keeps strangers’ pages out', async () => {
    const joined = await ask('POST', '/api/join', { name: 'Ben' }, { cookie: '' })
    expect(joined.status).toBe(200)
    expect([joined.headers['set-cookie']].flat()[0]).toMatch(/^__Secure-|^__Host-/)
    expect([joined.headers['set-cookie']].flat()[0]).toMatch(/; Secure/i)
    expect(joined.headers['strict-transport-security']).toMatch(/max-age/)
    const foreign = await ask('POST', '/api/projects', { name: 'P' }, { origin: 'https://evil.example' })
    expect(foreign.status).toBe(403)
    expect((await ask('GET', '/metrics')).status).toBe(404)
  })

  it('leads to the rooms, and for pages of others it does not', async () => {
    const [article] = JSON.parse((await ask('GET', '/api/projects/sample/articles')).body) as { id: string }[]
    const open = (origin: string) =>
      new WebSocket(`wss://127.0.0.1:${httpsPort}${syncPath}/${article?.id}`, [], {
        ca: certificate,
        headers: { host, cookie, origin },
        // ws hands it on to TLS, which its types do not say.
        ...{ servername: host },
      })
    const socket = open(`https://${host}`)
    await once(socket, 'open')
    // Sync step 1 of a document that has nothing; the answer has the marks of the sample.
    socket.send(new Uint8Array([0, 0, 1, 0]))
    const [frame] = (await once(socket, 'message')) as [Buffer]
    expect(frame.length).toBeGreaterThan(1000)
    socket.close()
    const foreign = open('https://evil.example')
    const [error] = (await once(foreign, 'error')) as [Error]
    expect(error.message).toContain('403')
  })

  it('lets a text of several megabytes through, and a sentence come back for one that is too large', async () => {
    const projects = JSON.parse((await ask('GET', '/api/projects')).body) as { id: string; role: string }[]
    const project = projects.find(({ role }) => role === 'owner')?.id
    const text = `Title\n${'Words of a long text. '.repeat(150_000)}`
    expect((await ask('POST', `/api/projects/${project}/articles`, { text })).status).toBe(201)
    const answer = await ask('POST', `/api/projects/${project}/articles`, { text: 'x'.repeat(40 * 1024 * 1024) })
    expect(answer.status).toBe(413)
    expect(answer.headers['content-type']).toBe('application/problem+json')
  })
})
