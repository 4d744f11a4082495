import { groupsIn, putGroup } from './services/auto-scaling/members.ts'
import { settleGroup } from './services/auto-scaling/settle.ts'
import type { Moment } from './services/ec2/places.ts'
import { checkTargets, putTargetGroup, targetGroupsIn } from './services/elastic-load-balancing/targets.ts'
import { type Change, draftOver, type View } from './state/store.ts'
import type { World } from './world.ts'

const LOOK_EVERY_MS = 200

/** What happens without a call: load balancers look after their targets, Auto Scaling after its groups. */
export function letTimePass(world: World, report: (failure: unknown) => void): { readonly stop: () => void } {
  const timer = setInterval(() => void look(world).catch(report), LOOK_EVERY_MS)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

async function look(world: World): Promise<void> {
  const at = world.clock()
  const changes = changesBy(world.store.now(), at)
  if (changes.length > 0) await world.commit({ at, changes, trail: [] })
}

/** What has become of a state by this moment; nothing when all is as it was. */
export function changesBy(view: View, at: number): readonly Change[] {
  const { draft, changes } = draftOver(view)
  for (const { id: account, regions } of view.list('account', ''))
    for (const region of regions) settle({ state: draft, account, region, at })
  return changes()
}

function settle(place: Moment): void {
  for (const group of targetGroupsIn(place)) {
    const checked = checkTargets(place, group)
    if (isOther(group, checked)) putTargetGroup(place, checked)
  }
  for (const group of groupsIn(place)) {
    const settled = settleGroup(place, group)
    if (isOther(group, settled)) putGroup(place, settled)
  }
}

const isOther = (before: object, after: object): boolean => JSON.stringify(before) !== JSON.stringify(after)
