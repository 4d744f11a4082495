import { detectorArn, findingsOf } from './detector-findings.ts'
import { compare, type Doing, makeCalls } from './doing.ts'

/** GuardDuty says nothing, or this, of what nobody told it anything of. */
const NOTHING_SAID = 'NONE'

export const giveFindingFeedback: Doing<'giveFindingFeedback'> = {
  async observe(read, target) {
    const findings = await findingsOf(read, target)
    const feedback = findings
      .flatMap(({ Id = '', Service }) =>
        Service?.UserFeedback && Service.UserFeedback !== NOTHING_SAID ? [`${Id} ${Service.UserFeedback}`] : [],
      )
      .toSorted()
    return { arn: detectorArn(read, target), state: { feedback }, tags: {}, blastRadius: async () => [] }
  },

  /** The same word twice is one word. */
  apply({ write, target, ...work }) {
    const { detectorId: DetectorId, findingIds, feedback: Feedback, comments: Comments } = target
    return makeCalls(work, async () => {
      const client = await write.guardDuty()
      return client.updateFindingsFeedback({ DetectorId, FindingIds: [...findingIds], Feedback, Comments })
    })
  },

  verify: (reading) => compare(giveFindingFeedback, reading),

  revert: 'cannot be undone',
}
