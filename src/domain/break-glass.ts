import { entryOf } from './catalogue/erased.ts'
import { isActionName } from './catalogue/index.ts'
import type { Plan, PlannedStep } from './plan.ts'
import { type BreakGlass, type Policy, tierOf } from './policy.ts'
import { targetKey, targetText } from './targets.ts'
import type { Person } from './votes.ts'

/** One person’s decision to carry a plan out alone, when the others cannot be reached in time. */
export interface BrokenGlass {
  readonly person: string
  readonly at: string
}

const MS_PER_DAY = 86_400_000
const MS_PER_HOUR = 3_600_000

/** What holds where a policy says nothing: nobody may. */
export const noBreakGlass: BreakGlass = {
  people: [],
  assets: 3,
  reviewMs: MS_PER_DAY,
  remindMs: MS_PER_HOUR,
}

/** By the catalogue, whatever the plan says of itself. What only adds, as a snapshot does, takes nothing away that would have to come back. */
function canBeUndone({ action }: PlannedStep): boolean {
  if (!isActionName(action)) return false
  const { reversible, tier } = entryOf(action)
  return reversible || tier === 'R1'
}

interface Wish {
  readonly plan: Pick<Plan, 'steps'>
  /** As policy rules it: its rules may make a plan graver than the catalogue does. */
  readonly tier: string
  readonly policy: Policy
  readonly person: Person
}

/** Why the person may not carry the plan out alone, or null: named by policy, an approver, only what can be undone, few assets. */
export function glassObjection({ plan: { steps }, tier, policy, person }: Wish): string | null {
  const { people, assets } = policy.breakGlass ?? noBreakGlass
  if (!people.includes(person.id)) return `Policy does not let ${person.name} act alone`
  if (!person.roles.includes('approver') || person.roles.includes('machine')) return `${person.name} is not an approver`
  const lasting = steps.find((step) => !canBeUndone(step))
  if (lasting !== undefined) return `${lasting.action} on ${targetText(lasting.target)} cannot be undone`
  const byCatalogue = tierOf(
    steps.map(({ action }) => entryOf(action).tier),
    policy,
  )
  if (tier === 'R3' || byCatalogue === 'R3') return 'A plan of tier R3 always needs its quorum'
  const touched = new Set(steps.map(({ target }) => targetKey(target))).size
  return touched > assets ? `The plan touches ${touched} assets, and one person may touch ${assets}` : null
}
