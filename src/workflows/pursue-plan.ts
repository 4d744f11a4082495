import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common'
import { ParentClosePolicy, startChild } from '@temporalio/workflow'
import { driftNotice } from '#domain/drift-notice'
import { planWorkflowId, shortHash } from '#domain/ids'
import { noPlan, type Outcome, outcomeOf } from '#domain/outcome'
import { hasDrifted, isTerminal, MAX_REPROPOSALS } from '#domain/plan'
import type { Proposal } from '#domain/proposal'
import type { PlanView, StoredPlan } from '#domain/records'
import { carryOutPlan } from './carry-out-plan.ts'
import type { Episode } from './episode.ts'
import { reading } from './executor.ts'
import { records } from './records.ts'

/** The database’s clock decides; when this one runs ahead it asks again soon, not at once. */
const SMALLEST_WAIT_MS = 250

export interface Pursuit {
  readonly proposal: Proposal
  /** Plans that a former run already made for this, oldest first. */
  readonly plans: readonly string[]
}

/** Takes a proposal to its end: observe, propose, wait for people, carry out; after drift again, with what is true now. */
export async function pursuePlan(episode: Episode, pursuit: Pursuit): Promise<Outcome> {
  const { reason, wanted } = pursuit.proposal
  const actions = wanted.map(({ action }) => action)
  for (let revision = Math.max(0, pursuit.plans.length - 1); ; revision++) {
    const stored = await propose(episode, pursuit, revision)
    if (stored.kind === 'refused') return noPlan(stored)
    const drifts = Object.values(episode.record.now().plans).filter(hasDrifted)
    const notice = driftNotice(
      drifts.map((drift) => drift.reason),
      actions,
    )
    const ended = await followToItsEnd(episode, stored, `${reason}${notice}`)
    if (!hasDrifted(ended) || revision >= MAX_REPROPOSALS) return outcomeOf(stored.plan, ended.status, ended.reason)
  }
}

async function propose({ briefing }: Episode, { proposal, plans }: Pursuit, revision: number): Promise<StoredPlan> {
  const { incident, episode } = briefing
  // A plan that is stored already is answered by its key; what is observed then is not looked at.
  const observations =
    plans[revision] === undefined ? await reading.observeTargets({ incident, wanted: proposal.wanted }) : []
  return records.storePlan({ incident, episode, revision, proposal, observations })
}

type Stored = Extract<StoredPlan, { kind: 'stored' }>

async function followToItsEnd(
  { record, call }: Episode,
  { plan, status, decideBy }: Stored,
  reason: string,
): Promise<PlanView> {
  // Whoever decides a proposed plan wakes the incident; what policy approved as it was stored wakes nobody.
  if (status !== 'proposed') await record.refresh()
  const view = (): PlanView => record.now().plans[plan] ?? { status: 'proposed', reason: null, decideBy }
  const isDecided = (): boolean => view().status !== 'proposed'
  if (!isDecided())
    call({
      key: `plan/${plan}`,
      text: `Plan ${shortHash(plan)} waits for votes: ${reason}`,
      plan,
      isAnswered: isDecided,
    })
  while (!isDecided()) {
    const inTime = await record.until(isDecided, Math.max(SMALLEST_WAIT_MS, Date.parse(decideBy) - Date.now()))
    if (!inTime) {
      await records.expirePlan({ plan })
      await record.refresh()
    }
  }
  if (!isTerminal(view().status)) await startCarryingOut(plan)
  await record.until(() => isTerminal(view().status))
  return view()
}

/** ABANDON, so that an incident that ends, continues as new or is terminated never cuts a containment in half. */
async function startCarryingOut(plan: string): Promise<void> {
  try {
    await startChild(carryOutPlan, {
      workflowId: planWorkflowId(plan),
      args: [plan],
      parentClosePolicy: ParentClosePolicy.ABANDON,
    })
  } catch (error) {
    // A former run of this incident, or the sweeper, started it: that one reads the same record.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
  }
}
