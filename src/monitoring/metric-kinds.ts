/** A process that is scraped. */
export type Scraped = 'api' | 'worker' | 'executor' | 'gate' | 'sealer' | 'intake'

export interface MetricKind {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  /** What tells its series apart: never an id. */
  readonly label?: string
  readonly of: readonly Scraped[]
}

const EVERY = ['api', 'worker', 'executor', 'gate', 'sealer', 'intake'] as const
const API = ['api'] as const

/** Every metric of ours. `docs/reference/metrics.md` is made of it. */
export const metricKinds = {
  cordon_findings_total: {
    type: 'counter',
    help: 'Findings by what became of them: accepted, duplicate, quarantined',
    label: 'outcome',
    of: API,
  },
  cordon_findings_accounted: {
    type: 'gauge',
    help: 'What was received in the last 24 hours by how it is answered: incidents, folded, benign, suppressed, quarantined; unaccounted is 0, or something is wrong',
    label: 'answer',
    of: API,
  },
  cordon_incidents: { type: 'gauge', help: 'Incidents by status', label: 'status', of: API },
  cordon_plans: { type: 'gauge', help: 'Plans by status', label: 'status', of: API },
  cordon_gate_refusals_total: { type: 'counter', help: 'Refusals of the gate by code', label: 'code', of: API },
  cordon_seconds: { type: 'histogram', help: 'How long things took, in seconds', label: 'span', of: API },
  cordon_pages: { type: 'gauge', help: 'Pages to people by status', label: 'status', of: API },
  cordon_deliveries: { type: 'gauge', help: 'Deliveries of pages by status', label: 'status', of: API },
  cordon_open_tasks: { type: 'gauge', help: 'Tasks that wait for somebody, in incidents that are not closed', of: API },
  cordon_freezes: { type: 'gauge', help: 'Freezes in force', of: API },
  cordon_leases: {
    type: 'gauge',
    help: 'Leases of what is contained by how near their end is: standing, ending, ended; nothing is lifted at the end',
    label: 'state',
    of: API,
  },
  cordon_oldest_wait_seconds: {
    type: 'gauge',
    help: 'Age of what waits longest: votes (a plan for its quorum), expiry (a plan past its decide-by), wake (an incident for its workflow)',
    label: 'of',
    of: API,
  },
  cordon_last_finding_timestamp_seconds: {
    type: 'gauge',
    help: 'When the newest finding of a source came in',
    label: 'source',
    of: API,
  },
  cordon_sources: {
    type: 'gauge',
    help: 'Places that findings come from, by whether anything is heard from there: heard, silent, unheard',
    label: 'state',
    of: API,
  },
  cordon_coverage_gaps: {
    type: 'gauge',
    help: 'Places where findings are not made, not sent, or did not come, by what is wrong there',
    label: 'kind',
    of: API,
  },
  cordon_source_age_seconds: {
    type: 'gauge',
    help: 'Age of the last word of the source that was heard least lately, of those that are waited for',
    label: 'kind',
    of: API,
  },
  cordon_triage_reviews: {
    type: 'gauge',
    help: 'Answers of the rules that were drawn for a review: right, wrong, open, and late ones, which are open too',
    label: 'state',
    of: API,
  },
  cordon_triage_precision: {
    type: 'gauge',
    help: 'Share of reviewed answers of the rules that were right; absent before anything was reviewed',
    label: 'verdict',
    of: API,
  },
  cordon_triage_rule_reviewed: {
    type: 'gauge',
    help: 'Incidents that the rule judged and a person said of what they are, in a verdict or a review',
    label: 'rule',
    of: API,
  },
  cordon_triage_rule_precision: {
    type: 'gauge',
    help: 'Share of them in which the rule was right; absent before anything was reviewed',
    label: 'rule',
    of: API,
  },
  cordon_last_sealing_timestamp_seconds: {
    type: 'gauge',
    help: 'When this sealer last saw that nothing more is to be sealed, or that another sealer does it',
    of: ['sealer'],
  },
  cordon_log_size: { type: 'gauge', help: 'Entries under the newest checkpoint of this sealer', of: ['sealer'] },
  cordon_db_pool: {
    type: 'gauge',
    help: 'Connections to Postgres: total, idle; and requests that wait for one: waiting',
    label: 'state',
    of: EVERY,
  },
  cordon_part_up: {
    type: 'gauge',
    help: 'Whether what this process needs is well: 1, or 0',
    label: 'part',
    of: EVERY,
  },
} as const satisfies Record<string, MetricKind>

export type MetricName = keyof typeof metricKinds
