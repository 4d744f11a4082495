import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Database } from '#store/database'
import { type Count, findingsByOutcome, gateRefusals, incidentsByStatus, plansByStatus, spans } from '#store/metrics'
import { incidentStatuses } from '#domain/incident'
import { planStatuses } from '#domain/plan'

export interface Metrics {
  readonly countDuplicates: (duplicates: number) => void
  readonly read: () => Promise<{ readonly contentType: string; readonly text: string }>
}

const SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 1800, 3600, 14_400, 86_400]
/** GuardDuty keeps findings for as long. */
const DAYS = 90

/** Counts what the record says at each scrape, so that a restart loses nothing. Duplicates leave no record: they are counted since start. */
export function createMetrics(db: Database): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'cordon_api_' })
  const registers = [registry]
  let duplicates = 0
  const findings = new Counter({ name: 'cordon_findings_total', help: 'Findings by what became of them', labelNames: ['outcome'], registers })
  const incidents = new Gauge({ name: 'cordon_incidents', help: 'Incidents by status', labelNames: ['status'], registers })
  const plans = new Gauge({ name: 'cordon_plans', help: 'Plans by status', labelNames: ['status'], registers })
  const refusals = new Counter({ name: 'cordon_gate_refusals_total', help: 'Refusals of the gate by code', labelNames: ['code'], registers })
  const seconds = new Histogram({ name: 'cordon_seconds', help: 'How long things took', labelNames: ['span'], buckets: SECONDS, registers })

  async function collect(): Promise<void> {
    const [byOutcome, byStatus, byPlanStatus, byCode, took] = await Promise.all([
      findingsByOutcome(db),
      incidentsByStatus(db),
      plansByStatus(db),
      gateRefusals(db),
      spans(db, DAYS),
    ])
    for (const metric of [findings, incidents, plans, refusals, seconds]) metric.reset()
    for (const { label, count } of [...byOutcome, { label: 'duplicate', count: duplicates }]) findings.inc({ outcome: label }, count)
    for (const { label, count } of withZeros(incidentStatuses, byStatus)) incidents.set({ status: label }, count)
    for (const { label, count } of withZeros(planStatuses, byPlanStatus)) plans.set({ status: label }, count)
    for (const { label, count } of byCode) refusals.inc({ code: label }, count)
    for (const { span, seconds: value } of took) seconds.observe({ span }, value)
  }

  return {
    countDuplicates: (more) => void (duplicates += more),
    read: async () => {
      await collect()
      return { contentType: registry.contentType, text: await registry.metrics() }
    },
  }
}

const withZeros = (labels: readonly string[], counts: readonly Count[]): readonly Count[] =>
  labels.map((label) => ({ label, count: counts.find((one) => one.label === label)?.count ?? 0 }))
