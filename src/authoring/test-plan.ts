import { noPlan, type Outcome, outcomeOf } from '#domain/outcome'
import { hasDrifted, MAX_REPROPOSALS, type Plan, type PlanStatus } from '#domain/plan'
import { makePlan, type Planned, type Proposal } from '#domain/proposal'
import { eligibleCount } from '#domain/votes'
import { observe } from './test-account.ts'
import { type TestRun, tell, timeOf } from './test-run.ts'
import { carryOut } from './test-steps.ts'
import { decide } from './test-votes.ts'
import type { Ended } from './test-world.ts'

/** A plan’s name where nothing is hashed. */
export const nameOf = ({ verbKey, revision }: Plan): string => `${verbKey}/${revision}`

/** Takes a proposal to its end, as the incident’s workflow does: proposed, decided, carried out; after drift again. */
export function pursue(run: TestRun, proposal: Proposal): Outcome {
  for (let revision = 0; ; revision++) {
    const made = propose(run, proposal, revision)
    if (made.kind === 'refused') return noPlan(made)
    const { plan } = made
    const ended = followToItsEnd(run, plan)
    if (!hasDrifted(ended) || revision >= MAX_REPROPOSALS) return outcomeOf(nameOf(plan), ended.status, ended.reason)
  }
}

function propose(run: TestRun, proposal: Proposal, revision: number): Planned {
  const observations = proposal.wanted.map((wanted) => observe(run, wanted))
  return makePlan(proposal, observations, {
    incident: run.incident,
    episode: 1,
    revision,
    policy: run.policy,
    policyDigest: 'test',
    buildId: 'test',
    catalogueDigest: 'test',
    account: {
      environment: run.world.environment ?? 'production',
      unit: null,
      partition: 'aws',
      regions: regionsOf(run),
    },
    severity: Math.max(0, ...run.findings.map(({ severityMilli }) => severityMilli / 1000)),
    pool: eligibleCount(run.cast.people, proposal),
    earlierTags: {},
    now: timeOf(run),
  })
}

/** Home, and wherever the findings are. */
const regionsOf = ({ findings }: TestRun): readonly string[] => [
  'eu-central-1',
  ...findings.map(({ region }) => region),
]

function followToItsEnd(run: TestRun, plan: Plan): Ended {
  const steps = plan.steps.map(({ action }) => action).join(', ')
  tell(run, 'plan.proposed', `${plan.reason}: ${steps || 'nothing to change'}`)
  const decided = decide(run, plan)
  const ended = decided.status === 'approved' ? carryOut(run, plan, nameOf(plan)) : decided
  run.plans.push({ plan, ...ended })
  tell(run, eventOf(ended.status), `${plan.reason}${ended.reason === null ? '' : `: ${ended.reason}`}`)
  return ended
}

const eventOf = (status: PlanStatus) => (status === 'proposed' ? 'plan.proposed' : (`plan.${status}` as const))
