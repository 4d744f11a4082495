import { accountPlans } from '#simulator/seed/organization'
import { FLEET } from '#simulator/seed/workload'
import { fault } from '#simulator/services/absent'
import { leave, putGroup, requireGroup, settle } from '#simulator/services/auto-scaling/groups'
import { interfacesOf } from '#simulator/services/ec2/attached'
import { find, type Moment, requireItem } from '#simulator/services/ec2/places'
import { openSession } from '#simulator/services/sts/sessions'
import { draftOver } from '#simulator/state/store'
import type { AutoScalingGroup, Instance, InstanceProfile, Role, Session } from '#simulator/state/tables'
import type { World } from '#simulator/world'

const SESSION_SECONDS = 21_600

/** A web server that somebody else works with, and the credentials that it has of its role. */
export interface Server {
  readonly instance: Instance
  readonly profile: { readonly arn: string; readonly id: string }
  readonly session: Session
  /** The account and Region with all that is in it. */
  readonly place: Moment
}

/**
 * Picks a web server of the account’s group. The group is as before any drill: servers that an earlier one left isolated or in standby are out of
 * it, as after a rebuild, and new ones are in their place.
 */
export async function prepareServer(world: World, account: string): Promise<Server> {
  const plan = accountPlans.find(({ id, environment }) => id === account && environment !== 'hub')
  if (!plan) throw fault('ValidationError', `There is no simulated member account ${account} to attack.`)
  const at = world.clock()
  const [region = ''] = plan.regions
  const { draft, changes } = draftOver(world.store.now())
  const place: Moment = { state: draft, account, region, at }
  const group = restored(place, requireGroup(place, `${plan.workload}-web`))
  putGroup(place, group)
  const instance = requireItem(place, 'instance', group.members[0]?.instance ?? '')
  const { profile, role } = roleOf(place, instance)
  const session = openSession(place, sessionOf(role, instance))
  await world.commit({ at, changes: changes(), trail: [] })
  return { instance, profile: { arn: instance.instanceProfile?.arn ?? '', id: profile.id }, session, place }
}

function restored(place: Moment, group: AutoScalingGroup): AutoScalingGroup {
  const used = group.members.filter(({ instance, state }) => state === 'Standby' || isIsolated(place, instance))
  const left = used.reduce((smaller, { instance }) => leave(place, smaller, instance), group)
  return settle(place, { ...left, min: 1, desired: FLEET, suspended: [] })
}

const isIsolated = (place: Moment, instance: string): boolean =>
  interfacesOf(place, instance).some(({ groups }) =>
    groups.some((group) => find(place, 'securityGroup', group)?.name.startsWith('CordonIsolated') === true),
  )

function roleOf({ state, account }: Moment, { instanceProfile }: Instance): { profile: InstanceProfile; role: Role } {
  const profile = state.get('instanceProfile', `${account}/${instanceProfile?.arn.split('/').at(-1)}`)
  const role = profile && state.get('role', `${account}/${profile.role}`)
  if (!profile || !role) throw fault('ValidationError', `The role of the web servers of ${account} was deleted.`)
  return { profile, role }
}

/** A session as the metadata service gives it: its name is the instance’s id. Source: EC2, IAM roles for Amazon EC2. */
const sessionOf = (role: Role, { id }: Instance): Parameters<typeof openSession>[1] => ({
  account: role.account,
  seconds: SESSION_SECONDS,
  principal: { kind: 'role', role: role.name, roleId: role.id, sessionName: id },
  tags: {},
  transitiveTagKeys: [],
})
