import type { PlanView } from '#cli/answers'
import { type Run, required, word } from '#cli/command'
import { wrongUsage } from '#cli/failure'
import type { LeaseRow } from '#cli/leased'
import { planText } from '#cli/text/plan'
import { table, time } from '#cli/text/table'
import { durationMs } from '#domain/durations'

export const list: Run = async ({ api }) => {
  const document = await api.get<{ readonly leases: readonly LeaseRow[]; readonly more: number }>('/api/leases')
  const { leases, more } = document
  if (leases.length === 0) return { document, text: 'Nothing is contained.' }
  const rows = leases.map(({ plan, incident, isClosed, targets, until, state }) => [
    time(until),
    state,
    isClosed ? `${incident} (closed)` : incident,
    plan,
    targets.join(', '),
  ])
  const text = table(['UNTIL', 'STATE', 'INCIDENT', 'PLAN', 'WHAT'], rows)
  return { document, text: more === 0 ? text : `${text}\nand ${more} more` }
}

export const renew: Run = async (asked) => {
  const span = required(asked, 'for')
  if (durationMs(span) === null) throw wrongUsage('--for is a duration such as 12h or 3d')
  const path = `/api/plans/${encodeURIComponent(word(asked))}/lease`
  const plan = await asked.api.post<PlanView>(path, { for: span, reason: required(asked, 'reason') })
  return { document: plan, text: planText(plan, asked.screen) }
}
