import { CancellationScope, continueAsNew, workflowInfo } from '@temporalio/workflow'
import type { Briefing } from '#domain/records'
import { answerRequests } from './answer-requests.ts'
import { reading } from './executor.ts'
import { followRecord } from './follow-record.ts'
import { records } from './records.ts'
import { runRunbook } from './run-runbook.ts'

/**
 * One episode of an incident, from its first finding to its closing. Everything it knows is in the record, so it may be
 * terminated, reset, lost or started again at any moment: it reads what was done and goes on.
 */
export async function respondToIncident(incident: string): Promise<void> {
  const record = await followRecord(incident)
  const briefing = await records.openEpisode({ incident })
  const work = new CancellationScope()

  const responding = work.run(() => Promise.all([respond(briefing, record), answerRequests(briefing, record)]))
  const closing = record.follow().then(() => work.cancel())
  const renewing = record.until(() => workflowInfo().continueAsNewSuggested)

  await Promise.race([closing, renewing, responding.then(() => closing)])
  if (record.now().status !== 'closed') await continueAsNew<typeof respondToIncident>(incident)
}

async function respond(briefing: Briefing, record: Awaited<ReturnType<typeof followRecord>>): Promise<void> {
  const { incident, episode } = briefing
  await prepare(briefing)

  await records.enterPhase({ incident, episode, phase: 'triage' })
  const judged = await records.judgeIncident({ incident, episode })
  if (judged.verdict === 'benign-expected' || judged.verdict === 'posture') return

  await records.enterPhase({ incident, episode, phase: 'escalate' })
  await records.pagePeople({
    incident,
    episode,
    key: 'verdict',
    text: `${judged.verdict}: ${judged.reasons.join('; ')}`,
  })
  if (judged.verdict !== 'threat')
    return records.handOver({
      incident,
      episode,
      key: 'verdict',
      text: 'The rules give no verdict: look at the findings',
    })

  await records.enterPhase({ incident, episode, phase: 'contain' })
  await runRunbook(briefing, record)
}

async function prepare({ incident, episode, account, isAccountKnown }: Briefing): Promise<void> {
  if (!isAccountKnown)
    return records.notePreparation({ incident, episode, missing: [`Account ${account} is not registered with Cordon`] })
  const check = await reading.checkAccount({ incident, account })
  await records.notePreparation({ incident, episode, missing: check.kind === 'ready' ? [] : [check.reason] })
}
