/**
 * Figures about this process, its requests and its rooms, as Prometheus reads them. Labels come from closed lists only,
 * so that strangers cannot make up any, and there are no names and no texts among them.
 */
import { closeCode, refusals } from '@attest/schema/protocol'
import type { Context, MiddlewareHandler } from 'hono'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Figures, SyncStats } from './sync/figures.ts'

export interface Metrics {
  /** Counts the requests that pass. */
  count: MiddlewareHandler
  /** What rooms tell while they work. */
  figures: Figures
  /** Whom to ask how the rooms are; null while there are none. */
  watch(stats: (() => SyncStats) | null): void
  /** The disk failed, and all is read from it again. */
  disksBroken: { inc(): void }
  contentType: string
  write(): Promise<string>
}

/** In seconds: from one fsync of a good disk to what people notice. */
const SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const COUNTS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000]

export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })

  let stats: (() => SyncStats) | null = null
  const gauges = {
    rooms: ['attest_rooms', 'Rooms that are open.'],
    connections: ['attest_connections', 'Connections to rooms.'],
    readOnlyRooms: ['attest_read_only_rooms', 'Open rooms that do not verify, and can only be read.'],
    queuedBytes: ['attest_queued_bytes', 'Bytes waiting to be sent to all connections.'],
    queuedBytesMax: ['attest_queued_bytes_max', 'Bytes waiting to be sent to the connection with the most.'],
    logTailMax: ['attest_log_tail_updates_max', 'Updates since the last snapshot, of the room with the most.'],
  } as const
  for (const [key, [name, help]] of Object.entries(gauges))
    new Gauge({
      name,
      help,
      registers,
      collect() {
        // The keys are those above, whose every one is of SyncStats.
        this.set(stats?.()[key as keyof typeof gauges] ?? 0)
      },
    })
  new Gauge({
    name: 'attest_ready',
    help: 'Whether rooms and requests are served.',
    registers,
    collect() {
      this.set(stats === null ? 0 : 1)
    },
  })

  const counter = (name: string, help: string) => new Counter({ name, help, registers })
  const updates = counter('attest_updates_total', 'Updates that passed the gate.')
  const updateBytes = counter('attest_update_bytes_total', 'Bytes in them.')
  const disksBroken = counter('attest_disk_failures_total', 'Times the disk failed and all was read from it again.')
  const labelled = <Label extends string>(name: string, help: string, label: Label, values: readonly string[]) => {
    const counter = new Counter({ name, help, registers, labelNames: [label] })
    // A rate wants to see the nought before the first one.
    for (const value of values) counter.labels(value).inc(0)
    return counter
  }
  const refused = labelled('attest_refusals_total', 'Changes refused.', 'reason', refusals)
  const codes = new Set([...Object.values(closeCode), UNANSWERED].map(String))
  const ended = labelled('attest_endings_total', 'Connections that the server ended.', 'code', [...codes])

  const seconds = (name: string, help: string) => new Histogram({ name, help, registers, buckets: SECONDS })
  const commits = seconds('attest_commit_seconds', 'From asking for a commit to its being on disk.')
  const commitEntries = new Histogram({
    name: 'attest_commit_entries',
    help: 'Updates that shared a commit.',
    registers,
    buckets: COUNTS,
  })
  const turns = seconds('attest_turn_seconds', 'Work of a room on what had come in, without waiting for the disk.')
  const snapshots = seconds('attest_snapshot_seconds', 'Making and writing a snapshot.')
  const requests = new Histogram({
    name: 'attest_http_request_seconds',
    help: 'Requests answered.',
    registers,
    labelNames: ['method', 'status'],
    buckets: SECONDS,
  })

  return {
    async count(c, next) {
      const from = performance.now()
      await next()
      requests.labels(methodOf(c), String(c.res.status)).observe((performance.now() - from) / 1000)
    },
    figures: {
      accepted(count, bytes) {
        updates.inc(count)
        updateBytes.inc(bytes)
      },
      refused: (reason) => refused.labels(reason).inc(),
      ended: (code) => ended.labels(codes.has(String(code)) ? String(code) : 'other').inc(),
      committed(ms, entries) {
        commits.observe(ms / 1000)
        commitEntries.observe(entries)
      },
      turned: (ms) => turns.observe(ms / 1000),
      compacted: (ms) => snapshots.observe(ms / 1000),
    },
    watch(next) {
      stats = next
    },
    disksBroken,
    contentType: registry.contentType,
    write: () => registry.metrics(),
  }
}

/** What a websocket says of an end that nobody announced. */
const UNANSWERED = 1006

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

function methodOf(c: Context): string {
  return methods.has(c.req.method) ? c.req.method : 'other'
}
