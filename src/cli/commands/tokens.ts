import { listOption, type Run, required, word } from '#cli/command'
import { wrongUsage } from '#cli/failure'
import { table, time } from '#cli/text/table'
import { durationMs } from '#domain/durations'

interface Token {
  readonly id: string
  readonly name: string
  readonly person: string
  readonly scopes: readonly string[]
  readonly sources: readonly string[]
  readonly expiresAt: string
  readonly lastUsedAt: string | null
}

export const list: Run = async ({ api }) => {
  const document = await api.get<{ readonly tokens: readonly Token[] }>('/api/tokens')
  const rows = document.tokens.map(({ id, name, person, scopes, sources, expiresAt, lastUsedAt }) => [
    id,
    name,
    person,
    scopes.join(', '),
    sources.join(', '),
    time(expiresAt),
    lastUsedAt === null ? 'never' : time(lastUsedAt),
  ])
  return { document, text: table(['ID', 'NAME', 'OF', 'SCOPES', 'FROM', 'EXPIRES', 'LAST USED'], rows) }
}

const DAY_MS = 86_400_000

export const create: Run = async (asked) => {
  const { api, options } = asked
  const days = (durationMs(required(asked, 'expires')) ?? 0) / DAY_MS
  if (!Number.isInteger(days) || days < 1) throw wrongUsage('--expires is a number of days such as 90d')
  const body = {
    name: required(asked, 'name'),
    scopes: listOption(options, 'scope') ?? [],
    sources: listOption(options, 'from') ?? [],
    days,
  }
  const document = await api.post<Token & { readonly token: string }>('/api/tokens', body)
  const text = `${document.token}\nIt is shown this once. It lasts until ${time(document.expiresAt)}; cordon tokens revoke ${document.id} ends it.`
  return { document, text }
}

export const revoke: Run = async (asked) => {
  await asked.api.remove(`/api/tokens/${encodeURIComponent(word(asked))}`)
  return { document: { revoked: true }, text: 'Revoked.' }
}
