import { end, groupsIn, putGroup, settle } from './services/auto-scaling/groups.ts'
import type { Moment } from './services/ec2/places.ts'
import { isReached, requireTargetGroup } from './services/elastic-load-balancing/targets.ts'
import { draftOver } from './state/store.ts'
import type { AutoScalingGroup } from './state/tables.ts'
import type { World } from './world.ts'

const LOOK_EVERY_MS = 500
/** How long a target may not be reached before it counts as unhealthy. */
const PATIENCE_MS = 1_000

/** Looks at the targets of Auto Scaling groups, and has those replaced that are not reached: also an instance that is evidence. */
export function startHealthChecks(world: World, report: (failure: unknown) => void): { readonly stop: () => void } {
  const unreachedSince = new Map<string, number>()
  const timer = setInterval(() => void look(world, unreachedSince).catch(report), LOOK_EVERY_MS)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

async function look(world: World, unreachedSince: Map<string, number>): Promise<void> {
  const at = world.clock()
  const { draft, changes } = draftOver(world.store.now())
  for (const { id: account, regions } of draft.list('account', ''))
    for (const region of regions) check({ state: draft, account, region, at }, unreachedSince)
  if (changes().length > 0) await world.commit({ at, changes: changes(), trail: [] })
}

function check(place: Moment, unreachedSince: Map<string, number>): void {
  for (const group of groupsIn(place).filter(isChecked)) {
    const unhealthy = unreached(place, group).filter((id) => {
      const since = unreachedSince.get(id) ?? place.at
      unreachedSince.set(id, since)
      return place.at - since >= PATIENCE_MS
    })
    for (const { instance } of group.members)
      if (!unreached(place, group).includes(instance)) unreachedSince.delete(instance)
    if (unhealthy.length === 0) continue
    putGroup(
      place,
      settle(
        place,
        unhealthy.reduce((left, id) => end(place, left, id), group),
      ),
    )
  }
}

const isChecked = ({ healthCheck, suspended }: AutoScalingGroup): boolean =>
  healthCheck === 'ELB' && !suspended.includes('HealthCheck') && !suspended.includes('ReplaceUnhealthy')

/** Members in service that some target group sends requests to and cannot reach. */
function unreached(place: Moment, { members, targetGroups }: AutoScalingGroup): readonly string[] {
  const targets = targetGroups.flatMap((arn) => requireTargetGroup(place, arn).targets)
  const lost = new Set(targets.filter((target) => !isReached(place, target)).map(({ id }) => id))
  return members
    .filter(({ state, instance }) => state === 'InService' && lost.has(instance))
    .map(({ instance }) => instance)
}
