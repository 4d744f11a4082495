import { becauseOf, type Case, type ContextFact, defineTriageRule, known } from 'cordon/runbook'
import { also, assessed } from './by-severity.ts'

/** What the organisation trusts and a list calls bad is one of two mistakes, and a person finds out which. Never milder than the others. */
export const badReputation = defineTriageRule({
  id: 'bad-reputation',
  title: 'A list calls bad what the organisation trusts',
  handles: ['*'],
  judge: (seen) => {
    const [bad, trusted] = [known(seen, 'bad reputation'), trustedBy(seen)]
    if (bad === undefined || trusted === undefined || seen.finding.isSample) return null
    const doubt = assessed(seen, 'inconclusive', 'the context trusts what a list calls bad: ask the owners of both')
    return also(also(doubt, becauseOf(seen, trusted, 'remoteAddress')), becauseOf(seen, bad, 'remoteAddress'))
  },
})

const trustedBy = (seen: Case): ContextFact | undefined =>
  known(seen, 'expected') ?? known(seen, 'known scanner') ?? known(seen, 'own network')
