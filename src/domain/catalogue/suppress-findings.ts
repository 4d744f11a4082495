import { OWN_TAG_PREFIX, UNTIL_TAG } from '#domain/coverage'
import { isSameJson } from '#domain/json'
import type { DeclaredCall } from '#domain/state'
import { type ArchiveFilter, FILTER_PREFIX, filterName } from '#domain/targets'
import { defineEntry } from './entry.ts'

export interface SuppressFindingsState {
  readonly [field: string]: readonly string[]
  /** What the filter of the target’s name does, a line for each thing, in order; empty while there is none. */
  readonly filter: readonly string[]
}

/** A filter as far as it is compared. */
export interface FilterShape {
  readonly action: string
  /** The values that each field must have one of. */
  readonly equals: Readonly<Record<string, readonly string[]>>
  readonly tags: Readonly<Record<string, string>>
}

const SUPPRESSION_TAG = `${OWN_TAG_PREFIX}suppression`

/** The filter that the target asks for. */
export const filterOf = ({ match, region, suppression }: ArchiveFilter): FilterShape => ({
  action: 'ARCHIVE',
  equals: { type: [match.type], accountId: [match.accountId], region: [region], [match.field]: [match.value] },
  tags: { [SUPPRESSION_TAG]: suppression.entry, [UNTIL_TAG]: suppression.until },
})

/** One text for one filter, in the order of its fields. */
export const filterLines = ({ action, equals, tags }: FilterShape): readonly string[] => [
  action,
  ...Object.entries(equals)
    .map(([field, values]) => `${field} is ${values.toSorted().join(' or ')}`)
    .toSorted(),
  ...Object.entries(tags)
    .filter(([key]) => key === SUPPRESSION_TAG || key === UNTIL_TAG)
    .map(([key, value]) => `tag ${key} is ${value}`)
    .toSorted(),
]

const create = {
  operation: 'guardduty:CreateFilter',
  permissions: ['guardduty:CreateFilter', 'guardduty:TagResource'],
} as const
const remove = { operation: 'guardduty:DeleteFilter', permissions: ['guardduty:DeleteFilter'] } as const
/** Source: service authorization reference, GuardDuty: both need the filter. */
const FILTERS = `arn:{partition}:guardduty:*:{account}:detector/*/filter/${FILTER_PREFIX}*`

export const suppressFindings = defineEntry<ArchiveFilter, SuppressFindingsState>()({
  title: 'Suppress findings at GuardDuty',
  target: 'archive-filter',
  phase: 'recover',
  tier: 'R2',
  reversible: true,
  operations: [create, remove],
  grants: {
    apply: [{ permissions: create.permissions, resource: FILTERS }],
    revert: [{ permissions: remove.permissions, resource: FILTERS }],
  },
  reads: [
    { operation: 'guardduty:GetFilter', permissions: ['guardduty:GetFilter'] },
    { operation: 'guardduty:ListFilters', permissions: ['guardduty:ListFilters'] },
    { operation: 'guardduty:ListFindings', permissions: ['guardduty:ListFindings'] },
  ],
  revertedWhen: ['false-positive', 'rotated', 'rebuilt', 'accepted-risk'],
  sources: ['GuardDuty CreateFilter', 'GuardDuty DeleteFilter', 'GuardDuty, Suppression rules'],
  describe: (target) => {
    const { match, suppression } = target
    return `Filter ${filterName(target)} archives findings ${match.type} of account ${match.accountId} where ${match.field} is ${match.value}, as they are made, for suppression ${suppression.entry} of ${suppression.owner} until ${suppression.until}: ${suppression.reason}`
  },
  residual: ({ suppression }) => [
    'What it archives is sent to nobody: not to Cordon by push or queue, not to Security Hub, not to EventBridge',
    'What it archives is no part of an attack sequence that GuardDuty finds later',
    `GuardDuty itself ends no filter: at ${suppression.until} Cordon asks for its removal, and people approve that`,
  ],
  calls: (target, { filter }) => (filter.length > 0 ? [] : [declared(create, filter, filterLines(filterOf(target)))]),
  undo: (_target, done, { filter }) =>
    done.some(({ change }) => filter.length > 0 && isSameJson(change.after, filter))
      ? [declared(remove, filter, [])]
      : [],
})

const declared = (
  call: typeof create | typeof remove,
  before: readonly string[],
  after: readonly string[],
): DeclaredCall => ({ ...call, resource: '{arn}', change: { field: 'filter', before, after } })
