import { accountPlans, REGIONS } from '#simulator/seed/organization'
import { FLEET } from '#simulator/seed/workload'
import { fault } from '#simulator/services/absent'
import { groupsIn, putGroup } from '#simulator/services/auto-scaling/members'
import { settleGroup } from '#simulator/services/auto-scaling/settle'
import { find, type Moment, type Place, put } from '#simulator/services/ec2/places'
import { rulesOf } from '#simulator/services/elastic-load-balancing/targets'
import { openInstanceSession } from '#simulator/services/sts/instance-sessions'
import { type Draft, draftOver } from '#simulator/state/store'
import type { Instance } from '#simulator/state/tables'
import type { SigningSecret } from '#simulator/wire/signature'
import type { World } from '#simulator/world'

/** An instance that somebody else has taken over, and the credentials of its role. */
export interface MinedInstance {
  readonly instance: Instance
  readonly secret: SigningSecret
}

const [REGION] = REGIONS

/** The account's first Region, where its instances are. */
export const placeOfInstances = (state: Draft, account: string, at: number): Moment => ({
  state,
  account,
  region: REGION,
  at,
})

/** Takes over an instance in service of the account's Auto Scaling group, one that nobody has cut off and where none mines yet. */
export async function takeOverInstance(world: World, account: string): Promise<MinedInstance> {
  if (!accountPlans.some(({ id, environment }) => id === account && environment !== 'hub'))
    throw fault('ValidationError', `There is no simulated member account ${account} to attack.`)
  const at = world.clock()
  const { draft, changes } = draftOver(world.store.now())
  const place = placeOfInstances(draft, account, at)
  rebuild(place)
  const free = groupsIn(place)
    .flatMap(({ members }) => members)
    .filter(({ lifecycle }) => lifecycle === 'InService' || lifecycle === 'Pending')
    .flatMap((member) => find(place, 'instance', member.instance) ?? [])
    .filter((one) => one.state === 'running' && !isIsolated(place, one.id))
  const instance = free.find(({ mining }) => mining !== true) ?? free[0]
  if (!instance)
    throw fault('ValidationError', `No instance in service of ${account} can be reached; the drill needs one.`)
  const session = openInstanceSession(place, instance)
  if (!session) throw fault('ValidationError', `The instance ${instance.id} has no role; the drill needs one.`)
  put(place, 'instance', { ...instance, mining: true })
  await world.commit({ at, changes: changes(), trail: [] })
  const secret = { accessKeyId: session.id, secretAccessKey: session.secret, sessionToken: session.token }
  return { instance, secret }
}

/** Does what the owners do after a containment: what was cut off leaves its group, and clean instances come in its place. */
function rebuild(place: Moment): void {
  for (const group of groupsIn(place)) {
    const left = group.members.filter(({ instance }) => !isIsolated(place, instance))
    if (left.length === group.members.length) continue
    const desired = Math.max(group.desired, FLEET)
    putGroup(place, settleGroup(place, { ...group, min: 1, desired, members: left }))
  }
}

/** Whether nothing gets out of an instance any more. */
export const isIsolated = (place: Place, id: string): boolean => rulesOf(place, id, 'egress').length === 0
