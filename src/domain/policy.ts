import type { Terms, Tier } from '#domain/catalogue/entry'
import type { Channel } from './channels.ts'
import { type Target, targetName } from './targets.ts'

export type Environment = 'production' | 'nonproduction'
/** In which accounts something may happen. */
export const scopes = ['never', 'nonproduction', 'always'] as const
export type Scope = (typeof scopes)[number]
export type Mode = 'observe' | 'recommend' | 'approve' | 'automatic'

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
  /** How often the ladder begins again; absent in policies from before it was asked. */
  readonly repeat?: number
  readonly budgets: {
    readonly automatic: Budget
    readonly approved: Budget
    /** A plan with more steps than this is tier R3. */
    readonly wideAbove: number
  }
  /** Names of users and roles, with `*`, that Cordon never touches, in `account` or in every account. */
  readonly protected: readonly { readonly account?: string; readonly name: string; readonly instructions: string }[]
  /** The tiers whose votes need a passkey, by environment; absent in policies from before it was asked, and until one is applied. */
  readonly passkeyFor?: Readonly<Record<Environment, readonly Tier[]>>
  readonly mode: { readonly default: Mode; readonly accounts: Readonly<Record<string, Mode>> }
}

export interface Budget {
  readonly assets: number
  readonly windowMs: number
}

const FAIL_OVER_MS = 60_000
/** Whoever waits longer for a channel that is down waits too long. */
const LONGEST_FAIL_OVER_MS = 300_000

/** How long a page’s preferred channels are tried, and then the others as long again. */
export const failOverOf = ({ failOverMs = FAIL_OVER_MS }: Policy): number => Math.min(failOverMs, LONGEST_FAIL_OVER_MS)

/** From the least to the gravest. */
export const tiers: readonly Tier[] = ['R0', 'R1', 'R2', 'R3']

/** The tier of a plan: its highest step’s, and R3 when it is wide. */
export function tierOf(ofSteps: readonly Tier[], policy: Policy): Tier {
  if (ofSteps.length > policy.budgets.wideAbove) return 'R3'
  return tiers[Math.max(0, ...ofSteps.map((tier) => tiers.indexOf(tier)))] ?? 'R3'
}

/** How many people, out of how many different groups, must approve. R3 wants two groups. */
export function quorumFor(tier: Tier, environment: Environment, policy: Policy): { required: number; groups: number } {
  const required = policy.quorum[environment][tier]
  return { required, groups: tier === 'R3' ? Math.min(2, required) : Math.min(1, required) }
}

type PasskeyTiers = NonNullable<Policy['passkeyFor']>
/** What an installation begins with whose policy does not say it: with real accounts, and in a demo, whose people have no authenticators. */
export const firstPasskeys: PasskeyTiers = { production: ['R2', 'R3'], nonproduction: [] }
export const noPasskeys: PasskeyTiers = { production: [], nonproduction: [] }

/** Whether votes on a plan of the tier need a passkey, when it touches these environments. */
export const asksPasskey = (tier: Tier, environments: readonly Environment[], { passkeyFor }: Policy): boolean =>
  environments.some((environment) => passkeyFor?.[environment].includes(tier) ?? false)

/** The protection that covers the target, or null. */
export function protectionOf(target: Target, policy: Policy): { readonly instructions: string } | null {
  const covers = ({ account, name }: Policy['protected'][number]): boolean =>
    (account === undefined || account === target.account) && globMatches(name, targetName(target))
  return policy.protected.find(covers) ?? null
}

/** What the policy leaves to the catalogue in such an account. */
export const termsOf = ({ untrackWindow, volatileCapture }: Policy, environment: Environment): Terms => {
  const covers = (scope: Scope): boolean => scope === 'always' || scope === environment
  return { untracks: covers(untrackWindow), captures: covers(volatileCapture) }
}

export const modeOf = (account: string, policy: Policy): Mode => policy.mode.accounts[account] ?? policy.mode.default

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
