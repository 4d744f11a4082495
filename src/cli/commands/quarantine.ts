import { option, type Run, word } from '#cli/command'
import { table, time } from '#cli/text/table'

interface Quarantined {
  readonly id: string
  readonly reason: string
  readonly channel: string
  readonly receivedAt: string
}

export const list: Run = async ({ api, options }) => {
  const query = { limit: option(options, 'limit') }
  const document = await api.get<{ readonly quarantined: readonly Quarantined[] }>('/api/quarantine', query)
  const rows = document.quarantined.map(({ id, receivedAt, channel, reason }) => [
    id,
    time(receivedAt),
    channel,
    reason,
  ])
  return { document, text: table(['ID', 'RECEIVED', 'CHANNEL', 'REASON'], rows) }
}

export const show: Run = async (asked) => {
  const document = await asked.api.get(pathOf(word(asked)))
  return { document, text: JSON.stringify(document, null, 2) }
}

interface Retried {
  readonly state: 'accepted' | 'quarantined'
  readonly reason: string | null
  readonly finding: string | null
  readonly incident: string | null
}

export const retry: Run = async (asked) => {
  const document = await asked.api.post<Retried>(`${pathOf(word(asked))}/retry`)
  const { state, reason, finding, incident } = document
  return state === 'accepted'
    ? { document, text: `Finding ${finding ?? ''} → incident ${incident ?? ''}` }
    : { document, text: `Still not readable: ${reason ?? ''}`, hasFailed: true }
}

const pathOf = (id: string): string => `/api/quarantine/${encodeURIComponent(id)}`
