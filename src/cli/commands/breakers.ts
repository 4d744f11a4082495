import type { ChangeView } from '#cli/answers'
import { type Run, required, word } from '#cli/command'
import { changeText } from '#cli/text/change'
import { table, time } from '#cli/text/table'

interface Breakers {
  readonly breakers: readonly {
    readonly id: string
    readonly account: string
    readonly openedAt: string
    readonly reason: string
  }[]
}

export const list: Run = async ({ api }) => {
  const document = await api.get<Breakers>('/api/breakers')
  const rows = document.breakers.map(({ id, account, openedAt, reason }) => [account, time(openedAt), reason, id])
  const text =
    rows.length === 0
      ? 'No breaker is open: Cordon acts by itself wherever policy lets it.'
      : table(['account', 'open since', 'why', 'breaker'], rows)
  return { document, text }
}

export const close: Run = async (asked) => {
  const path = `/api/breakers/${encodeURIComponent(word(asked))}/close`
  const document = await asked.api.post<ChangeView>(path, { reason: required(asked, 'reason') })
  return { document, text: changeText(document) }
}
