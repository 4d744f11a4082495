import type { ChangeView, PolicyExplanation, PolicyVersionRow, PolicyView } from '#cli/answers'
import { option, type Run, required, texts, word } from '#cli/command'
import { readText } from '#cli/document'
import { changeText } from '#cli/text/change'
import { explanationText } from '#cli/text/explanation'
import { table, time } from '#cli/text/table'
import { shortHash } from '#domain/ids'

export const show: Run = async ({ api }) => {
  const document = await api.get<PolicyView>('/api/policy')
  const { version, digest, at, change, source } = document
  const by = change === null ? 'the first one of this installation' : `by change ${change}`
  return { document, text: `# version ${version}, ${shortHash(digest)}, since ${time(at)}, ${by}\n${source.trimEnd()}` }
}

export const history: Run = async ({ api }) => {
  const document = await api.get<{ readonly versions: readonly PolicyVersionRow[] }>('/api/policy/versions')
  const rows = document.versions.map(({ version, digest, at, change }) => [
    String(version),
    shortHash(digest),
    time(at),
    change ?? 'the first one',
  ])
  return { document, text: table(['version', 'policy', 'since', 'change'], rows) }
}

export const explain: Run = async (asked) => {
  const { api, options } = asked
  const document = await api.get<PolicyExplanation>('/api/policy/explain', {
    account: required(asked, 'account'),
    action: required(asked, 'action'),
    target: option(options, 'target'),
    tag: texts(options, 'tag'),
    severity: option(options, 'severity'),
    at: option(options, 'at'),
  })
  return { document, text: explanationText(document) }
}

export const apply: Run = async (asked) => {
  const source = await readText(word(asked))
  const body = { source, reason: option(asked.options, 'reason') ?? null }
  const document = await asked.api.post<ChangeView>('/api/policy', body)
  return { document, text: `${changeText(document)}\nNext: two approvers run cordon changes approve ${document.id}` }
}
