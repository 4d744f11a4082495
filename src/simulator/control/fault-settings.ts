import type { FaultRule, FaultSettings } from '#simulator/faults'
import { AwsFault } from '#simulator/wire/fault'

const MAY_BE_NEGATIVE = 'clockAheadMs'
const NUMBERS = [
  'staleReadsMs',
  'iamLagMs',
  'throttlePercent',
  'lookupsPerSecond',
  'queryRunsMs',
  'queryScansBytes',
  MAY_BE_NEGATIVE,
] as const
const EFFECTS: readonly FaultRule['effect'][] = ['refuse', 'lose', 'fail-after', 'hold', 'hold-after']

const invalid = (message: string): AwsFault => new AwsFault('ValidationError', message)

/** Reads changed fault settings; an unknown name is an error, because a fault that is silently off proves nothing. */
export function parseFaultSettings(body: object): Partial<FaultSettings> {
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, parseSetting(name, value)]))
}

function parseSetting(name: string, value: unknown): unknown {
  if (NUMBERS.some((known) => known === name)) {
    return parseNumber(name, value)
  }
  if (name === 'trailDelayMs') {
    const range: readonly unknown[] = Array.isArray(value) ? value : [value, value]
    if (range.length !== 2 || !range.every((bound) => typeof bound === 'number' && bound >= 0))
      throw invalid('trailDelayMs must be [least, most].')
    return range
  }
  if (name === 'rules' && Array.isArray(value)) return value.map(parseRule)
  throw invalid(`There is no fault setting ${name}.`)
}

function parseNumber(name: string, value: unknown): number {
  if (typeof value === 'number' && (value >= 0 || name === MAY_BE_NEGATIVE)) return value
  throw invalid(`${name} must be a number that is not negative.`)
}

function parseRule(value: unknown): FaultRule {
  const rule = value as Partial<FaultRule> | null
  if (typeof rule?.operation !== 'string') throw invalid('A rule needs an operation such as iam:PutUserPolicy, or *.')
  const { effect = 'refuse', nth = 1 } = rule
  if (!EFFECTS.includes(effect)) throw invalid(`The effect of a rule is one of ${EFFECTS.join(', ')}.`)
  if (!Number.isInteger(nth) || nth < 0) throw invalid('nth counts from 1; 0 means every call.')
  if (rule.principal !== undefined && typeof rule.principal !== 'string')
    throw invalid('principal is a text of the caller’s ARN.')
  return { ...rule, operation: rule.operation, effect, nth }
}
