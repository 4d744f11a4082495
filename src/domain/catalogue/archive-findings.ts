import type { DeclaredCall } from '#domain/state'
import type { GuardDutyFindings } from '#domain/targets'
import { defineEntry } from './entry.ts'

export interface ArchiveFindingsState {
  readonly [field: string]: readonly string[]
  /** Which of the target’s findings are archived, in order. Source: GuardDuty, Service.Archived. */
  readonly archived: readonly string[]
}

const archive = { operation: 'guardduty:ArchiveFindings', permissions: ['guardduty:ArchiveFindings'] } as const
const unarchive = { operation: 'guardduty:UnarchiveFindings', permissions: ['guardduty:UnarchiveFindings'] } as const

type Archiving = typeof archive | typeof unarchive

/** Neither takes a resource or a condition key of its own: the Region is all that a session can be held to. Source: service authorization reference, GuardDuty. */
const setTo = (
  call: Archiving,
  { region }: GuardDutyFindings,
  [before, after]: readonly [before: readonly string[], after: readonly string[]],
): DeclaredCall => ({
  ...call,
  resource: '*',
  condition: { StringEquals: { 'aws:RequestedRegion': region } },
  change: { field: 'archived', before, after },
})

/** What is in a list of ids and not in the other. */
export const without = (ids: readonly string[], others: readonly string[]): readonly string[] =>
  ids.filter((id) => !others.includes(id))

/** The ids that a value of the field holds; none when it holds something else. */
export const idsIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((id) => typeof id === 'string') : []

export const archiveFindings = defineEntry<GuardDutyFindings, ArchiveFindingsState>()({
  title: 'Archive findings at GuardDuty',
  target: 'guardduty-findings',
  phase: 'recover',
  tier: 'R2',
  reversible: true,
  operations: [archive, unarchive],
  grants: {
    apply: [{ permissions: archive.permissions, resource: '*' }],
    revert: [{ permissions: unarchive.permissions, resource: '*' }],
  },
  reads: [{ operation: 'guardduty:GetFindings', permissions: ['guardduty:GetFindings'] }],
  revertedWhen: ['false-positive', 'rotated', 'rebuilt', 'accepted-risk'],
  sources: ['GuardDuty ArchiveFindings', 'GuardDuty UnarchiveFindings', 'GuardDuty, Extended Threat Detection'],
  describe: ({ findingIds, detectorId }, { archived }) =>
    `${without(findingIds, archived).length} findings of detector ${detectorId} are archived: ${findingIds.join(', ')}. GuardDuty still sends what is new of them.`,
  residual: ({ region }) => [
    'What is archived is no part of an attack sequence that GuardDuty finds later',
    `AWS cannot hold the session to these findings: it could archive any of the account in ${region}`,
  ],
  calls: (target, { archived }) =>
    without(target.findingIds, archived).length === 0
      ? []
      : [setTo(archive, target, [archived, target.findingIds.toSorted()])],
  undo: (target, done, live) => {
    const archived = idsIn(live.archived)
    const ours = done.flatMap(({ change }) => without(idsIn(change.after), idsIn(change.before)))
    const left = without(archived, ours)
    return left.length === archived.length ? [] : [setTo(unarchive, target, [archived, left])]
  },
})
