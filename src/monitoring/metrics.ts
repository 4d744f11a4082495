import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { type Checks, type Health, healthOf } from './health.ts'
import { type MetricKind, type MetricName, metricKinds } from './metric-kinds.ts'

/** Connections to Postgres of one process. */
export interface PoolState {
  readonly total: number
  readonly idle: number
  /** Requests that wait for a connection. */
  readonly waiting: number
}

export interface Monitored {
  readonly checks: Checks
  readonly pool: () => PoolState
  /** Called before each exposition, to fill the registry. Throws when what it counts cannot be had. */
  readonly collect?: () => Promise<void>
  /** In the text format too: what other libraries of the process count. Throws when it cannot be had. */
  readonly others?: readonly (() => Promise<string>)[]
}

export interface Monitor {
  readonly registry: Registry
  readonly health: () => Promise<Health>
  /** Prometheus’s text format. What cannot be had is left out: the parts say why. */
  readonly expose: () => Promise<{ readonly contentType: string; readonly text: string }>
}

/** What every process tells of itself: Node’s own metrics, its connections to Postgres and its health. */
export function createMonitor({ checks, pool, collect, others = [] }: Monitored): Monitor {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const connections = gauge(registry, 'cordon_db_pool')
  const up = gauge(registry, 'cordon_part_up')
  const health = () => healthOf(checks)
  return {
    registry,
    health,
    expose: async () => {
      for (const [state, count] of Object.entries(pool())) connections.set({ state }, count)
      const filled = textOrNothing(async () => (await collect?.(), ''))
      const [{ parts }, ...rest] = await Promise.all([health(), filled, ...others.map(textOrNothing)])
      for (const [part, { ok }] of Object.entries(parts)) up.set({ part }, Number(ok))
      return { contentType: registry.contentType, text: [await registry.metrics(), ...rest].join('') }
    },
  }
}

async function textOrNothing(read: () => Promise<string>): Promise<string> {
  try {
    const text = await read()
    return text === '' || text.endsWith('\n') ? text : `${text}\n`
  } catch {
    // A scrape shows what there is: that something is missing is what alerts on absence are for.
    return ''
  }
}

const configuration = (registry: Registry, name: MetricName) => {
  const { help, label }: MetricKind = metricKinds[name]
  return { name, help, labelNames: label === undefined ? [] : [label], registers: [registry] }
}

export const gauge = (registry: Registry, name: MetricName): Gauge => new Gauge(configuration(registry, name))

export const counter = (registry: Registry, name: MetricName): Counter => new Counter(configuration(registry, name))
