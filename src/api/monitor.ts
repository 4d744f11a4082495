import type { Checks } from '#monitoring/health'
import { createMonitor, type Monitor } from '#monitoring/metrics'
import { sparing } from '#monitoring/sparing'
import { poolState } from '#store/database/database'
import { activeBuild, checkDatabase } from '#store/numbers/metrics'
import type { ApiDeps } from './deps.ts'
import { createRecordMetrics, type RecordMetrics } from './metrics.ts'
import { checkSimulator } from './simulator.ts'
import { spanHistogram } from './span-histogram.ts'

/** What the api tells of itself and of the record. */
export function monitorApi(deps: ApiDeps): { readonly monitor: Monitor; readonly metrics: RecordMetrics } {
  const { db, metricsShare } = deps
  const monitor = createMonitor({
    checks: partsOf(deps),
    pool: () => poolState(db),
    others: [sparing(() => spanHistogram(db), metricsShare)],
    // Filled below: its instruments are in the monitor’s registry.
    collect: () => metrics.collect(),
  })
  const metrics = createRecordMetrics(deps, monitor)
  return { monitor, metrics }
}

const partsOf = ({ db, workflows, simulator }: ApiDeps): Checks => ({
  database: () => checkDatabase(db),
  temporal: () => workflows.check(),
  build: () => activeBuild(db),
  ...(simulator === null ? {} : { simulator: () => checkSimulator(simulator) }),
})
