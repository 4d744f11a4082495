import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Api } from '#cli/api'
import { option, type Run } from '#cli/command'
import { readText } from '#cli/document'
import { wrongUsage } from '#cli/failure'
import type { PastIncident } from '#cli/past-incident'
import { sinceOf } from '#cli/since'
import { checkedText, checkLabels } from '#cli/text/labels'
import { changesBy, type Replayed, replayText } from '#cli/text/replayed'
import { withFacts } from '#domain/triage/facts'
import { factsOf } from '#domain/triage/match-context'
import { everyLabel } from './labels.ts'

/** Runs rules over what happened since then. Changes nothing anywhere. */
export const replay: Run = async ({ api, options }) => {
  const since = sinceOf(option(options, 'since') ?? '30d')
  const folder = option(options, 'rules')
  const file = option(options, 'context')
  if (options['labels'] === true) return againstLabels(api, { folder, file })
  const judge = await rulesOf(folder)
  const seen = await asSeenBy(file)
  const incidents = (await pastIncidents(api, since)).map(seen)
  const changes = incidents.flatMap((incident) => changesBy(judge, incident))
  const document: Replayed = {
    since,
    rules: folder ?? 'shipped',
    context: file ?? 'in force',
    incidents: incidents.length,
    changes,
  }
  return {
    document,
    text: replayText(document),
    ...(options['failOnChange'] === true && changes.length > 0 ? { hasFailed: true as const } : {}),
  }
}

interface Tried {
  readonly folder: string | undefined
  readonly file: string | undefined
}

/** Holds the rules against what people concluded. */
async function againstLabels(api: Api, { folder, file }: Tried): ReturnType<Run> {
  const judge = await rulesOf(folder)
  const seen = await asSeenBy(file)
  const document = checkLabels(
    judge,
    (await everyLabel(api)).map((label) => ({ ...label, ...seen(label) })),
  )
  const text = checkedText(document)
  return document.disagreements.length === 0 ? { document, text } : { document, text, hasFailed: true }
}

/** An incident as it would be seen with the context of a file. Accounts keep the environment that they have. */
async function asSeenBy(file: string | undefined): Promise<(past: PastIncident) => PastIncident> {
  if (file === undefined) return (past) => past
  // oxlint-disable-next-line no-restricted-imports -- loaded when it is needed, as the table says
  const { readContextFile } = await import('#store/triage/context-file')
  const read = readContextFile(await readText(file))
  if (read.kind === 'problems')
    throw wrongUsage(read.problems.map(({ line, message }) => `${file}:${line}: ${message}`).join('\n'))
  return (past) => ({
    ...past,
    cases: past.cases.map(({ finding, context }) => ({
      finding,
      // The lists of bad reputation are no part of the file: what they say stays.
      context: withFacts(
        factsOf(read.context, finding, context.environment),
        context.facts.filter(({ fact }) => fact === 'bad reputation'),
      ),
    })),
  })
}

/** Bundled in a folder that is gone afterwards. */
async function rulesOf(folder: string | undefined) {
  // oxlint-disable-next-line no-restricted-imports -- loaded when it is needed, as the table says
  const { rulesToTry } = await import('#worker/try-rules')
  if (folder === undefined) return rulesToTry({})
  const scratch = mkdtempSync(join(tmpdir(), 'cordon-rules-'))
  try {
    return await rulesToTry({ authored: { folder: resolve(folder), index: join(scratch, 'index.js') } })
  } finally {
    rmSync(scratch, { recursive: true })
  }
}

async function pastIncidents(api: Api, since: string): Promise<readonly PastIncident[]> {
  const incidents: PastIncident[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await api.get<{ readonly incidents: readonly PastIncident[]; readonly next: string | null }>(
      '/api/triage/cases',
      { since, cursor },
    )
    incidents.push(...page.incidents)
    if (page.next === null) return incidents
    cursor = page.next
  }
}
