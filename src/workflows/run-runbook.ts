import { ActivityFailure, ApplicationFailure } from '@temporalio/common'
import { isCancellation } from '@temporalio/workflow'
import type { Incident, Runbook } from 'cordon/runbook'
import { credentialIn, handles, instanceIn } from '#domain/finding'
import type { Briefing, Standing } from '#domain/records'
import { runbooks } from '#runbooks/index'
import type { Episode } from './episode.ts'
import { records } from './records.ts'
import { createVerbs } from './verbs.ts'

/** Lets the first runbook that knows the incident’s findings respond; without one, or when it fails, a person takes over. */
export async function runRunbook(episodeNow: Episode, findings: Standing['findings']): Promise<void> {
  const { briefing } = episodeNow
  const { incident, episode } = briefing
  const runbook = runbooks.find((candidate) => knows(candidate, findings))
  await records.beginContainment({ incident, episode, runbook: runbook?.id ?? null })
  if (runbook === undefined) {
    const types = [...new Set(findings.map(({ type }) => type))].join(', ')
    return records.handOver({ incident, episode, key: 'no-runbook', text: `No runbook handles ${types}` })
  }
  try {
    await runbook.respond(incidentOf(briefing, findings), createVerbs(episodeNow, runbook.id))
  } catch (error) {
    if (isCancellation(error)) throw error
    await records.handOver({
      incident,
      episode,
      key: 'runbook',
      text: `Runbook ${runbook.id} stopped: ${explain(error)}`,
    })
  }
}

const knows = ({ handles: patterns }: Runbook, findings: Standing['findings']): boolean =>
  findings.some(({ type }) => patterns.some((pattern) => handles(pattern, type)))

function incidentOf({ incident, account }: Briefing, findings: Standing['findings']): Incident {
  return {
    id: incident,
    account,
    findings,
    credential: () => credentialIn(findings, account),
    instance: () => instanceIn(findings),
  }
}

function explain(error: unknown): string {
  if (error instanceof ActivityFailure) return explain(error.cause)
  if (error instanceof ApplicationFailure) return `${error.type ?? 'internal'}: ${error.message}`
  return `runbook_failed: ${String(error)}`
}
