import { deliveryStatuses, pageStatuses } from '#domain/channels'
import { errorKinds } from '#domain/errors'
import { incidentStatuses } from '#domain/incident'
import { leaseStates } from '#domain/lease'
import { planStatuses } from '#domain/plan'
import type { Monitor } from '#monitoring/metrics'
import { counter, gauge } from '#monitoring/metrics'
import { sparing } from '#monitoring/sparing'
import type { Database } from '#store/database/database'
import { findingClasses, tallyOfLastDay } from '#store/findings/accounting'
import {
  type Count,
  deliveriesByStatus,
  findingsByOutcome,
  gateRefusals,
  incidentsByStatus,
  lastFindings,
  leasesByState,
  oldestWords,
  pagesByStatus,
  plansByStatus,
  sourcesByState,
  standing,
} from '#store/numbers/metrics'
import { precisionOfRules } from '#store/numbers/rule-precision'
import { gapCounts } from '#store/sources/coverage'
import { type Precision, rulesPrecision } from '#store/triage/reviews'
import type { ApiDeps } from './deps.ts'

/** What the record counts, read from it, so that a restart loses nothing. */
export interface RecordMetrics {
  readonly countDuplicates: (duplicates: number) => void
  /** Throws when the record cannot be read; then nothing of before is told. */
  readonly collect: () => Promise<void>
}

/** Duplicates leave no record: they are counted since start. */
export function createRecordMetrics(
  record: Pick<ApiDeps, 'db' | 'metricsShare'>,
  { registry }: Monitor,
): RecordMetrics {
  const instruments = {
    findings: counter(registry, 'cordon_findings_total'),
    accounted: gauge(registry, 'cordon_findings_accounted'),
    incidents: gauge(registry, 'cordon_incidents'),
    plans: gauge(registry, 'cordon_plans'),
    refusals: counter(registry, 'cordon_gate_refusals_total'),
    pages: gauge(registry, 'cordon_pages'),
    deliveries: gauge(registry, 'cordon_deliveries'),
    tasks: gauge(registry, 'cordon_open_tasks'),
    freezes: gauge(registry, 'cordon_freezes'),
    leases: gauge(registry, 'cordon_leases'),
    oldest: gauge(registry, 'cordon_oldest_wait_seconds'),
    lastFinding: gauge(registry, 'cordon_last_finding_timestamp_seconds'),
    sources: gauge(registry, 'cordon_sources'),
    sourceAge: gauge(registry, 'cordon_source_age_seconds'),
    gaps: gauge(registry, 'cordon_coverage_gaps'),
    reviews: gauge(registry, 'cordon_triage_reviews'),
    precision: gauge(registry, 'cordon_triage_precision'),
    ruleReviewed: gauge(registry, 'cordon_triage_rule_reviewed'),
    rulePrecision: gauge(registry, 'cordon_triage_rule_precision'),
  }
  const look = lookingAt(record)
  let duplicates = 0
  return {
    countDuplicates: (more) => void (duplicates += more),
    collect: async () => {
      const seen = await look().catch((error: unknown) => {
        reset(instruments)
        throw error
      })
      // In one go: another scrape may be under way.
      reset(instruments)
      fill(instruments, seen)
      instruments.findings.inc({ outcome: 'duplicate' }, duplicates)
    },
  }
}

/** Since ever, and no drills. */
const everReal: Parameters<typeof precisionOfRules>[1] = { since: new Date(0), drills: 'left-out' }

/** What the record is asked at each look. */
const questions = {
  findings: findingsByOutcome,
  accounted: tallyOfLastDay,
  incidents: incidentsByStatus,
  plans: plansByStatus,
  refusals: gateRefusals,
  pages: pagesByStatus,
  deliveries: deliveriesByStatus,
  lasts: lastFindings,
  leases: leasesByState,
  sources: sourcesByState,
  ages: oldestWords,
  gaps: gapCounts,
  now: standing,
  reviewed: rulesPrecision,
  rules: (db: Database) => precisionOfRules(db, everReal),
}

type Seen = { readonly [Question in keyof typeof questions]: Awaited<ReturnType<(typeof questions)[Question]>> }

/** Each question for itself: what is quickly said is said anew, and what reads much of the record is read seldom. */
function lookingAt({ db, metricsShare }: Pick<ApiDeps, 'db' | 'metricsShare'>): () => Promise<Seen> {
  const asked = Object.entries(questions).map(
    ([name, ask]) => [name, sparing<unknown>(() => ask(db), metricsShare)] as const,
  )
  return async () => {
    const answers = asked.map(async ([name, ask]) => [name, await ask()] as const)
    return Object.fromEntries(await Promise.all(answers)) as Seen
  }
}

const outcomes = ['accepted', 'quarantined']
const sourceStates = ['heard', 'silent', 'unheard']

type Instruments = Readonly<
  Record<'findings' | 'refusals', ReturnType<typeof counter>> &
    Record<
      | 'accounted'
      | 'incidents'
      | 'plans'
      | 'pages'
      | 'deliveries'
      | 'tasks'
      | 'freezes'
      | 'leases'
      | 'oldest'
      | 'lastFinding'
      | 'sources'
      | 'sourceAge'
      | 'gaps'
      | 'reviews'
      | 'precision'
      | 'ruleReviewed'
      | 'rulePrecision',
      ReturnType<typeof gauge>
    >
>

function reset(instruments: Instruments): void {
  for (const metric of Object.values(instruments)) metric.reset()
}

function fill(into: Instruments, seen: Seen): void {
  for (const { label, count } of withZeros(outcomes, seen.findings)) into.findings.inc({ outcome: label }, count)
  // From zero on, so that the first of a code is seen as one more.
  for (const { label, count } of withZeros(Object.keys(errorKinds), seen.refusals))
    into.refusals.inc({ code: label }, count)
  const gauges = [
    [into.incidents, 'status', withZeros(incidentStatuses, seen.incidents)],
    [into.plans, 'status', withZeros(planStatuses, seen.plans)],
    [into.pages, 'status', withZeros(pageStatuses, seen.pages)],
    [into.deliveries, 'status', withZeros(deliveryStatuses, seen.deliveries)],
    [into.leases, 'state', withZeros(leaseStates, seen.leases)],
    [into.sources, 'state', withZeros(sourceStates, seen.sources)],
    [into.lastFinding, 'source', seen.lasts],
    [into.sourceAge, 'kind', seen.ages],
    [into.gaps, 'kind', seen.gaps],
    [into.reviews, 'state', reviewStates.map((label) => ({ label, count: sumOf(seen.reviewed, label) }))],
    [into.precision, 'verdict', seen.reviewed.flatMap(({ verdict, precision }) => shareCount(verdict, precision))],
    [into.ruleReviewed, 'rule', seen.rules.map(({ rule, reviewed }) => ({ label: rule, count: reviewed }))],
    [into.rulePrecision, 'rule', seen.rules.flatMap(({ rule, precision }) => shareCount(rule, precision))],
  ] as const
  for (const [metric, name, counts] of gauges)
    for (const { label, count } of counts) metric.set({ [name]: label }, count)
  for (const answer of [...findingClasses, 'unaccounted'] as const)
    into.accounted.set({ answer }, seen.accounted[answer])
  const { openTasks, freezes, ...waits } = seen.now
  into.tasks.set(openTasks)
  into.freezes.set(freezes)
  for (const [of, seconds] of Object.entries(waits)) into.oldest.set({ of }, seconds)
}

const reviewStates = ['right', 'wrong', 'open', 'late'] as const

const sumOf = (reviewed: readonly Precision[], state: (typeof reviewStates)[number]): number =>
  reviewed.reduce((sum, one) => sum + one[state], 0)

/** Nothing where nothing was reviewed: 0 would say that all was wrong. */
const shareCount = (label: string, share: number | null): readonly Count[] =>
  share === null ? [] : [{ label, count: share }]

const withZeros = (labels: readonly string[], counts: readonly Count[]): readonly Count[] =>
  labels.map((label) => ({ label, count: counts.find((one) => one.label === label)?.count ?? 0 }))
