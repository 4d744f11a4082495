import type { Plan } from '#domain/plan'
import type { FaultRun, Row } from '../run.ts'
import { list, number, object, rowsOf, text, time } from './record.ts'

/** The rule of people, written a second time: what a plan’s votes amount to. It shares nothing with the product. */
type Standing = 'denied' | 'held' | 'approved' | 'open'

interface Needed {
  readonly required: number
  readonly groups: number
}

interface Cast {
  readonly person: string
  readonly decision: string
  readonly at: number
  readonly row: Row
}

/** What each action is at least; one that is not here is taken for the gravest. */
const tiers: Readonly<Record<string, string>> = {
  captureVolatile: 'R1',
  snapshotVolumes: 'R1',
  denyUser: 'R2',
  deactivateAccessKeys: 'R2',
  revokeRoleSessions: 'R2',
  denyInstanceSessions: 'R2',
  protectInstance: 'R2',
  suspendReplacement: 'R2',
  isolateInstance: 'R2',
  rotateAccessKey: 'R2',
}

/** The policy that a plan was made under; an empty one when it is not there. */
export const policyOf = (run: FaultRun, { policyDigest }: Plan): Row =>
  object(rowsOf(run, 'policy').find((row) => text(row, 'digest') === policyDigest)?.['body'])

/** How many must approve: what the plan says, and never fewer than policy wants for its gravest step. */
function neededBy(run: FaultRun, plan: Plan): Needed {
  const policy = policyOf(run, plan)
  const account = rowsOf(run, 'account').find((row) => text(row, 'id') === plan.steps[0]?.target.account)
  const environment = text(account, 'environment') || 'production'
  const gravest =
    plan.steps
      .map(({ action }) => tiers[action] ?? 'R3')
      .toSorted()
      .at(-1) ?? 'R0'
  const wide = plan.steps.length > number(object(policy['budgets']), 'wideAbove') ? 'R3' : gravest
  const tier = plan.purpose === 'undo' && wide < 'R2' ? 'R2' : wide
  const wanted = number(object(object(policy['quorum'])[environment]), tier)
  return {
    required: Math.max(plan.quorum.required, Number.isNaN(wanted) ? 0 : wanted),
    groups: Math.max(plan.quorum.groups, tier === 'R3' ? Math.min(2, wanted || 0) : 0),
  }
}

/** Votes on the plan until the moment, oldest first. */
const votesUntil = (run: FaultRun, hash: string, moment: number): readonly Cast[] =>
  rowsOf(run, 'vote')
    .filter((row) => text(row, 'plan') === hash && time(row, 'at') <= moment)
    .map((row) => ({ person: text(row, 'person'), decision: text(row, 'decision'), at: time(row, 'at'), row }))
    .toSorted((one, other) => one.at - other.at)

/** A vote counts when its person may approve, did not propose the plan, and was signed in. */
function counts(run: FaultRun, { proposer }: Plan, cast: Cast): boolean {
  const who = rowsOf(run, 'person').find((one) => text(one, 'id') === cast.person)
  const roles = list(who, 'roles')
  return cast.person !== proposer && roles.includes('approver') && !roles.includes('machine') && isSignedIn(run, cast)
}

function isSignedIn(run: FaultRun, { person, at, row }: Cast): boolean {
  const session = rowsOf(run, 'session').find((one) => text(one, 'token_hash') === text(row, 'session'))
  const isTheirs = session !== undefined && text(session, 'person') === person
  return isTheirs && time(session, 'created_at') <= at && at <= time(session, 'expires_at')
}

/** Whether a vote on the plan is of nobody who was signed in: then nothing may run on its votes. */
export const hasForged = (run: FaultRun, hash: string, moment: number): boolean =>
  votesUntil(run, hash, moment).some((cast) => !isSignedIn(run, cast))

/** What the votes amount to at the moment, and since when they have made the quorum. */
export function standingAt(
  run: FaultRun,
  { hash, plan }: { readonly hash: string; readonly plan: Plan },
  moment: number,
) {
  const needed = neededBy(run, plan)
  const cast = votesUntil(run, hash, moment).filter((vote) => counts(run, plan, vote))
  const after = cast.map((_, index) => standingOf(run, cast.slice(0, index + 1), needed))
  const first = after.indexOf('approved')
  return {
    standing: needed.required === 0 && cast.length === 0 ? ('approved' as const) : (after.at(-1) ?? ('open' as const)),
    since: needed.required === 0 ? Date.parse(plan.proposedAt) : cast[first]?.at,
  }
}

function standingOf(run: FaultRun, cast: readonly Cast[], { required, groups }: Needed): Standing {
  if (cast.some(({ decision }) => decision === 'deny')) return 'denied'
  const newest = new Map(cast.map((vote) => [vote.person, vote.decision]))
  if ([...newest.values()].includes('hold')) return 'held'
  const approving = [...newest].filter(([, decision]) => decision === 'approve').map(([person]) => person)
  return approving.length >= required && distinct(run, approving) >= groups ? 'approved' : 'open'
}

/** How many groups the people can stand for, one each; more than two are never wanted. */
function distinct(run: FaultRun, people: readonly string[]): number {
  const groups = people.map((id) =>
    list(
      rowsOf(run, 'person').find((row) => text(row, 'id') === id),
      'groups',
    ),
  )
  const apart = groups.some((one, index) => groups.slice(index + 1).some((other) => canDiffer(one, other)))
  return apart ? 2 : Math.min(1, people.length)
}

const canDiffer = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.some((group) => other.some((another) => another !== group))
