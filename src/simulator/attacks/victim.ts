import { accountPlans, VICTIM, victimRole } from '#simulator/seed/organization'
import { type Seeding, seedKey, victimPolicies } from '#simulator/seed/principals'
import { fault } from '#simulator/services/absent'
import { draftOver } from '#simulator/state/store'
import type { AccessKey, User } from '#simulator/state/tables'
import type { World } from '#simulator/world'

export interface Victim {
  readonly user: User
  readonly key: AccessKey
  readonly roleArn: string
}

const CORDON_POLICY = /^Cordon/

/**
 * Makes the victim as it was before any drill: its own policies, none of Cordon's, an active key and no inactive ones.
 * The role that it may assume loses what Cordon put on it, and the owner has taken the key that a former drill rotated.
 */
export async function prepareVictim(world: World, account: string): Promise<Victim> {
  const plan = accountPlans.find(({ id, environment }) => id === account && environment !== 'hub')
  if (!plan) throw fault('ValidationError', `There is no simulated member account ${account} to attack.`)
  const at = world.clock()
  const { draft, changes } = draftOver(world.store.now())
  const user = restoreUser({ draft, plan, at })
  restoreRole({ draft, plan, at })
  takeRotatedKey({ draft, plan, at })
  const keys = draft.list('accessKey', '').filter((key) => key.account === account && key.user === VICTIM)
  for (const key of keys) if (key.status === 'Inactive') draft.remove('accessKey', key.id)
  if (!keys.some(({ status }) => status === 'Active')) seedKey({ draft, at }, user)
  await world.commit({ at, changes: changes(), trail: [] })
  return { user, key: newestKey(world, user), roleArn: `arn:aws:iam::${account}:role/${victimRole(plan)}` }
}

function restoreUser({ draft, plan }: Seeding): User {
  const key = `${plan.id}/${VICTIM}`
  const user = draft.get('user', key)
  if (!user)
    throw fault('ValidationError', `The user ${VICTIM} of ${plan.id} was deleted; the drill has nobody to attack.`)
  const restored = { ...user, inline: { ...withoutCordon(user.inline), ...victimPolicies(plan) }, attached: [] }
  draft.put('user', key, restored)
  return restored
}

function restoreRole({ draft, plan }: Seeding): void {
  const key = `${plan.id}/${victimRole(plan)}`
  const role = draft.get('role', key)
  if (!role)
    throw fault('ValidationError', `The role ${victimRole(plan)} of ${plan.id} was deleted; the drill needs it.`)
  draft.put('role', key, { ...role, inline: withoutCordon(role.inline) })
}

function takeRotatedKey({ draft, plan }: Seeding): void {
  for (const { arn, name } of draft.list('secret', `${plan.id}/`)) {
    const [, , , region] = arn.split(':')
    if (name.startsWith(ROTATED)) draft.remove('secret', `${plan.id}/${region}/${name}`)
  }
}

const ROTATED = 'cordon/rotated/'

const withoutCordon = (inline: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(inline).filter(([name]) => !CORDON_POLICY.test(name)))

function newestKey(world: World, user: User): AccessKey {
  const [key] = world.store
    .now()
    .list('accessKey', '')
    .filter(
      (candidate) =>
        candidate.account === user.account && candidate.user === user.name && candidate.status === 'Active',
    )
    .toSorted((left, right) => right.createdAt - left.createdAt)
  if (!key) throw fault('ValidationError', `The user ${user.name} has no active key.`)
  return key
}
