import { type Run, required, word } from '#cli/command'
import { wrongUsage } from '#cli/failure'
import { table, time } from '#cli/text/table'
import { LONGEST_DELEGATION_MS } from '#domain/delegation'
import { durationMs } from '#domain/durations'

interface Delegation {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly endsAt: string
}

const MINUTE_MS = 60_000

export const begin: Run = async (asked) => {
  const ms = durationMs(required(asked, 'for')) ?? 0
  const minutes = ms / MINUTE_MS
  if (!Number.isInteger(minutes) || minutes < 1 || ms > LONGEST_DELEGATION_MS)
    throw wrongUsage('--for is a duration of minutes or hours such as 8h; 12h at most')
  const document = await asked.api.post<Delegation>('/api/delegations', { to: word(asked), minutes })
  const { id, to, endsAt } = document
  const text = `${to} stands for you until ${time(endsAt)}, and you two count once. cordon undelegate ${id} ends it.`
  return { document, text }
}

export const list: Run = async ({ api }) => {
  const document = await api.get<{ readonly delegations: readonly Delegation[] }>('/api/delegations')
  const rows = document.delegations.map(({ id, from, to, endsAt }) => [id, to, from, time(endsAt)])
  return { document, text: table(['ID', 'WHO', 'STANDS FOR', 'UNTIL'], rows) }
}

export const end: Run = async (asked) => {
  await asked.api.remove(`/api/delegations/${encodeURIComponent(word(asked))}`)
  return { document: { ended: true }, text: 'Ended.' }
}
