import { because, defineTriageRule } from 'cordon/runbook'

/** What GuardDuty put together from several signals of a day, always critical. Source: GuardDuty, Extended Threat Detection. */
export const attackSequences = defineTriageRule({
  id: 'attack-sequence',
  title: 'Several signals are one attack',
  // Also of a sequence that is newer than the table of types: what correlates is never a setting.
  handles: ['AttackSequence:*'],
  judge: (seen) => ({
    verdict: 'threat',
    confidence: 'high',
    severity: 'critical',
    reasons: [because(seen, 'type', `${seen.finding.type}: several signals of one day are one attack`)],
  }),
})
