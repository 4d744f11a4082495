import type { FindingFeedback } from '#domain/targets'
import { defineEntry } from './entry.ts'

export interface GiveFindingFeedbackState {
  readonly [field: string]: readonly string[]
  /** What GuardDuty was told of the target’s findings, as `id WORD`, in order; what it was told nothing of is left out. Source: GuardDuty, Service.UserFeedback. */
  readonly feedback: readonly string[]
}

const update = {
  operation: 'guardduty:UpdateFindingsFeedback',
  permissions: ['guardduty:UpdateFindingsFeedback'],
} as const

/** What is to be there once all of them are told of. */
const wanted = ({ findingIds, feedback }: FindingFeedback): readonly string[] =>
  findingIds.map((id) => `${id} ${feedback}`).toSorted()

export const giveFindingFeedback = defineEntry<FindingFeedback, GiveFindingFeedbackState>()({
  title: 'Tell GuardDuty whether findings were useful',
  target: 'finding-feedback',
  phase: 'recover',
  tier: 'R2',
  // AWS has no call that takes it back.
  reversible: false,
  operations: [update],
  grants: { apply: [{ permissions: update.permissions, resource: '*' }], revert: [] },
  reads: [{ operation: 'guardduty:GetFindings', permissions: ['guardduty:GetFindings'] }],
  revertedWhen: [],
  sources: ['GuardDuty UpdateFindingsFeedback'],
  describe: ({ findingIds, feedback, comments }) =>
    `GuardDuty is told that ${findingIds.length} findings are ${feedback}: ${findingIds.join(', ')}. Comment: ${comments}`,
  residual: ({ region }, { feedback }) => [
    feedback.length === 0
      ? 'It cannot be taken back: AWS has no call for that. Another plan can say the other word'
      : `It cannot be taken back: AWS has no call for that. Another plan can say again what was said before: ${feedback.join(', ')}`,
    'AWS shows the word and not the comment: only the word is read back',
    `AWS cannot hold the session to these findings: it could tell of any of the account in ${region}`,
  ],
  calls: (target, { feedback }) => {
    const after = wanted(target)
    if (after.every((line) => feedback.includes(line))) return []
    const condition = { StringEquals: { 'aws:RequestedRegion': target.region } }
    return [{ ...update, resource: '*', condition, change: { field: 'feedback', before: feedback, after } }]
  },
  undo: () => [],
})
