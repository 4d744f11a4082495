/** Nobody stands for somebody else for longer than a shift. */
export const LONGEST_DELEGATION_MS = 12 * 3_600_000

/** One person stands for another for a while: they are paged in their place, and the two are one voice. */
export interface Delegation {
  readonly from: string
  readonly to: string
  readonly startsAt: string
  /** By itself, or when somebody took it back. */
  readonly endsAt: string
  /** Whether the delegate stands for the groups of the other one too. */
  readonly lends: boolean
}

/** The same, and the delegate speaks for nobody’s groups but their own. */
export const unlent = (delegation: Delegation): Delegation => ({ ...delegation, lends: false })

/** An approval that counts, with the groups of its person. */
export interface Approval {
  readonly person: string
  readonly at: string
  readonly groups: readonly string[]
}

interface Standing {
  readonly delegations: readonly Delegation[]
  /** The groups of those who could vote themselves; undefined for anybody else, who has no voice to lend. */
  readonly groupsOf: (person: string) => readonly string[] | undefined
}

const isInForce = ({ startsAt, endsAt }: Delegation, at: string): boolean => startsAt <= at && at <= endsAt

/**
 * Every way to count the approvals in which nobody counts beside whom they stood for when either of them approved, each approval with the groups that it
 * speaks for. Never transitive: a delegation lends what its own person has, and nothing that was lent to them.
 */
export function countings(approvals: readonly Approval[], standing: Standing): readonly (readonly Approval[])[] {
  const arePair = (one: Approval, other: Approval): boolean =>
    standing.delegations.some(
      (delegation) =>
        isBetween(delegation, one.person, other.person) &&
        (isInForce(delegation, one.at) || isInForce(delegation, other.at)),
    )
  const speaking = approvals.map((approval) => ({ ...approval, groups: groupsSpokenFor(approval, standing) }))
  return choices(speaking, arePair)
}

const isBetween = ({ from, to }: Delegation, one: string, other: string): boolean =>
  (from === one && to === other) || (from === other && to === one)

function groupsSpokenFor({ person, at, groups }: Approval, { delegations, groupsOf }: Standing): readonly string[] {
  const lent = delegations
    .filter((delegation) => delegation.lends && delegation.to === person && isInForce(delegation, at))
    .flatMap(({ from }) => groupsOf(from) ?? [])
  return [...new Set([...groups, ...lent])]
}

type Pairs = (one: Approval, other: Approval) => boolean

/** With or without whoever is in most pairs: so many people in pairs with each other are as quickly counted as few. */
function choices(approvals: readonly Approval[], arePair: Pairs): readonly (readonly Approval[])[] {
  const pairsOf = (one: Approval) => approvals.filter((other) => other !== one && arePair(one, other)).length
  const [first] = approvals.toSorted((one, other) => pairsOf(other) - pairsOf(one))
  if (first === undefined || pairsOf(first) === 0) return [approvals]
  const others = approvals.filter((one) => one !== first)
  const beside = others.filter((one) => !arePair(one, first))
  return [...choices(beside, arePair).map((chosen) => [...chosen, first]), ...choices(others, arePair)]
}
