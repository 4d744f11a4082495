import type { AppliedContext, ContextExplanation, ContextView } from '#cli/answers'
import { option, type Run, word } from '#cli/command'
import { readText } from '#cli/document'
import { changeText } from '#cli/text/change'
import { table, time } from '#cli/text/table'
import { shortHash } from '#domain/ids'

export const show: Run = async ({ api }) => {
  const document = await api.get<ContextView>('/api/context')
  const { version, digest, at, change } = document
  const by = change === null ? 'by one person, since it only narrowed' : `by change ${change}`
  const rows = document.entries.map(({ id, kind, owner, until, findings, lastAt, reason }) => [
    id,
    kind,
    owner,
    until ?? 'for good',
    String(findings),
    lastAt === null ? 'never' : time(lastAt),
    reason,
  ])
  const head = ['entry', 'kind', 'owner', 'until', 'findings', 'last', 'reason']
  return { document, text: `version ${version}, ${shortHash(digest)}, since ${time(at)}, ${by}\n${table(head, rows)}` }
}

export const explain: Run = async (asked) => {
  const document = await asked.api.get<ContextExplanation>('/api/context/explain', { finding: word(asked) })
  const { finding, type, environment, criticality, owners, facts } = document
  const text = [
    `${type} ${finding}`,
    `  environment ${environment ?? 'not described'}, criticality ${criticality}, owner ${owners.join(', ') || 'unknown'}`,
    ...(facts.length === 0 ? ['  no entry says anything of it'] : []),
    ...facts.map(({ fact, entry, text: why }) => `  ${fact} by ${entry}: ${why}`),
  ]
  return { document, text: text.join('\n') }
}

export const apply: Run = async (asked) => {
  const source = await readText(word(asked))
  const body = { source, reason: option(asked.options, 'reason') ?? null }
  const document = await asked.api.post<AppliedContext>('/api/context', body)
  if (document.kind === 'applied')
    return { document, text: `The context only narrows: ${shortHash(document.digest)} is in force.` }
  const { change } = document
  return {
    document,
    text: `${changeText(change)}\nNext: two approvers run cordon changes approve ${change.id}`,
  }
}
