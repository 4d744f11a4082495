import { metricKinds } from '#monitoring/metric-kinds'
import type { Database } from '#store/database/database'
import { type SpanCount, spans } from '#store/numbers/metrics'

const NAME = 'cordon_seconds'
const BOUNDS_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 1800, 3600, 14_400, 86_400]
const SPANS = [
  'finding_to_incident',
  'finding_to_page',
  'proposal_to_decision',
  'decision_to_first_write',
  'decision_to_contained',
]

/** The histogram of spans in Prometheus’s text format, as the database counts it: the client library only counts what it sees itself. */
export async function spanHistogram(db: Database): Promise<string> {
  const counted = await spans(db, BOUNDS_SECONDS)
  const lines = SPANS.flatMap((span) =>
    linesOf(
      span,
      counted.filter((one) => one.span === span),
    ),
  )
  return [`# HELP ${NAME} ${metricKinds[NAME].help}`, `# TYPE ${NAME} histogram`, ...lines, ''].join('\n')
}

function linesOf(span: string, counted: readonly SpanCount[]): readonly string[] {
  const upTo = (bucket: number): number =>
    counted.filter((one) => one.bucket <= bucket).reduce((sum, { count }) => sum + count, 0)
  const all = upTo(BOUNDS_SECONDS.length)
  return [
    ...BOUNDS_SECONDS.map((bound, index) => `${NAME}_bucket{le="${bound}",span="${span}"} ${upTo(index)}`),
    `${NAME}_bucket{le="+Inf",span="${span}"} ${all}`,
    `${NAME}_sum{span="${span}"} ${counted.reduce((sum, one) => sum + one.sum, 0)}`,
    `${NAME}_count{span="${span}"} ${all}`,
  ]
}
