import { durationText } from './durations.ts'

/** How long a containment holds before people must say that it is still wanted. */
export interface LeaseTerms {
  readonly forMs: number
  /** So long before the end people are told of it. */
  readonly warnMs: number
}

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
const WEEK_DAYS = 7
const LONGEST_DAYS = 365

/** What holds where a policy says nothing. */
export const usualLease: LeaseTerms = { forMs: WEEK_DAYS * DAY_MS, warnMs: DAY_MS }

/** A lease that outlives everybody who knows why is none. */
export const LONGEST_LEASE_MS = LONGEST_DAYS * DAY_MS

export const leaseOf = ({ lease = usualLease }: { readonly lease?: LeaseTerms }): LeaseTerms => lease

/** What people are told of a lease: that its end comes, and that it came. Neither lifts anything. */
export type LeaseNotice = 'ending' | 'ended'

/** A lease with the ends of which notice was given, as times in milliseconds. */
export interface LeaseTimes {
  readonly until: number
  readonly warnMs: number
  readonly warnedFor: number | null
  readonly endedFor: number | null
}

export const leaseStates = ['standing', 'ending', 'ended'] as const
export type LeaseState = (typeof leaseStates)[number]

export function leaseState({ until, warnMs }: Pick<LeaseTimes, 'until' | 'warnMs'>, now: number): LeaseState {
  if (now >= until) return 'ended'
  return now >= until - warnMs ? 'ending' : 'standing'
}

/** What people are still to be told now, or null. Each notice is given once for each end; nobody is warned of an end that came. */
export function noticeDue(lease: LeaseTimes, now: number): LeaseNotice | null {
  const state = leaseState(lease, now)
  if (state === 'standing') return null
  const given = state === 'ended' ? lease.endedFor : lease.warnedFor
  return given === lease.until ? null : state
}

/** Why a lease cannot be renewed for so long, or null: from an hour to as long as its policy gave it. */
export function renewalObjection(forMs: number, { forMs: longest }: Pick<LeaseTerms, 'forMs'>): string | null {
  const shortest = Math.min(HOUR_MS, longest)
  if (forMs >= shortest && forMs <= longest) return null
  return `A lease is renewed for ${durationText(shortest)} at least and ${durationText(longest)} at most, as policy says`
}
