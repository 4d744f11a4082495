import type { IAMClient, Role, User } from '@aws-sdk/client-iam'
import { requireRole, requireUser } from '#activities/aws/identity'
import type { ReadSession } from '#activities/aws/sessions'
import type { EvidenceKinds } from '#domain/evidence'
import type { HeldPolicy, LastUse, Reach, UsedService } from '#domain/reach'
import { reachSentences } from '#domain/reach-sentences'
import type { Principal } from '#domain/targets'
import { accountPlace } from '#store/plans/planned-steps'
import type { EvidenceDeps } from './activity-of.ts'
import { groupsOf, type Holder, type NamedPolicy, policiesHeldBy } from './held-policies.ts'
import { lastUsesOfRole, lastUsesOfUser } from './last-uses.ts'
import { part, refusedBy } from './part.ts'
import { usedServices } from './used-services.ts'

interface Asked {
  readonly incident: string
  readonly question: EvidenceKinds['reachOf']['question']
  readonly signal: AbortSignal
}

/** Within the patience of the activity, with the report of services beside it. */
const POLICIES_BUDGET_MS = 45_000
const MOST_POLICIES = 60

/** What a principal may do by its own policies and those of its groups, and when it was last used. Fails with `target_gone`. */
export async function reachOf({ db, aws }: EvidenceDeps, { incident, question, signal }: Asked): Promise<Reach> {
  const { principal } = question
  const { partition, regions, externalId } = await accountPlace(db, principal.account)
  const region = regions[0] ?? ''
  const read = await aws.read({ account: principal.account, region, incident, partition, externalId })
  const live = await liveOf(read, principal)
  const [policies, uses, services] = await Promise.all([
    policiesPart(read.iam, live.holder, signal),
    usesPart(live, signal),
    servicesPart(read.iam, live.arn, signal),
  ])
  const held = policies.found.held
  return {
    principal,
    may: reachSentences(held),
    policies: held.map(({ name }) => name),
    boundary: live.boundary,
    lastUses: uses.found,
    services: services.found,
    parts: [policies.seen, uses.seen, services.seen],
    unseen: [...policies.found.unseen, ...unseenOf(live)],
  }
}

interface Live {
  readonly holder: Holder
  readonly arn: string
  readonly boundary: string | null
  readonly lastUses: () => Promise<readonly LastUse[]>
}

async function liveOf(read: ReadSession, principal: Principal): Promise<Live> {
  if (principal.kind === 'iam-user') {
    const user = await requireUser(read, principal)
    return liveAs({ kind: 'user', name: principal.name }, user, () => lastUsesOfUser(read.iam, user))
  }
  const named = principal.kind === 'iam-role' ? principal : principal.role
  const role = await requireRole(read, named)
  return liveAs({ kind: 'role', name: named.name }, role, () => Promise.resolve(lastUsesOfRole(role)))
}

const liveAs = (
  holder: Holder,
  { Arn, PermissionsBoundary }: (User | Role) & { readonly Arn: string },
  lastUses: Live['lastUses'],
): Live => ({ holder, arn: Arn, boundary: PermissionsBoundary?.PermissionsBoundaryArn ?? null, lastUses })

interface ReadPolicies {
  readonly held: readonly HeldPolicy[]
  readonly unseen: readonly string[]
}

const policiesPart = (iam: IAMClient, holder: Holder, signal: AbortSignal) =>
  part<ReadPolicies>({
    source: 'policies',
    otherwise: { held: [], unseen: [] },
    signal,
    read: async () => {
      const found = await readPolicies(iam, holder, signal)
      return { found, text: `${found.held.length} policies read, ${found.unseen.length} not` }
    },
  })

/** What is not read within the budget is named. */
async function readPolicies(iam: IAMClient, holder: Holder, signal: AbortSignal): Promise<ReadPolicies> {
  const until = Date.now() + POLICIES_BUDGET_MS
  const unseen: string[] = []
  const named = await namedPolicies(iam, holder, { unseen, signal })
  const held: HeldPolicy[] = []
  for (const [place, policy] of named.entries()) {
    if (place >= MOST_POLICIES || Date.now() > until)
      unseen.push(`${policy.name} was not read: there was no time left for it`)
    else held.push(...(await orUnseen(policy.name, { unseen, signal }, async () => [await policy.read()])))
  }
  return { held, unseen }
}

interface Noting {
  readonly unseen: string[]
  readonly signal: AbortSignal
}

async function namedPolicies(iam: IAMClient, holder: Holder, noting: Noting): Promise<readonly NamedPolicy[]> {
  const groups = await orUnseen(`the groups of ${holder.name}`, noting, () => groupsOf(iam, holder))
  const own = await policiesHeldBy(iam, holder)
  const more: NamedPolicy[] = []
  for (const group of groups)
    more.push(...(await orUnseen(`the policies of group ${group.name}`, noting, () => policiesHeldBy(iam, group))))
  return [...own, ...more]
}

/** Nothing, and a sentence why, when it could not be read. */
async function orUnseen<Found>(
  what: string,
  { unseen, signal }: Noting,
  read: () => Promise<readonly Found[]>,
): Promise<readonly Found[]> {
  try {
    return await read()
  } catch (error) {
    signal.throwIfAborted()
    const { state, text } = refusedBy(error)
    unseen.push(`${what} was not seen: ${state}, ${text}`)
    return []
  }
}

const usesPart = ({ lastUses }: Live, signal: AbortSignal) =>
  part<readonly LastUse[]>({
    source: 'last use',
    otherwise: [],
    signal,
    read: async () => {
      const found = await lastUses()
      return { found, text: `${found.length} credentials` }
    },
  })

const servicesPart = (iam: IAMClient, arn: string, signal: AbortSignal) =>
  part<readonly UsedService[]>({
    source: 'services used',
    otherwise: [],
    signal,
    read: async () => {
      const found = await usedServices(iam, arn, signal)
      return { found, text: `${found.length} services` }
    },
  })

const unseenOf = ({ boundary }: Live): readonly string[] => [
  'Policies of the organisation, of resources and of sessions were not read: they can allow more or less',
  ...(boundary === null ? [] : [`What the permissions boundary ${boundary} leaves of it was not worked out`]),
]
