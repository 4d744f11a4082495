import { AwsFault } from './wire/fault.ts'
import type { ProtocolName } from './wire/protocol.ts'

/** Weaknesses of the real cloud that can be switched on; all are off in a fresh simulator and none survives a restart. */
export interface FaultSettings {
  /** Reads answer with the state of this many milliseconds ago. */
  readonly staleReadsMs: number
  /** Access decisions use keys and policies of this many milliseconds ago (AWS: 3,000 to 4,000). */
  readonly iamLagMs: number
  /** Share of all calls that are throttled, 0 to 100. */
  readonly throttlePercent: number
  /** An event is visible in CloudTrail after a random time in this range; a wide range also means: out of order. */
  readonly trailDelayMs: readonly [least: number, most: number]
  /** How far AWS’s clock, which judges signatures and dates answers, is ahead of this machine’s; negative when it is behind. */
  readonly clockAheadMs: number
  /** Calls of LookupEvents in one second, per account and Region; 0 is no limit (AWS: 2). */
  readonly lookupsPerSecond: number
  /** How long a query of Athena runs. */
  readonly queryRunsMs: number
  /** Bytes that a query of Athena scans beside those that it shows. */
  readonly queryScansBytes: number
  /** Failures of single calls, first match wins. */
  readonly rules: readonly FaultRule[]
}

/** What happens to some calls of one operation. */
export interface FaultRule {
  /** `iam:PutUserPolicy`; `*` is every operation. */
  readonly operation: string
  /** Only for this account. */
  readonly account?: string
  /** Only for callers whose ARN has this text in it. */
  readonly principal?: string
  /** Which matching call is hit, counted from 1; 0 is every one. */
  readonly nth: number
  /**
   * `refuse`: the call fails and has no effect. `lose`: it has its effect and the connection is cut.
   * `fail-after`: it has its effect and answers the error. `hold`: it waits `holdMs`, or until it is released, before it
   * begins; when its caller has hung up by then, it never came. `hold-after`: it waits before it answers.
   */
  readonly effect: 'refuse' | 'lose' | 'fail-after' | 'hold' | 'hold-after'
  readonly code?: string
  readonly status?: number
  readonly holdMs?: number
}

const DEFAULT_TRAIL_DELAY_MS = 500

export const NO_FAULTS: FaultSettings = {
  staleReadsMs: 0,
  iamLagMs: 0,
  throttlePercent: 0,
  trailDelayMs: [DEFAULT_TRAIL_DELAY_MS, DEFAULT_TRAIL_DELAY_MS],
  clockAheadMs: 0,
  lookupsPerSecond: 0,
  queryRunsMs: 0,
  queryScansBytes: 0,
  rules: [],
}

/** What a rule looks at. */
export interface Called {
  readonly operation: string
  readonly account: string
  readonly principal: string
}

export interface Faults {
  readonly settings: FaultSettings
  /** Changes some settings; counts of rules begin again when rules are given. */
  readonly change: (settings: Partial<FaultSettings>) => void
  readonly reset: () => void
  /** The rule that hits this call, if one does; counts the call. */
  readonly ruleFor: (called: Called) => FaultRule | undefined
  readonly throttles: () => boolean
}

/** What time it is for AWS. */
export const timeOfAws = ({ settings }: Pick<Faults, 'settings'>): number => Date.now() + settings.clockAheadMs

export function createFaults(random: () => number): Faults {
  let settings = NO_FAULTS
  let counts = new Map<FaultRule, number>()
  const matches = (rule: FaultRule, called: Called): boolean =>
    (rule.operation === '*' || rule.operation === called.operation) &&
    (rule.account === undefined || rule.account === called.account) &&
    called.principal.includes(rule.principal ?? '')
  return {
    get settings() {
      return settings
    },
    change(changed) {
      settings = { ...settings, ...changed }
      if (changed.rules) counts = new Map()
    },
    reset() {
      settings = NO_FAULTS
      counts = new Map()
    },
    ruleFor(called) {
      const matching = settings.rules.filter((rule) => matches(rule, called))
      for (const rule of matching) counts.set(rule, (counts.get(rule) ?? 0) + 1)
      return matching.find((rule) => rule.nth === 0 || rule.nth === counts.get(rule))
    },
    throttles: () => settings.throttlePercent > 0 && random() * 100 < settings.throttlePercent,
  }
}

const THROTTLED: Readonly<Record<ProtocolName, readonly [code: string, status: number]>> = {
  awsQuery: ['Throttling', 400],
  ec2Query: ['RequestLimitExceeded', 503],
  awsJson1_0: ['ThrottlingException', 400],
  awsJson1_1: ['ThrottlingException', 400],
  restJson1: ['TooManyRequestsException', 429],
  restXml: ['SlowDown', 503],
}

export function throttled(protocol: ProtocolName): AwsFault {
  const [code, status] = THROTTLED[protocol]
  return new AwsFault(code, 'Rate exceeded', { status })
}

export function ruleFault(rule: FaultRule): AwsFault {
  return new AwsFault(rule.code ?? 'InternalFailure', 'The simulator was told to fail this call.', {
    status: rule.status ?? 500,
  })
}
