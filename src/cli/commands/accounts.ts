import { type Asked, option, type Run, required, word } from '#cli/command'
import { table } from '#cli/text/table'

interface Account {
  readonly id: string
  readonly name: string
  readonly environment: string
  readonly regions: readonly string[]
  readonly standing: string
  readonly externalId: string | null
}

interface Checked extends Account {
  readonly reasons: readonly string[]
  readonly notes: readonly string[]
}

export const list: Run = async ({ api }) => {
  const document = await api.get<{ readonly accounts: readonly Account[] }>('/api/accounts')
  const rows = document.accounts.map(({ id, name, environment, regions, standing }) => [
    id,
    name,
    environment,
    standing,
    regions.join(', '),
  ])
  return {
    document,
    text:
      rows.length === 0
        ? 'No account is registered.'
        : table(['id', 'name', 'environment', 'standing', 'Regions'], rows),
  }
}

export const add: Run = async (asked) => {
  const { options, api } = asked
  const document = await api.post<Checked>('/api/accounts', {
    id: word(asked),
    name: required(asked, 'name'),
    environment: option(options, 'environment') ?? 'production',
    regions: required(asked, 'region')
      .split(',')
      .map((one) => one.trim()),
    organizationalUnit: option(options, 'organizationalUnit') ?? null,
    administrator: option(options, 'administrator') ?? null,
  })
  return answerOf(document, asked)
}

export const check: Run = async (asked) =>
  answerOf(await asked.api.post<Checked>(`/api/accounts/${encodeURIComponent(word(asked))}/check`), asked)

/** Registered and not connected is what a first look finds: no failure of adding, and one of checking. */
function answerOf(document: Checked, { options }: Asked) {
  const { id, name, standing, reasons, notes } = document
  const isNew = option(options, 'name') !== undefined
  const lines =
    standing === 'registered'
      ? [
          `${name} (${id}) is registered and not connected.`,
          ...reasons.map((reason) => `missing: ${reason}`),
          `Next: cordon roles generate --format cloudformation --account ${id} --hub GATE,EXECUTOR,INTAKE, deploy it there, then cordon accounts check ${id}`,
        ]
      : [
          `${name} (${id}) is ${standing === 'connected' ? 'connected' : 'set up'}. Its mode is what policy names for it.`,
        ]
  const text = [...lines, ...notes.map((note) => `note: ${note}`)].join('\n')
  return { document, text, ...(standing === 'registered' && !isNew ? { hasFailed: true as const } : {}) }
}
