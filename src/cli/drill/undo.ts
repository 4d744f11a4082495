import { requestPlan } from '#cli/plan-request'
import type { Drill, Look } from './follow.ts'

const REASON = 'Drill: it was a false positive'

/** The false alarm: as soon as the first containment stands, the undo of everything contained is asked for, once. True from then on. */
export function createUndoing({ api, screen }: Drill): { readonly attend: (now: Look) => Promise<boolean> } {
  const asked = new Set<string>()
  return {
    async attend({ incident, plans }) {
      const standing = new Set(
        incident.containments.filter(({ releasedAt }) => releasedAt === null).map(({ plan }) => plan),
      )
      const contained = plans.filter(
        ({ hash, kind, status }) => kind === 'contain' && status === 'done' && standing.has(hash),
      )
      for (const { hash, shortHash, reason } of contained.toReversed()) {
        if (asked.has(hash)) continue
        asked.add(hash)
        screen.say(
          `\n${screen.paint('bold', 'It was a false positive')}: the undo of plan ${shortHash} (${reason}) is asked for`,
        )
        await requestPlan(api, incident.id, { undo: hash, reason: REASON, release: 'false-positive' })
      }
      // A containment is done a moment before it is shown to stand.
      return asked.size > 0 || plans.some(({ kind, status }) => kind === 'contain' && status === 'done')
    },
  }
}
