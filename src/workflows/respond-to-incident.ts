import { CancellationScope, continueAsNew, workflowInfo } from '@temporalio/workflow'
import type { Briefing } from '#domain/records'
import { answerRequests } from './answer-requests.ts'
import { reading } from './executor.ts'
import { type FollowedRecord, followRecord } from './follow-record.ts'
import { records } from './records.ts'
import { runRunbook } from './run-runbook.ts'

/**
 * One episode of an incident, from its first finding to its closing. Everything it knows is in the record, so it may be
 * terminated, reset, lost or started again at any moment: it reads what was done and goes on.
 */
export async function respondToIncident(incident: string): Promise<void> {
  const record = await followRecord(incident)
  const { firstExecutionRunId: run } = workflowInfo()
  const briefing = await records.openEpisode({ incident, run })
  const work = new CancellationScope()

  const responding = work.run(() => Promise.all([respond(briefing, record), answerRequests(briefing, record)]))
  const closing = record.follow().then(() => work.cancel())
  const renewing = record.until(() => workflowInfo().continueAsNewSuggested)

  await Promise.race([closing, renewing, responding.then(() => closing)])
  // An episode that is frozen to another build is started there by the sweeper.
  if (record.now().status !== 'closed' && record.now().build === ownBuild())
    await continueAsNew<typeof respondToIncident>(incident)
}

const ownBuild = (): string | undefined => workflowInfo().currentDeploymentVersion?.buildId

async function respond(briefing: Briefing, record: FollowedRecord): Promise<void> {
  const { incident, episode } = briefing
  await prepare(briefing)
  await records.enterPhase({ incident, episode, phase: 'triage' })
  const findings = await untilThreat(briefing, record)
  await records.enterPhase({ incident, episode, phase: 'contain' })
  await runRunbook({ ...briefing, findings }, record)
}

async function prepare({ incident, episode, account, isAccountKnown }: Briefing): Promise<void> {
  if (!isAccountKnown)
    return records.notePreparation({
      incident,
      episode,
      missing: [`Account ${account} is not registered with Cordon`],
    })
  const check = await reading.checkAccount({ incident, account })
  await records.notePreparation({ incident, episode, missing: check.kind === 'ready' ? [] : [check.reason] })
}

/** Judges the findings, and again whenever there are more, until they are a threat; these are then its findings. */
async function untilThreat(
  { incident, episode, run }: Briefing,
  record: FollowedRecord,
): Promise<Briefing['findings']> {
  for (;;) {
    const { findings: judgedVersions } = record.now()
    const { verdict, reasons } = await records.judgeIncident({ incident, episode })
    if (verdict !== 'benign-expected' && verdict !== 'posture') {
      await records.enterPhase({ incident, episode, phase: 'escalate' })
      const text = `${verdict}: ${reasons.join('; ')}`
      await records.pagePeople({ incident, episode, key: `verdict/${verdict}`, text })
    }
    if (verdict === 'threat') return (await records.openEpisode({ incident, run })).findings
    if (verdict === 'inconclusive')
      await records.handOver({
        incident,
        episode,
        key: 'verdict',
        text: 'The rules give no verdict: look at the findings',
      })
    await record.until(({ findings }) => findings > judgedVersions)
  }
}
