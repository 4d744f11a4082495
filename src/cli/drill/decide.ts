import type { PlanView } from '#cli/answers'
import { isFailure } from '#cli/failure'
import type { Voter } from './cast.ts'
import type { Drill, Look } from './follow.ts'

const CONFLICT = 409

/** Which plans are approved; with `undo-only` other releases are left to the undo that replaces them, and the rest is denied as a false positive. */
export type Attitude = 'every-plan' | 'undo-only'

/** Brings each open plan to its decision, once; true when a vote was cast. */
export function createDeciding(drill: Drill): { readonly attend: (now: Look, attitude: Attitude) => Promise<boolean> } {
  const decided = new Set<string>()
  return {
    async attend({ plans }, attitude) {
      const open = plans.filter(({ hash, status }) => status === 'proposed' && !decided.has(hash))
      for (const plan of open) {
        decided.add(plan.hash)
        await decide(drill, plan, attitude)
      }
      return open.length > 0
    },
  }
}

async function decide(drill: Drill, plan: PlanView, attitude: Attitude): Promise<void> {
  const { screen, voters, asks } = drill
  if (attitude === 'undo-only' && plan.release !== 'false-positive') return leave(drill, plan)
  const missing = Math.max(0, plan.quorum.required - plan.quorum.given)
  if (asks === 'elsewhere' || voters.length < missing)
    return screen.say(`  It needs ${missing} votes of other people: cordon approve ${plan.hash}`)
  for (const voter of voters.slice(0, missing)) {
    const approves = asks === 'nobody' || (await confirms(voter, plan))
    const answer = await vote(voter, plan, approves ? 'approve' : 'deny')
    screen.say(`  ${screen.paint('cyan', `${voter.name} (${voter.groups.join(', ')})`)}: ${answer}`)
    if (!approves) return
  }
}

/** What a false alarm leaves: another release waits for the undo that replaces it, anything else is denied. */
async function leave(drill: Drill, plan: PlanView): Promise<void> {
  if (plan.kind !== 'undo') await deny(drill, plan)
}

async function deny({ screen, voters }: Drill, plan: PlanView): Promise<void> {
  const [voter] = voters
  if (voter === undefined)
    return screen.say(`  Somebody must deny it: cordon deny ${plan.hash} --reason "false positive"`)
  screen.say(`  ${screen.paint('cyan', voter.name)}: ${await vote(voter, plan, 'deny')}, false positive`)
}

/** What came of it. Somebody may have been quicker, which is no failure of the drill. */
async function vote({ api }: Voter, { hash }: PlanView, decision: 'approve' | 'deny'): Promise<string> {
  const reason = decision === 'deny' ? 'false positive' : 'drill'
  try {
    const { quorum } = await api.post<PlanView>(`/api/plans/${hash}/votes`, { decision, reason })
    return decision === 'approve' ? `approved, ${quorum.given} of ${quorum.required}` : 'denied'
  } catch (error) {
    if (isFailure(error) && error.status === CONFLICT) return `too late: ${error.message}`
    throw error
  }
}

async function confirms({ name, groups }: Voter, { shortHash }: PlanView): Promise<boolean> {
  const { confirm, isCancel } = await import('@clack/prompts')
  const answer = await confirm({ message: `As ${name} (${groups.join(', ')}): approve plan ${shortHash}?` })
  return !isCancel(answer) && answer
}
