import { extname } from 'node:path'
import { type Run, required, word } from '#cli/command'
import { readText } from '#cli/document'
import { wrongUsage } from '#cli/failure'
import type { ImportedReputation, ReputationLists } from '#cli/reputation-answers'
import { table, time } from '#cli/text/table'
import { shortHash } from '#domain/ids'
import { type ReputationFormat, reputationFormats } from '#domain/reputation/indicator'
import { readReputation } from '#domain/reputation/read-list'

/** Reads the file as the server would, and says every wrong line. */
export const check: Run = async (asked) => {
  const file = word(asked)
  const read = readReputation(formatOf(asked.options['format'], file), await readText(file))
  const document = { file, valid: read.problems.length === 0, ...read, indicators: read.indicators.length }
  if (read.problems.length > 0)
    return {
      document,
      text: read.problems.map(({ place, message }) => `${file}: ${place}: ${message}`).join('\n'),
      hasFailed: true,
    }
  return { document, text: contentText(file, document) }
}

export const bring: Run = async (asked) => {
  const file = word(asked)
  const body = {
    name: required(asked, 'name'),
    owner: required(asked, 'owner'),
    reason: required(asked, 'reason'),
    until: endOf(required(asked, 'until')),
    format: formatOf(asked.options['format'], file),
    source: await readText(file),
  }
  const document = await asked.api.post<ImportedReputation>('/api/reputation', body)
  const { version, digest } = document
  return {
    document,
    text: `${contentText(body.name, document)}\nVersion ${version}, ${shortHash(digest)}, is in force until ${time(body.until)}.`,
  }
}

export const list: Run = async ({ api }) => {
  const document = await api.get<ReputationLists>('/api/reputation')
  const rows = document.lists.map(({ name, owner, indicators, isInForce, until, findings, digest }) => [
    name,
    owner,
    String(indicators),
    isInForce ? time(until) : `ended ${time(until)}`,
    String(findings),
    shortHash(digest),
  ])
  return { document, text: table(['list', 'owner', 'entries', 'until', 'findings', 'digest'], rows) }
}

/** A day is its beginning, in UTC. */
function endOf(text: string): string {
  const at = new Date(text)
  if (Number.isNaN(at.getTime())) throw wrongUsage(`--until ${text} is no time, such as 2026-12-31`)
  return at.toISOString()
}

function formatOf(said: unknown, file: string): ReputationFormat {
  const name = typeof said === 'string' ? said : extname(file) === '.csv' ? 'csv' : undefined
  const format = reputationFormats.find((one) => one === name)
  if (format === undefined) throw wrongUsage(`--format is one of ${reputationFormats.join(', ')}`)
  return format
}

const contentText = (
  what: string,
  { indicators, skipped }: Pick<ImportedReputation, 'indicators' | 'skipped'>,
): string =>
  [
    `${what} has ${indicators} addresses and names.`,
    ...skipped.map(({ what: kind, count }) => `  not read: ${count} ${kind}`),
  ].join('\n')
