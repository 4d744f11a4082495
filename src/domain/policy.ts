import type { Terms, Tier } from '#domain/catalogue/entry'
import type { FreezeTime } from './calendar.ts'
import type { Channel } from './channels.ts'
import type { LeaseTerms } from './lease.ts'
import type { Override } from './override.ts'
import { type PageLimit, usualPageLimit } from './page-limit.ts'
import { type Target, targetName } from './targets.ts'
import type { WriteBack } from './write-back.ts'

export type Environment = 'production' | 'nonproduction'
/** In which accounts something may happen. */
export const scopes = ['never', 'nonproduction', 'always'] as const
export type Scope = (typeof scopes)[number]
/** From the least that Cordon may do to the most. */
export const modes = ['observe', 'recommend', 'approve', 'automatic'] as const
export type Mode = (typeof modes)[number]

/** The organisation’s rules, as they are frozen for an incident. Durations in milliseconds. */
export interface Policy {
  readonly clocks: { readonly decideByMs: number; readonly runByMs: number }
  readonly verify: { readonly afterMs: readonly number[]; readonly watchMs: number }
  readonly quorum: Readonly<Record<Environment, Readonly<Record<Tier, number>>>>
  /** Where cutting tracked EC2 connections may open the instance for a moment. */
  readonly untrackWindow: Scope
  /** Where an instance may be asked, before it is cut off, for what its disks do not keep. */
  readonly volatileCapture: Scope
  readonly ladder: readonly {
    readonly level: number
    readonly people: readonly string[]
    readonly waitMs: number
    /** Preferred ones, in order; every channel when it is absent. */
    readonly channels?: readonly Channel[]
  }[]
  /** How long a channel is tried before the others get the page; absent in policies from before it was asked. */
  readonly failOverMs?: number
  /** How many pages reach a person outside the console; absent in policies from before it was asked. */
  readonly pageLimit?: PageLimit
  /** How often the ladder begins again; absent in policies from before it was asked. */
  readonly repeat?: number
  readonly budgets: {
    readonly automatic: Budget
    readonly approved: Budget
    /** Over all accounts; absent where there is no such limit. */
    readonly organisation?: Budget
    /** Of one Auto Scaling group, as far as a plan shows it; absent where there is no such limit. */
    readonly scalingGroup?: Budget
    /** Of the assets of an account that share the tag’s value, as far as a plan shows the tags; each holds. */
    readonly tagGroups?: readonly TagBudget[]
    /** A plan with more steps than this is tier R3. */
    readonly wideAbove: number
  }
  /** Who may carry a reversible plan out alone, and when that must be reviewed; absent in policies from before it was asked. */
  readonly breakGlass?: BreakGlass
  /** How long a containment holds before people must renew or release it; absent in policies from before it was asked. */
  readonly lease?: LeaseTerms
  /** Names of users and roles, with `*`, that Cordon never touches, in `account` or in every account. */
  readonly protected: readonly { readonly account?: string; readonly name: string; readonly instructions: string }[]
  /** The tiers whose votes need a passkey, by environment; absent in policies from before it was asked, and until one is applied. */
  readonly passkeyFor?: Readonly<Record<Environment, readonly Tier[]>>
  readonly mode: { readonly default: Mode; readonly accounts: Readonly<Record<string, Mode>> }
  /** What is otherwise for some accounts, units, actions or times; absent in policies from before it was asked. */
  readonly overrides?: readonly Override[]
  /** The reversible actions that are carried out when nobody decided in time, by environment; absent where nothing is. */
  readonly onTimeout?: Readonly<Record<Environment, readonly string[]>>
  /** Whether people decide about every plan whose findings their producer did not confirm; absent where nobody asks for it. */
  readonly requireAttested?: true
  /** What may be written back to the producers of findings; nothing where it is absent. */
  readonly writeBack?: WriteBack
  /** When changes wait; absent in policies from before it was asked. */
  readonly freezes?: readonly FreezeTime[]
}

export interface BreakGlass {
  readonly people: readonly string[]
  /** How many assets such a plan may touch. */
  readonly assets: number
  /** Until then somebody else has looked at it; afterwards its person cannot do it again before. */
  readonly reviewMs: number
  /** How often people are called about it until somebody has. */
  readonly remindMs: number
}

export interface Budget {
  readonly assets: number
  readonly windowMs: number
}

export interface TagBudget extends Budget {
  readonly tag: string
}

const FAIL_OVER_MS = 60_000
/** Whoever waits longer for a channel that is down waits too long. */
const LONGEST_FAIL_OVER_MS = 300_000

/** How long a page’s preferred channels are tried, and then the others as long again. */
export const failOverOf = ({ failOverMs = FAIL_OVER_MS }: Policy): number => Math.min(failOverMs, LONGEST_FAIL_OVER_MS)

export const pageLimitOf = ({ pageLimit = usualPageLimit }: Policy): PageLimit => pageLimit

/** From the least to the gravest. */
export const tiers: readonly Tier[] = ['R0', 'R1', 'R2', 'R3']

/** The tier of a plan: its highest step’s, and R3 when it is wide. */
export const tierOf = (ofSteps: readonly Tier[], policy: Policy): Tier =>
  ofSteps.length > policy.budgets.wideAbove ? 'R3' : gravestOf(ofSteps)

export const gravestOf = (those: readonly Tier[]): Tier =>
  tiers[Math.max(0, ...those.map((tier) => tiers.indexOf(tier)))] ?? 'R3'

/** How many people, out of how many different groups, must approve where no rule says otherwise. */
export function quorumFor(tier: Tier, environment: Environment, policy: Policy): { required: number; groups: number } {
  const required = policy.quorum[environment][tier]
  return { required, groups: groupsFor(tier, required) }
}

/** R3 wants two groups. */
export const groupsFor = (tier: Tier, required: number): number => Math.min(tier === 'R3' ? 2 : 1, required)
type PasskeyTiers = NonNullable<Policy['passkeyFor']>
/** What an installation begins with whose policy does not say it: with real accounts, and in a demo, whose people have no authenticators. */
export const firstPasskeys: PasskeyTiers = { production: ['R2', 'R3'], nonproduction: [] }
export const noPasskeys: PasskeyTiers = { production: [], nonproduction: [] }

/** Whether votes on a plan of the tier need a passkey, when it touches these environments. */
export const asksPasskey = (tier: Tier, environments: readonly Environment[], { passkeyFor }: Policy): boolean =>
  environments.some((environment) => passkeyFor?.[environment].includes(tier) ?? false)

/** Whether the policy asks for a passkey anywhere: then people have them, and what has no tier asks for them too. */
export const asksAnyPasskey = ({ passkeyFor }: Policy): boolean =>
  Object.values(passkeyFor ?? noPasskeys).some((ofTiers) => ofTiers.length > 0)

/** The protection that covers the target, or null. */
export const protectionOf = (target: Target, policy: Policy): { readonly instructions: string } | null =>
  policy.protected[protectionAt({ account: target.account, name: targetName(target) }, policy)] ?? null

/** Which entry protects the name in the account; -1 when none does. */
export const protectionAt = (target: { readonly account: string; readonly name: string }, policy: Policy): number =>
  policy.protected.findIndex(
    ({ account, name }) => (account ?? target.account) === target.account && globMatches(name, target.name),
  )

/** What the policy leaves to the catalogue in such an account. */
export const termsOf = ({ untrackWindow, volatileCapture }: Policy, environment: Environment): Terms => {
  const covers = (scope: Scope): boolean => scope === 'always' || scope === environment
  return { untracks: covers(untrackWindow), captures: covers(volatileCapture) }
}

/** Whether `*` and literal characters of the pattern match the whole text; no other character is special. */
export function globMatches(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  if (rest.length === 0) return pattern === text
  const last = rest.at(-1) ?? ''
  if (!text.startsWith(first) || !text.endsWith(last)) return false
  let from = first.length
  for (const part of rest.slice(0, -1)) {
    const found = text.indexOf(part, from)
    if (found < 0) return false
    from = found + part.length
  }
  return from <= text.length - last.length
}
