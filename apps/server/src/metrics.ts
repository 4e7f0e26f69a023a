/** Figures about this process and its rooms, in the text format of Prometheus. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Context, MiddlewareHandler } from 'hono'

export interface Metrics {
  /** Counts the requests that pass. */
  count: MiddlewareHandler
  write(rooms: { rooms: number; connections: number }): string
}

export function createMetrics(): Metrics {
  const requests = new Map<string, { count: number; seconds: number }>()
  const loopDelay = monitorEventLoopDelay({ resolution: 20 })
  loopDelay.enable()
  const startedAt = Date.now() / 1000 - process.uptime()

  return {
    async count(c: Context, next) {
      const from = performance.now()
      await next()
      const labels = `method="${methodOf(c)}",status="${c.res.status}"`
      const entry = requests.get(labels) ?? { count: 0, seconds: 0 }
      requests.set(labels, entry)
      entry.count++
      entry.seconds += (performance.now() - from) / 1000
    },
    write({ rooms, connections }) {
      const { user, system } = process.cpuUsage()
      const memory = process.memoryUsage()
      const lines = [
        ...metric('attest_rooms', 'gauge', 'Rooms that are open.', rooms),
        ...metric('attest_connections', 'gauge', 'Connections to rooms.', connections),
        ...metric('process_start_time_seconds', 'gauge', 'Start of this process, in seconds since 1970.', startedAt),
        ...metric('process_cpu_seconds_total', 'counter', 'Processor time used.', (user + system) / 1e6),
        ...metric('process_resident_memory_bytes', 'gauge', 'Memory held.', memory.rss),
        ...metric('nodejs_heap_size_used_bytes', 'gauge', 'JavaScript heap in use.', memory.heapUsed),
        ...metric(
          'nodejs_eventloop_lag_p99_seconds',
          'gauge',
          'Event loop delay since the last reading, p99.',
          loopDelay.percentile(99) / 1e9,
        ),
        '# HELP attest_http_requests_total Requests answered.',
        '# TYPE attest_http_requests_total counter',
      ]
      for (const [labels, { count }] of requests) lines.push(`attest_http_requests_total{${labels}} ${count}`)
      lines.push(
        '# HELP attest_http_request_seconds_total Time spent on them.',
        '# TYPE attest_http_request_seconds_total counter',
      )
      for (const [labels, { seconds }] of requests)
        lines.push(`attest_http_request_seconds_total{${labels}} ${seconds}`)
      loopDelay.reset()
      return `${lines.join('\n')}\n`
    },
  }
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** One of a closed list, so that strangers cannot make up labels. */
function methodOf(c: Context): string {
  return methods.has(c.req.method) ? c.req.method : 'other'
}

function metric(name: string, type: 'gauge' | 'counter', help: string, value: number): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, `${name} ${Number.isFinite(value) ? value : 0}`]
}
