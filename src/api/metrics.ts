import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { incidentStatuses } from '#domain/incident'
import { planStatuses } from '#domain/plan'
import type { Database } from '#store/database'
import { type Count, findingsByOutcome, gateRefusals, incidentsByStatus, plansByStatus, spans } from '#store/metrics'

export interface Metrics {
  readonly countDuplicates: (duplicates: number) => void
  readonly read: () => Promise<{ readonly contentType: string; readonly text: string }>
}

const BUCKETS_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 1800, 3600, 14_400, 86_400]
/** GuardDuty keeps findings for as long. */
const DAYS = 90

/** Counts what the record says at each scrape, so that a restart loses nothing. Duplicates leave no record: they are counted since start. */
export function createMetrics(db: Database): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'cordon_api_' })
  const metrics = instruments(registry)
  let duplicates = 0
  return {
    countDuplicates: (more) => void (duplicates += more),
    read: async () => {
      await collect(db, metrics)
      metrics.findings.inc({ outcome: 'duplicate' }, duplicates)
      return { contentType: registry.contentType, text: await registry.metrics() }
    },
  }
}

type Instruments = ReturnType<typeof instruments>

const instruments = (registry: Registry) => {
  const named = (name: string, help: string, label: string) => ({
    name,
    help,
    labelNames: [label],
    registers: [registry],
  })
  return {
    findings: new Counter(named('cordon_findings_total', 'Findings by what became of them', 'outcome')),
    incidents: new Gauge(named('cordon_incidents', 'Incidents by status', 'status')),
    plans: new Gauge(named('cordon_plans', 'Plans by status', 'status')),
    refusals: new Counter(named('cordon_gate_refusals_total', 'Refusals of the gate by code', 'code')),
    seconds: new Histogram({ ...named('cordon_seconds', 'How long things took', 'span'), buckets: BUCKETS_SECONDS }),
  }
}

async function collect(db: Database, metrics: Instruments): Promise<void> {
  const { findings, incidents, plans, refusals, seconds } = metrics
  const [byOutcome, byStatus, byPlanStatus, byCode, took] = await Promise.all([
    findingsByOutcome(db),
    incidentsByStatus(db),
    plansByStatus(db),
    gateRefusals(db),
    spans(db, DAYS),
  ])
  for (const metric of [findings, incidents, plans, refusals, seconds]) metric.reset()
  for (const { label, count } of byOutcome) findings.inc({ outcome: label }, count)
  for (const { label, count } of withZeros(incidentStatuses, byStatus)) incidents.set({ status: label }, count)
  for (const { label, count } of withZeros(planStatuses, byPlanStatus)) plans.set({ status: label }, count)
  for (const { label, count } of byCode) refusals.inc({ code: label }, count)
  for (const one of took) seconds.observe({ span: one.span }, one.seconds)
}

const withZeros = (labels: readonly string[], counts: readonly Count[]): readonly Count[] =>
  labels.map((label) => ({ label, count: counts.find((one) => one.label === label)?.count ?? 0 }))
