import type { ChangeRow, ChangeView } from '#cli/answers'
import { type Asked, option, type Run, required, word } from '#cli/command'
import { readDocument } from '#cli/document'
import { changeText } from '#cli/text/change'
import { table, time } from '#cli/text/table'

/** One change, or all of them. */
export const look: Run = async ({ words, api, options }) => {
  const id = words[0]
  if (id !== undefined) return shown(await api.get<ChangeView>(pathOf(id)))
  const document = await api.get<{ readonly changes: readonly ChangeRow[] }>('/api/changes', {
    status: option(options, 'status'),
  })
  const rows = document.changes.map((change) => [
    change.id,
    change.kind,
    change.status,
    `${change.quorum.given} of ${change.quorum.required}`,
    change.proposer,
    time(change.decideBy),
    change.title,
  ])
  return { document, text: table(['change', 'kind', 'status', 'votes', 'by', 'decide by', 'what'], rows) }
}

export const propose: Run = async (asked) =>
  shown(await asked.api.post<ChangeView>('/api/changes', await readDocument(word(asked))))

export const approve: Run = (asked) => vote(asked, 'approve', option(asked.options, 'reason'))
export const deny: Run = (asked) => vote(asked, 'deny', required(asked, 'reason'))

export const withdraw: Run = async (asked) => shown(await asked.api.post<ChangeView>(`${pathOf(word(asked))}/withdraw`))

const pathOf = (id: string): string => `/api/changes/${encodeURIComponent(id)}`

/** The vote names the digest of what was read just before. */
async function vote(asked: Asked, decision: 'approve' | 'deny', reason: string | undefined): ReturnType<Run> {
  const path = pathOf(word(asked))
  const { digest } = await asked.api.get<ChangeView>(path)
  return shown(await asked.api.post<ChangeView>(`${path}/votes`, { decision, reason: reason ?? null, digest }))
}

const shown = (change: ChangeView) => ({ document: change, text: changeText(change) })
