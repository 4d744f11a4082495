import { CancellationScope, continueAsNew, workflowInfo } from '@temporalio/workflow'
import type { Verdict } from '#domain/incident'
import { type Briefing, isMoreToJudge, type Standing, toJudgeBy } from '#domain/records'
import { isAnsweredByRules } from '#domain/sampling'
import type { Judged } from '#domain/verdict'
import { answerAppeals } from './answer-appeals.ts'
import { answerRequests } from './answer-requests.ts'
import { callAbout } from './call-about.ts'
import { type Episode, episodeOf } from './episode.ts'
import { reading } from './executor.ts'
import { followRecord } from './follow-record.ts'
import { judge } from './judge.ts'
import { records } from './records.ts'
import { runRunbook } from './run-runbook.ts'

/**
 * One episode of an incident, from its first finding to its closing. Everything it knows is in the record, so it may be
 * terminated, reset, lost or started again at any moment: it reads what was done and goes on.
 */
export async function respondToIncident(incident: string): Promise<void> {
  const { briefing, record } = await followRecord(incident)
  const episode = episodeOf(briefing, record)
  const work = new CancellationScope()

  const responding = work.run(async () => {
    await Promise.all([respond(episode), answerRequests(episode), answerAppeals(episode), episode.deliverTheRest()])
    await episode.calls()
  })
  const closing = record.follow().then(() => work.cancel())
  const renewing = record.until(() => workflowInfo().continueAsNewSuggested)

  await Promise.race([closing, renewing, responding.then(() => closing)])
  // An episode that is frozen to another build is started there by the sweeper.
  if (record.now().status !== 'closed' && record.now().build === ownBuild())
    await continueAsNew<typeof respondToIncident>(incident)
}

const ownBuild = (): string | undefined => workflowInfo().currentDeploymentVersion?.buildId

async function respond(episode: Episode): Promise<void> {
  await prepare(episode.briefing)
  await runRunbook(episode, await untilThreat(episode))
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

/**
 * Judges the findings, and again whenever there are more, a person says what it is, or the context changes, until they are a threat; these are then its
 * findings. What a changed context leaves as it was calls nobody again.
 */
async function untilThreat(episode: Episode): Promise<Standing['findings']> {
  const { briefing, record } = episode
  const { incident, episode: number } = briefing
  let last: Told | undefined
  for (;;) {
    const before = record.now()
    const said = await judge({ incident, episode: number })
    if (last === undefined || toJudgeBy(before) > last.judgedBy || !isSame(said, last.said)) {
      if (last !== undefined) last.isSuperseded = true
      last = { said, judgedBy: toJudgeBy(before), isSuperseded: false }
      await tell(episode, last)
    }
    if (said.verdict === 'threat') return said.findings
    await record.until((now) => isMoreToJudge(now, before))
  }
}

/** A verdict that people were told, until another one takes its place. */
interface Told {
  readonly said: Judged
  /** How much there was to judge by. */
  readonly judgedBy: number
  isSuperseded: boolean
}

const isSame = (one: Judged, other: Judged): boolean => one.verdict === other.verdict && one.priority === other.priority

async function tell(episode: Episode, told: Told): Promise<void> {
  const { incident, episode: number } = episode.briefing
  const { verdict, reasons } = told.said
  if (!isAnsweredByRules(verdict)) callAbout(episode, told.said, () => told.isSuperseded)
  const text = tasks[verdict]
  if (text === undefined) return
  await records.handOver({ incident, episode: number, key: 'verdict', text: [text, ...reasons.slice(0, 1)].join('. ') })
}

/** What a person has to do about it. */
const tasks: Readonly<Partial<Record<Verdict, string>>> = {
  inconclusive: 'The rules give no verdict: look at the findings',
  inappropriate: 'Somebody did what they should not have done: put it right, or say that it is meant so',
}
