import { because, becauseOf, type Case, defineTriageRule, known, type TriageRule } from 'cordon/runbook'
import { isAttackSequence } from '#domain/triage/priority'

/** A detector’s sample says nothing of the account. Source: GuardDuty, sample findings. */
export const samples = defineTriageRule({
  id: 'sample',
  title: 'A sample of the detector',
  handles: ['*'],
  weight: 'exception',
  judge: (seen) =>
    seen.finding.isSample
      ? {
          verdict: 'benign-expected',
          confidence: 'high',
          reasons: [because(seen, 'isSample', `finding ${seen.finding.id} is a sample of its detector`)],
        }
      : null,
})

/** What somebody calls bad is no exception any more: `bad-reputation` gives it to a person. */
const isOnList = (seen: Case): boolean => known(seen, 'bad reputation') !== undefined

/** What people have approved as expected. Never an attack sequence or a part of one: no entry can have meant that. */
export const expectedBehaviour = defineTriageRule({
  id: 'expected',
  title: 'The organisation expects it',
  handles: ['*'],
  weight: 'exception',
  judge: (seen) => {
    const fact = known(seen, 'expected')
    if (fact === undefined || isAttackSequence(seen.finding) || isOnList(seen)) return null
    return { verdict: 'benign-expected', confidence: 'high', reasons: [becauseOf(seen, fact)] }
  },
})

const lookingAround = [
  'Recon:*',
  'PenTest:*',
  'Discovery:*',
  'Behavior:EC2/*',
  'UnauthorizedAccess:EC2/SSHBruteForce',
  'UnauthorizedAccess:EC2/RDPBruteForce',
]

/** A scanner that looks around by order. What it does beyond that is judged like anybody’s. */
export const orderedScans = defineTriageRule({
  id: 'ordered-scan',
  title: 'A known scanner looks around',
  handles: lookingAround,
  weight: 'exception',
  judge: (seen) => {
    const fact = known(seen, 'known scanner')
    if (fact === undefined || isAttackSequence(seen.finding) || isOnList(seen)) return null
    return { verdict: 'benign-expected', confidence: 'high', reasons: [becauseOf(seen, fact, 'remoteAddress')] }
  },
})

export const exceptions: readonly TriageRule[] = [samples, expectedBehaviour, orderedScans]
